using System.CommandLine;
using System.IO.Enumeration;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive results RUN</c>: every number, each with its provenance.</summary>
internal sealed class ResultsCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);

    private readonly Option<bool> _csv = new("--csv") { Description = "CSV with a row a number." };

    private readonly Option<string[]> _metrics = new("--metric")
    {
        Description = "Only these metrics; * stands for anything, for example 'retrieval/*/r@1'.",
        HelpName = "PATTERN",
    };

    private readonly Option<string[]> _variants = new("--variant") { Description = "Only these variants.", HelpName = "NAME" };

    public ResultsCommand(CliEnvironment environment)
        : base("results", "Shows what a run measured so far; --json and --csv give every number with its provenance.", environment)
    {
        Add(_run);
        Add(_csv);
        Add(_metrics);
        Add(_variants);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.Json && call.Get(_csv))
            throw new UsageException("--json and --csv exclude each other.");
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var all = await new RunProducts(session.Store, run).ReadMeasurementsAsync(call.Notice, cancellationToken);
        var wanted = Choose(call, all);

        if (call.Json)
        {
            call.Environment.Out.Write(ResultsFiles.Json(wanted));
        }
        else if (call.Get(_csv))
        {
            call.Environment.Out.Write(ResultsFiles.Csv(wanted));
        }
        else if (wanted.Count == 0)
        {
            call.Write($"Run {run.Id} has measured nothing yet.");
        }
        else
        {
            ConsoleResults.Write(
                call.Console, call.Environment.Out, call.Get(_metrics) is { Length: > 0 } ? wanted : [.. ConsoleResults.Headline(wanted)]);
        }
        return ExitCode.Done;
    }

    private List<Measurement> Choose(Invocation call, IReadOnlyList<Measurement> all)
    {
        var metrics = call.Get(_metrics) ?? [];
        var variants = call.Get(_variants) ?? [];
        if (all.Count > 0)
        {
            Require("metric", metrics, all.Select(m => m.Metric));
            Require("variant", variants, all.Select(m => m.Variant));
        }
        return
        [
            .. all.Where(m => metrics.Length == 0 || metrics.Any(pattern => Matches(pattern, m.Metric)))
                .Where(m => variants.Length == 0 || variants.Any(pattern => Matches(pattern, m.Variant))),
        ];
    }

    private static void Require(string what, string[] patterns, IEnumerable<string> known)
    {
        string[] names = [.. known.Distinct()];
        if (patterns.FirstOrDefault(pattern => !names.Any(name => Matches(pattern, name))) is not { } unknown)
            return;
        var word = unknown.Trim('*', '/');
        var ends = Array.FindAll(names, name => name.EndsWith($"/{word}", StringComparison.OrdinalIgnoreCase));
        var near = ends.Length > 0 ? ends : Array.FindAll(names, name => name.Contains(word, StringComparison.OrdinalIgnoreCase));
        throw new UsageException($"The run has no {what} '{unknown}'" + (near.Length > 0 && near.Length < names.Length
            ? $"; did you mean {string.Join(" or ", near)}? A pattern stands for the whole name: "
                + $"'{(ends.Length > 0 ? $"*/{word}" : $"*{word}*")}'."
            : $"; it has {string.Join(", ", names)}."));
    }

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
