using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data gc [DATASET]</c>: removes what no version or run refers to.</summary>
internal sealed class GarbageCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset. Default: all.", "");
    private readonly Option<bool> _delete = new("--delete") { Description = "Delete. Without it, only shows what would go." };

    private readonly Option<bool> _history = new("--forget-history")
    {
        Description = "Also versions that were current once, if no run used them: one cannot go back to them then.",
    };

    public GarbageCommand(CliEnvironment environment)
        : base("gc", "Shows, and with --delete removes, what no version and no run refers to. "
            + "Nothing younger than an hour is touched.", environment)
    {
        Add(_dataset);
        Add(_delete);
        Add(_history);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.Environment.Time);
        string[] names = call.Get(_dataset) is { Length: > 0 } name
            ? [name]
            : [.. (await catalog.ListAsync(cancellationToken)).Select(dataset => dataset.Name)];
        var uses = new DatasetUses(session.Store, ExperimentLibrary.OfProcess());
        var found = new List<DatasetGarbage>();
        foreach (var dataset in names)
        {
            var used = await uses.VersionsAsync(dataset, cancellationToken);
            found.Add(await catalog.FindGarbageAsync(dataset, used, !call.Get(_history), cancellationToken));
            foreach (var record in found[^1].Unreadable)
                call.Notice($"Nothing of {dataset} is removed, for nobody knows what this record refers to: {record.Problem}");
        }
        var delete = call.Get(_delete);
        foreach (var garbage in found.Where(garbage => delete && garbage.Blobs.Count > 0))
            await catalog.DeleteAsync(garbage, stop => uses.VersionsAsync(garbage.Dataset, stop), cancellationToken);
        if (call.Json)
        {
            call.WriteJson(found.Select(
                g => new { g.Dataset, Deleted = delete, g.Versions, g.Kept, Blobs = g.Blobs.Select(b => b.Artifact.Path), g.Bytes }));
        }
        else
        {
            Write(call, found, delete);
        }
        return found.Exists(garbage => garbage.Unreadable.Count > 0) ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Write(Invocation call, List<DatasetGarbage> found, bool deleted)
    {
        if (found.All(garbage => garbage.Blobs.Count == 0))
        {
            call.Write("Nothing to remove.");
            return;
        }
        var table = ConsoleTables.Create("Dataset", "Versions that go", ">Blobs", ">Size", ">Versions kept");
        foreach (var garbage in found.Where(garbage => garbage.Blobs.Count > 0))
        {
            table.Add(
                garbage.Dataset, string.Join(", ", garbage.Versions), Count(garbage.Blobs.Count), Bytes(garbage.Bytes),
                Count(garbage.Kept.Count));
        }
        call.Console.Write(table);
        call.Write(deleted ? "Deleted." : "Dry run: nothing was deleted. --delete does it.");
    }
}
