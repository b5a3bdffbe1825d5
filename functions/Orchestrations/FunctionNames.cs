namespace ContrastivePipeline.Functions.Orchestrations;

/// <summary>Names of functions: those of workflows and stages in the spelling of functions.</summary>
internal static class FunctionNames
{
    /// <summary>Looks whether a stage is done, without running it.</summary>
    public const string FindStage = "FindStageActivity";

    /// <summary><c>launched-stage</c> is <c>LaunchedStageOrchestration</c>.</summary>
    public static string Orchestration(string workflow) => Pascal(workflow) + "Orchestration";

    /// <summary><c>prepare-dataset</c> is <c>PrepareDatasetActivity</c>.</summary>
    public static string Activity(string stage) => Pascal(stage) + "Activity";

    private static string Pascal(string name) =>
        string.Concat(name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
