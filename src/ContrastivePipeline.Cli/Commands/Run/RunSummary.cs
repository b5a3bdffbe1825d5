using ContrastivePipeline.Cli.Results;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Results;
using ContrastivePipeline.Workflow.Runs;

namespace ContrastivePipeline.Cli.Commands.Run;

/// <summary>What a person reads at the end of a run.</summary>
internal static class RunSummary
{
    public static async Task WriteAsync(
        Invocation call, ArtifactStore store, RunRecord run, string report, CancellationToken cancellationToken)
    {
        var measurements = await new RunProducts(store, run).ReadMeasurementsAsync(cancellationToken);
        call.Write("");
        ResultsTable.Write(call, [.. ResultsTable.Headline(measurements)]);
        if (run.Stages.Count > 0 && run.Stages.All(stage => stage.Cached || stage.Name == "report"))
            call.Write("Nothing had changed since an earlier run: all results are from there. --fresh does everything anew.");
        call.Write($"Report   {report}");
        call.Write($"Numbers  contrastive results {run.Id}");
        call.Write($"Search   contrastive search {run.Id} \"a red flag\"");
        call.Write($"Weights  contrastive export {run.Id} --variant {measurements[0].Variant} --to DIR");
    }
}
