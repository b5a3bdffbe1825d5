using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Storage.Local;
using ContrastivePipeline.Workflow.Composition;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Pipeline;
using ContrastivePipeline.Workflow.Refreshing;

namespace ContrastivePipeline.Cli.Experiments;

/// <summary>Puts together what a command runs with.</summary>
internal static class LocalComposition
{
    /// <summary>Every stage and workflow over the store of a call.</summary>
    public static LocalPipeline Open(StoreSession session, Invocation call) =>
        new(session.Store, Path.Combine(call.LocalFolder, "scratch"), call.World.Time, call.World.Log);

    /// <summary>Turns experiments into runs; installs the emoji packages for those that need them.</summary>
    public static PipelineRequests Requests(Invocation call)
    {
        var notices = new Notices(call);
        return new PipelineRequests(
            ExperimentLibrary.OfProcess(), stop => LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), notices, stop));
    }

    /// <summary>Caption refreshes over a pipeline.</summary>
    public static CaptionRefreshes Refreshes(LocalPipeline pipeline) =>
        new(pipeline.Store, ExperimentLibrary.OfProcess(), pipeline.RefreshAsync, pipeline.Time, pipeline.ScratchFolder);

    /// <summary>Reads the experiment that a user means; needs no store.</summary>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    public static Task<ExperimentText> ReadAsync(string experiment, CancellationToken cancellationToken) =>
        PipelineRequests.ReadAsync(ExperimentLocator.OfProcess().Find(experiment), cancellationToken);
}
