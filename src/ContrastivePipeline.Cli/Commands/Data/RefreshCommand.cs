using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data refresh DATASET FILE</c>: a caption table becomes a new version of a dataset.</summary>
internal sealed class RefreshCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset; its current version is refreshed.");

    private readonly Argument<string> _file = WordArgument.Create(
        "FILE", "Caption table: .csv, .tsv or .txt with a header row, .jsonl or .ndjson, .parquet. "
            + "Columns: id (or media_id, image, path), caption, and optionally caption_index, source, split.");

    private readonly Option<RefreshMode> _mode = new("--mode")
    {
        Description = "patch: change the captions of the media that the table names; replace: the table is the whole caption table; "
            + "append: add captions, change none.",
        HelpName = "patch|replace|append",
        DefaultValueFactory = _ => RefreshMode.Patch,
        CustomParser = result =>
        {
            var word = result.Tokens[^1].Value;
            foreach (var mode in Enum.GetValues<RefreshMode>())
            {
                if (mode.ToString().Equals(word, StringComparison.OrdinalIgnoreCase))
                    return mode;
            }
            result.AddError($"--mode cannot be '{word}': use patch, replace or append.");
            return default;
        },
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would change; store nothing." };

    public RefreshCommand(CliEnvironment environment)
        : base("refresh", "Refreshes the captions of a dataset from a table, as a new version; images are not touched.", environment)
    {
        Add(_dataset);
        Add(_file);
        Add(_mode);
        Add(_dryRun);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var file = call.Get(_file);
        if (!File.Exists(file))
            throw new UsageException($"There is no file '{file}'.");
        await using var session = await call.OpenStoreAsync(cancellationToken);
        using var pipeline = LocalComposition.Open(session, call);
        var request = new RefreshRequest(call.Get(_dataset), call.Get(_mode), Path.GetFullPath(file)) { IsDryRun = call.Get(_dryRun) };
        RefreshOutcome outcome;
        await using (var display = call.OpenDisplay())
        {
            outcome = await LocalComposition.Refreshes(pipeline).RefreshAsync(request, display, cancellationToken);
        }
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "dataset-refreshed",
                outcome.Current,
                outcome.Revision,
                outcome.IsDryRun,
                outcome.Record,
                outcome.Dependents,
            });
        }
        else
        {
            RefreshFormatter.Write(call, outcome);
        }
        // Some bad rows are usual; a table that has only bad rows is the wrong table.
        return outcome.Record.Rows.AreAllRejected ? ExitCode.Failed : ExitCode.Done;
    }
}
