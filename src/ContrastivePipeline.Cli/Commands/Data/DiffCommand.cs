using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data diff DATASET V1 V2</c>: what two versions do not have in common.</summary>
internal sealed class DiffCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");
    private readonly Argument<string> _from = WordArgument.Create("V1", "The version before.");
    private readonly Argument<string> _to = WordArgument.Create("V2", "The version after.");

    private readonly Option<int> _examples = new("--examples")
    {
        Description = "How many changes of each kind to show.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    public DiffCommand(CliEnvironment environment)
        : base("diff", "Compares two versions of a dataset, caption by caption.", environment)
    {
        _examples.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var number) && number is < 0 or > 1_000)
                result.AddError($"--examples {text} is not 0 to 1,000.");
        });
        Add(_dataset);
        Add(_from);
        Add(_to);
        Add(_examples);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.Environment.Time);
        var name = call.Get(_dataset);
        var from = await catalog.FindAsync($"{name}@{call.Get(_from)}", cancellationToken);
        var to = await catalog.FindAsync($"{name}@{call.Get(_to)}", cancellationToken);
        var diff = await catalog.DiffAsync(from, to, call.Get(_examples), cancellationToken);
        if (call.Json)
        {
            call.WriteJson(diff);
        }
        else
        {
            Write(call, diff);
        }
        return ExitCode.Done;
    }

    private static void Write(Invocation call, DatasetDiff diff)
    {
        call.Write($"{diff.Dataset}: from {diff.From} to {diff.To}");
        var table = ConsoleTables.Create("", ">Added", ">Changed", ">Removed", ">Unchanged");
        Add("Captions", diff.Captions);
        foreach (var (split, counts) in diff.BySplit)
            Add($"  of split {split}", counts);
        Add("Media", diff.Media);
        call.Console.Write(table);
        call.Write($"{Count(diff.TouchedMedia)} media with another caption; {diff.SharedCaptionParts} of {diff.CaptionParts} "
            + "caption parts shared");
        RefreshFormatter.WriteChanges(call, diff.Examples);

        void Add(string what, ChangeCounts counts) => table.Add(
            what, Count(counts.Added), Count(counts.Changed), Count(counts.Removed), Count(counts.Unchanged));
    }
}
