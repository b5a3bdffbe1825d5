using System.CommandLine;
using System.IO.Enumeration;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive pull RUN --to DIR</c>: downloads every artifact of a run, each verified.</summary>
internal sealed class PullCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);
    private readonly Option<string> _to = new("--to") { Description = "Folder to write into.", HelpName = "DIR", Required = true };

    private readonly Option<string[]> _only = new("--only")
    {
        Description = "Only these artifacts, by file or kind; * stands for anything, for example 'embed/*', 'curve' or '*.html'.",
        HelpName = "PATTERN",
    };

    public PullCommand(CliEnvironment environment)
        : base("pull", "Fetches a run's artifacts as files, verified; results.parquet, results.csv, results.json; "
            + "artifacts.json lists them.", environment)
    {
        Add(_run);
        Add(_to);
        Add(_only);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var folder = OutputFolder.Require("--to", call.Get(_to)!);
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var patterns = call.Get(_only) ?? [];
        if (patterns.Length > 0)
            Require(patterns, run.Id, (await RunArtifacts.ReadAsync(session.Store, run, cancellationToken)).All);
        var pulled = await PullAsync(call, new RunPull(session.Store, run), run.Id, folder, patterns, cancellationToken);

        foreach (var said in pulled.Expired.Concat(pulled.Faults))
            call.Notice(said);
        var (fetched, kept) = (pulled.Files.Where(file => !file.Kept).ToArray(), pulled.Files.Where(file => file.Kept).ToArray());
        if (call.Json)
        {
            call.WriteJsonLine(new
            {
                Event = "pulled",
                RunId = run.Id,
                Folder = folder,
                Fetched = fetched.Length,
                Kept = kept.Length,
                Bytes = fetched.Sum(file => file.Artifact.Length),
                pulled.Expired,
                pulled.Faults,
            });
        }
        else
        {
            call.Write($"{fetched.Length} files ({TextFormatter.Bytes(fetched.Sum(file => file.Artifact.Length))}) fetched and verified, "
                + $"{kept.Length} there already, in {folder}");
        }
        return pulled.Faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<PulledRun> PullAsync(
        Invocation call, RunPull pull, string runId, string folder, string[] patterns, CancellationToken cancellationToken)
    {
        await using var display = call.OpenDisplay();
        return await Step.RunAsync(display, call.Environment.Time, "pull", runId, progress => pull.PullAsync(
            folder, artifact => patterns.Length == 0 || patterns.Any(pattern => Matches(pattern, artifact)), progress, cancellationToken));
    }

    private static void Require(string[] patterns, string runId, IReadOnlyList<RunArtifact> artifacts)
    {
        if (patterns.FirstOrDefault(pattern => !artifacts.Any(artifact => Matches(pattern, artifact))) is { } unknown)
        {
            throw new UsageException($"Run '{runId}' has no artifact '{unknown}'; it has "
                + $"{string.Join(", ", artifacts.Select(a => a.Kind).Distinct())}, "
                + $"for example {artifacts[^1].Name}.");
        }
    }

    private static bool Matches(string pattern, RunArtifact artifact) =>
        artifact.Kind == pattern || FileSystemName.MatchesSimpleExpression(pattern, artifact.Name, ignoreCase: false);
}
