namespace ContrastivePipeline.Cli;

/// <summary>Composition root of the commands: pipeline, run requests and refreshes over the local host.</summary>
internal static class LocalComposition
{
    /// <summary>Opens the pipeline (every stage and workflow) over a store.</summary>
    public static LocalPipeline Open(StoreSession session, Invocation call) =>
        new(session.Store, call.ScratchFolder, call.Environment.Time, call.Environment.Log);

    /// <summary>The factory of run requests; it installs the emoji packages for experiments that need them.</summary>
    public static PipelineRequests Requests(Invocation call)
    {
        var notices = new Notices(call);
        return new PipelineRequests(
            ExperimentLibrary.OfProcess(), stop => LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), notices, stop));
    }

    /// <summary>Caption refreshes that run on a pipeline.</summary>
    public static CaptionRefreshes Refreshes(LocalPipeline pipeline) =>
        new(pipeline.Store, ExperimentLibrary.OfProcess(), pipeline.RefreshAsync, pipeline.Time, pipeline.ScratchFolder);

    /// <summary>Reads the experiment file that an argument names; needs no store.</summary>
    /// <exception cref="ExperimentInvalidException">The file has errors.</exception>
    public static Task<ExperimentText> ReadAsync(string experiment, CancellationToken cancellationToken, bool forEvaluation = false) =>
        PipelineRequests.ReadAsync(ExperimentLocator.OfProcess().Find(experiment), cancellationToken, forEvaluation);
}

/// <summary>Finds the experiment file that an argument names.</summary>
internal sealed class ExperimentLocator(ExperimentLibrary library)
{
    public const string Help = "Path of an experiment file (YAML), or the name of one that comes with the program, for example 'demo'.";

    /// <summary>Locator over the built-in experiments of this program.</summary>
    public static ExperimentLocator OfProcess() => new(ExperimentLibrary.OfProcess());

    /// <summary>Returns the path of an existing file as it is, else the path of the built-in experiment of that name.</summary>
    /// <exception cref="UsageException">There is neither.</exception>
    public string Find(string text)
    {
        if (File.Exists(text))
            return text;
        if (Directory.Exists(text))
            throw new UsageException($"'{text}' is a folder; give an experiment file in it.");
        if (Path.GetFileName(text) != text || text.Length == 0)
            throw new UsageException($"There is no file '{text}'.");
        return library.PathOf(Path.HasExtension(text) ? Path.GetFileNameWithoutExtension(text) : text)
            ?? throw new UsageException($"There is no file '{text}' here and no experiment of that name"
                + (library.Names is { Count: > 0 } known ? $"; there are {string.Join(", ", known)}." : "."));
    }
}
