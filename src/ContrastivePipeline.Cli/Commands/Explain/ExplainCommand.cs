using System.CommandLine;

namespace ContrastivePipeline.Cli.Commands.Explain;

/// <summary><c>contrastive explain WHAT</c>: where a number or an artifact came from; <c>--recompute</c> computes a number again.</summary>
internal sealed class ExplainCommand : CliCommand
{
    // Not a WordArgument: the value of a uniformity begins with a minus sign.
    private readonly Argument<string> _what = new("WHAT")
    {
        Description = "A number as it is printed (46.2, 0.462), a number's address (VARIANT/SEED/SPLIT/METRIC), an artifact's path, or the "
            + "beginning of its SHA-256.",
    };

    private readonly Option<string> _run =
        new("--run") { Description = RunFinder.Help, HelpName = "RUN", DefaultValueFactory = _ => RunFinder.Latest };

    private readonly Option<bool> _recompute = new("--recompute")
    {
        Description = "Compute the number again from the stored embeddings and compare to the last bit; exit code 1 where it differs.",
    };

    public ExplainCommand(CliEnvironment environment)
        : base("explain", "Tells where a number or an artifact of a run came from.", environment)
    {
        Add(_what);
        Add(_run);
        Add(_recompute);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run)!, cancellationToken);
        var lineage = await LineageReader.OpenAsync(session.Store, run, cancellationToken);
        var subject = lineage.Find(call.Get(_what));
        if (call.Get(_recompute))
            return await RecomputeAsync(call, lineage, subject, cancellationToken);

        var chain = (subject.Numbers, subject.Artifacts) switch
        {
            ([{ Of: [var number] }], []) => await lineage.ExplainAsync(number, cancellationToken),
            ([], [var artifact]) => await lineage.ExplainAsync(artifact, cancellationToken),
            _ => null,
        };
        if (call.Json)
        {
            call.WriteJson(new { RunId = run.Id, subject.Numbers, subject.Artifacts, Lineage = chain });
        }
        else if (chain is not null)
        {
            LineageText.Write(call, chain);
        }
        else
        {
            LineageText.WriteChoice(call, run.Id, call.Get(_what), subject, lineage);
        }
        return ExitCode.Done;
    }

    private static async Task<int> RecomputeAsync(
        Invocation call, LineageReader lineage, LineageSubject subject, CancellationToken cancellationToken)
    {
        if (subject.Numbers.Count == 0)
            throw new UsageException("--recompute is for numbers. 'contrastive pull' fetches an artifact and checks its SHA-256.");
        var again = new List<Recomputation>();
        foreach (var number in subject.Numbers.SelectMany(found => found.Of).DistinctBy(lineage.AddressOf))
            again.Add(await lineage.RecomputeAsync(number, cancellationToken));
        if (call.Json)
        {
            call.WriteJson(again.Select(r => new
            {
                Address = lineage.AddressOf(r.Stored).ToString(),
                Stored = r.Stored.Value,
                Recomputed = r.Value,
                Identical = r.IsIdentical,
            }));
        }
        else
        {
            foreach (var recomputed in again)
                LineageText.Write(call, recomputed, lineage.AddressOf(recomputed.Stored));
        }
        return again.All(recomputed => recomputed.IsIdentical) ? ExitCode.Done : ExitCode.Failed;
    }
}
