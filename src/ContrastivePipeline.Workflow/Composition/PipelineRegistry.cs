namespace ContrastivePipeline.Workflow.Composition;

/// <summary>What a host needs in order to run the reproduction, and to refresh its datasets.</summary>
public static class PipelineRegistry
{
    /// <summary>The workflows.</summary>
    public static IReadOnlyList<WorkflowDefinition> Workflows { get; } =
        [PipelineWorkflow.Main, PipelineWorkflow.Trial, PipelineWorkflow.Training, CaptionRefreshWorkflow.Main];

    /// <summary>The stages.</summary>
    public static StageRegistry Stages(HttpClient http) => new(
    [
        new PrepareDatasetStage(), new TokenizerStage(http), new TrainSegmentStage(new TrainingSets()), new EmbedStage(), new EvaluateStage(),
        new ReportStage(), .. CaptionRefreshWorkflow.Stages,
    ]);
}
