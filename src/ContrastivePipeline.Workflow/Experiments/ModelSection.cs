using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Sizes of the encoders.</summary>
/// <param name="Embedding">Width of the shared embedding space.</param>
/// <param name="Context">Greatest number of tokens of a caption; longer ones are cut.</param>
[JsonConverter(typeof(ModelSectionConverter))]
public sealed record ModelSection(int Embedding, int Context, MediaTowerSection Tower, TextSection Text);

/// <summary>CLIP's text Transformer.</summary>
/// <param name="Dropout">Probability of dropping an activation in training.</param>
public sealed record TextSection(int Width, int Layers, int Heads, double Dropout);

internal static class ModelSectionReader
{
    public static ModelSection Read(ConfigSection section, MediaSection media)
    {
        var kind = MediaKinds.Of(media);
        var model = new ModelSection(
            section.Int("embedding", 128, 1, 65_536),
            section.Int("context", 32, 3, 4096),
            kind.ReadTower(section, media),
            ReadText(section.Section("text")));
        section.Close();
        return model;
    }

    private static TextSection ReadText(ConfigSection section)
    {
        var text = new TextSection(
            section.Int("width", 128, 1, 65_536),
            section.Int("layers", 3, 1, 1000),
            section.Int("heads", 4, 1, 4096),
            section.Real("dropout", 0.1, value => value is >= 0 and < 1, "at least 0 and less than 1"));
        section.Close();
        if (text.Width % text.Heads != 0)
            section.Fail("heads", $"model.text.heads is {text.Heads}, which does not divide model.text.width {text.Width}");
        return text;
    }
}
