using System.Text.Json;
using Xunit.Sdk;

namespace ContrastivePipeline.Tests;

/// <summary>One golden case: its <c>case.json</c> and tensors, read on first use.</summary>
public sealed class GoldenCase : IXunitSerializable
{
    private readonly Lazy<JsonElement> _json;
    private readonly Lazy<Dictionary<string, GoldenTensor>> _tensors;
    private readonly Lazy<Dictionary<string, GoldenTensor>> _weights;

    public GoldenCase(string folder)
    {
        Folder = folder;
        _json = new(() => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(PathOf("case.json"))));
        _tensors = new(() => GoldenTensor.ReadAll(PathOf("io.safetensors")));
        _weights = new(() => GoldenTensor.ReadAll(PathOf("weights.safetensors")));
    }

    [Obsolete("For xunit.", error: true)]
    public GoldenCase() : this("")
    {
    }

    public string Folder { get; private set; }

    /// <summary><c>config</c> of the case.</summary>
    public JsonElement Config => _json.Value.GetProperty("config");

    /// <summary>All of <c>case.json</c>, for notes and tolerances.</summary>
    public JsonElement Json => _json.Value;

    /// <summary>Inputs <c>in.*</c> and expected outputs <c>out.*</c> by name.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Tensors => _tensors.Value;

    /// <summary>The network's weights by upstream key; throws where the case has none.</summary>
    public IReadOnlyDictionary<string, GoldenTensor> Weights => _weights.Value;

    /// <summary>Path of the weights, for readers under test.</summary>
    public string WeightsPath => PathOf("weights.safetensors");

    public float[] Floats(string tensor) => Tensors[tensor].Floats();

    public double[] Doubles(string tensor) => Tensors[tensor].Doubles();

    public long[] Longs(string tensor) => Tensors[tensor].Longs();

    public int[] Ints(string tensor) => Array.ConvertAll(Longs(tensor), value => checked((int)value));

    /// <summary>An expected number of <c>scalars</c>; a path such as <c>text_to_image</c>, <c>R@1</c> walks into objects.</summary>
    public double Scalar(params string[] path) => At(Json.GetProperty("scalars"), path).GetDouble();

    public int ConfigInt(params string[] path) => At(Config, path).GetInt32();

    public double ConfigDouble(params string[] path) => At(Config, path).GetDouble();

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Folder), Folder);

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info) => Folder = info.GetValue<string>(nameof(Folder)) ?? "";

    /// <summary>Name of the folder: what a test's name shows.</summary>
    public override string ToString() => Path.GetFileName(Folder);

    private static JsonElement At(JsonElement element, string[] path)
    {
        foreach (string name in path)
            element = element.GetProperty(name);
        return element;
    }

    private string PathOf(string file) => Path.Combine(Folder, file);
}
