using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>A stage with its input.</summary>
public sealed class StageCall
{
    /// <summary>Creates a call.</summary>
    /// <exception cref="JsonException">The input is not one of this stage.</exception>
    public StageCall(Stage stage, JsonElement input, string generation)
    {
        Stage = stage;
        Input = input;
        Generation = generation;
        Identity = StageIdentity.Of(stage, input, generation);
    }

    /// <summary>The stage.</summary>
    public Stage Stage { get; }

    /// <summary>Its input.</summary>
    public JsonElement Input { get; }

    /// <summary>The cache generation; empty for the first.</summary>
    public string Generation { get; }

    /// <summary>Name, label and fingerprint.</summary>
    public StageIdentity Identity { get; }
}
