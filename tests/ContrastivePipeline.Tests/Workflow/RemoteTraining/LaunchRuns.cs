namespace ContrastivePipeline.Tests.Workflow.RemoteTraining;

/// <summary>A run whose stages get machines of their own.</summary>
internal static class LaunchRuns
{
    public const string Id = "lab-20261123-000000-0000";

    public static RunRecord Record() => new(
        Id, "lab", "", "", RunState.Running, DateTimeOffset.UtcNow, null, 1, "", "", WorkflowJson.ToElement(new Number(21)), null,
        null, [], null)
    {
        Host = "durable-functions",
    };
}
