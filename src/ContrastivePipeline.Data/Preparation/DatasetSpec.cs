using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Preparation;

/// <summary>A dataset to prepare: its source and how its media are stored.</summary>
/// <param name="Name">Name of the dataset: lower-case letters, digits, '-', '_' and '.', at most 64.</param>
[JsonConverter(typeof(DatasetSpecConverter))]
public sealed record DatasetSpec(string Name, SourceSpec Source, MediaFormat Format)
{
    /// <summary>A dataset of images.</summary>
    /// <param name="mediaSize">Short side of the stored images, 8 to 2,048 pixels.</param>
    /// <param name="encoding">Of the stored images: <c>png</c> or <c>jpeg</c>.</param>
    public DatasetSpec(string name, SourceSpec source, int mediaSize, string encoding = ImageEncoder.Png)
        : this(name, source, new ImageFormat(mediaSize, encoding))
    {
    }

    /// <summary>Checks name and format.</summary>
    /// <exception cref="ArgumentException">One of them is out of range; the message says which values are allowed.</exception>
    public void Validate()
    {
        if (!DatasetPaths.IsName(Name))
        {
            throw new ArgumentException($"'{Name}' cannot name a dataset: use 1 to 64 lower-case letters, digits, '-', '_' and '.', " +
                "beginning with a letter or digit.");
        }
        Format.Validate();
        if (Source is TextSourceSpec != Format is TextFormat)
            throw new ArgumentException($"A source of texts alone has the format {TextFormat.KindName}, and no other source has.");
    }
}

/// <summary>The settings of the format stand beside name and source, as when there were images alone.</summary>
internal sealed class DatasetSpecConverter : JsonConverter<DatasetSpec>
{
    public override DatasetSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonElement.ParseValue(ref reader);
        return new DatasetSpec(
            stored.GetProperty(NameOf(nameof(DatasetSpec.Name), options)).GetString()!,
            stored.GetProperty(NameOf(nameof(DatasetSpec.Source), options)).Deserialize<SourceSpec>(options)!,
            stored.Deserialize<MediaFormat>(options)!);
    }

    public override void Write(Utf8JsonWriter writer, DatasetSpec value, JsonSerializerOptions options)
    {
        var members = new JsonObject
        {
            [NameOf(nameof(DatasetSpec.Name), options)] = value.Name,
            [NameOf(nameof(DatasetSpec.Source), options)] = JsonSerializer.SerializeToNode(value.Source, options),
        };
        foreach (var (name, member) in (JsonObject)JsonSerializer.SerializeToNode(value.Format, options)!)
            members[name] = member?.DeepClone();
        members.WriteTo(writer, options);
    }

    private static string NameOf(string name, JsonSerializerOptions options) =>
        options.PropertyNamingPolicy?.ConvertName(name) ?? name;
}
