using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Which stage, with which input, and where its results live.</summary>
/// <param name="Label">What it is the stage of, for a person; may be empty.</param>
/// <param name="Fingerprint">SHA-256 of name, version and input, 64 lower-case hexadecimal digits.</param>
public sealed record StageIdentity(string Name, string Label, string Fingerprint)
{
    /// <summary>Folder in the store, readable and unique.</summary>
    public string Prefix => Label.Length == 0 ? $"stages/{Name}/{Fingerprint[..12]}" : $"stages/{Name}/{Label}-{Fingerprint[..12]}";

    /// <summary>Path of the manifest.</summary>
    public string ManifestPath => Prefix + "/manifest.json";

    /// <summary>For messages: <c>train (clip-seed-1)</c>.</summary>
    public override string ToString() => Label.Length == 0 ? Name : $"{Name} ({Label})";

    internal static StageIdentity Of(Stage stage, JsonElement input, string generation) =>
        new(stage.Name, Clean(stage.LabelOf(input)),
            Stages.Fingerprint.Of(stage.Name, stage.Version, stage.FingerprintedOf(input), generation));

    /// <summary>Keeps what every store, shell and browser takes as it is.</summary>
    private static string Clean(string label)
    {
        var clean = new StringBuilder();
        foreach (var c in label)
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '+' or '_' or '.' ? c : '-');
        return clean.Length > 80 ? clean.ToString(0, 80) : clean.ToString();
    }
}

/// <summary>A stage with its input.</summary>
/// <exception cref="JsonException">The input is not one of this stage.</exception>
public sealed class StageCall(Stage stage, JsonElement input, string generation)
{
    /// <summary>The stage.</summary>
    public Stage Stage => stage;

    /// <summary>Its input.</summary>
    public JsonElement Input => input;

    /// <summary>The cache generation; empty for the first.</summary>
    public string Generation => generation;

    /// <summary>Name, label and fingerprint.</summary>
    public StageIdentity Identity { get; } = StageIdentity.Of(stage, input, generation);
}
