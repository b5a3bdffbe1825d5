namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>The stages that the reproduction calls.</summary>
public static class PipelineStages
{
    /// <summary>Source to dataset version.</summary>
    public static StageReference<PrepareDatasetInput, DatasetVersion> PrepareDataset { get; } = new("prepare-dataset");

    /// <summary>Captions to a vocabulary.</summary>
    public static StageReference<TokenizerInput, PreparedTokenizer> Tokenizer { get; } = new("tokenizer");

    /// <summary>A slice of training.</summary>
    public static StageReference<TrainSegmentInput, TrainedSegment> Train { get; } = new("train");

    /// <summary>Images, captions and prompts to embeddings.</summary>
    public static StageReference<EmbedInput, EmbeddedTrial> Embed { get; } = new("embed");

    /// <summary>Embeddings to numbers.</summary>
    public static StageReference<EvaluateInput, EvaluatedTrial> Evaluate { get; } = new("evaluate");

    /// <summary>Numbers to a report.</summary>
    public static StageReference<ReportInput, WrittenReport> Report { get; } = new("report");
}
