using System.Text;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

public sealed class WeightsTests
{
    [Fact]
    public void Files_of_other_writers_are_read()
    {
        using var scope = NewDisposeScope();
        var file = Directory.GetFiles(Shared.Require("data/checkpoint-fixtures"), "*.safetensors", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).First();
        var tensors = SafetensorsFile.Read(File.ReadAllBytes(file), file).Tensors;
        Assert.NotEmpty(tensors);
        Assert.All(tensors.Values, t => Assert.True(t.numel() > 0));
    }

    [Fact]
    public void Every_type_and_shape_comes_back_as_it_went_out()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["scalar"] = tensor(1.5f),
            ["empty"] = zeros(0, 3),
            ["double"] = randn(2, 3, dtype: ScalarType.Float64),
            ["long"] = arange(7, ScalarType.Int64),
            ["bytes"] = arange(5, ScalarType.Byte),
            ["bool"] = tensor(new[] { true, false }),
            ["half"] = randn(3).to(ScalarType.Float16),
            ["bfloat"] = randn(3).to(ScalarType.BFloat16),
            ["transposed"] = arange(6, ScalarType.Float32).view(2, 3).t(),
        };
        var read = SafetensorsFile.Read(SafetensorsFile.Write(tensors, new Dictionary<string, string> { ["a"] = "ü\"" }), "round trip");
        Assert.Equal("ü\"", read.Metadata["a"]);
        foreach (var (name, expected) in tensors)
        {
            Assert.Equal(expected.dtype, read.Tensors[name].dtype);
            Assert.Equal(expected.shape, read.Tensors[name].shape);
            Assert.True(expected.contiguous().bytes.SequenceEqual(read.Tensors[name].bytes), name);
        }
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,12]}}", "another size")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[8,24]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-4,12]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"Q4\",\"shape\":[4],\"data_offsets\":[0,16]}}", "type Q4")]
    [InlineData("{\"a\":{\"shape\":[4]}}", "malformed")]
    [InlineData("{\"a\":", "not valid JSON")]
    public void Lying_headers_are_refused(string header, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. new byte[16]];
        var error = Assert.Throws<WeightsException>(() => SafetensorsFile.Read(file, "weights.safetensors"));
        Assert.StartsWith("weights.safetensors", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_and_nothing_is_copied()
    {
        using var scope = NewDisposeScope();
        var model = TinyTraining.Recipe().Model.Create(1);
        var before = SafetensorsFile.Write(StateDict.Of(model));
        var other = new Dictionary<string, Tensor>(StateDict.Of(TinyTraining.Recipe().Model.Create(2)));
        other.Remove("ln_final.bias");
        other["ln_final.weight"] = zeros(3);
        other["surprise"] = zeros(1);
        var error = Assert.Throws<WeightsException>(() => model.LoadWeights(other, "other.safetensors"));
        Assert.Contains("'ln_final.bias' is missing", error.Message);
        Assert.Contains("'surprise' is not in the model", error.Message);
        Assert.Contains("'ln_final.weight' has shape [3]", error.Message);
        Assert.Equal(before, SafetensorsFile.Write(StateDict.Of(model)));
    }

    [Fact]
    public void Initial_weights_depend_on_their_seed_alone()
    {
        var config = TinyTraining.Recipe().Model;
        static byte[] Bytes(DualEncoder model) => SafetensorsFile.Write(StateDict.Of(model));
        var first = Bytes(config.Create(5));
        _ = randn(100);
        Assert.Equal(first, Bytes(config.Create(5)));
        Assert.NotEqual(first, Bytes(config.Create(6)));
    }
}
