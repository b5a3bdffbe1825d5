namespace ContrastivePipeline.Web.Dashboard.Runs;

/// <summary>The links back up from pages about runs.</summary>
internal static class RunCrumbs
{
    /// <summary>From a run's page.</summary>
    public static IReadOnlyList<Crumb> OfRun => [new("Runs", "/")];

    /// <summary>From a page below a run's.</summary>
    public static IReadOnlyList<Crumb> Below(RunRecord run) => [.. OfRun, new($"Run of {run.Experiment}", Address.Run(run.Id))];
}
