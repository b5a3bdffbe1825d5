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
        var tensors = WeightFiles.Read(File.ReadAllBytes(file), file);
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
        var file = SafetensorsFile.Write(tensors, new Dictionary<string, string> { ["a"] = "ü\"" }).Bytes();
        var read = WeightFiles.Read(file);
        Assert.Equal("ü\"", WeightFiles.Open(file, "round trip").Metadata["a"]);
        foreach (var (name, expected) in tensors)
        {
            Assert.Equal(expected.dtype, read[name].dtype);
            Assert.Equal(expected.shape, read[name].shape);
            Assert.True(expected.contiguous().bytes.SequenceEqual(read[name].bytes), name);
        }
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,12]}}", "another size")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[8,24]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[-4,12]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"Q4\",\"shape\":[4],\"data_offsets\":[0,16]}}", "type Q4")]
    [InlineData("{\"a\":{\"shape\":[4]}}", "malformed")]
    [InlineData("{\"a\":", "not valid JSON")]
    [InlineData("[1]", "malformed")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "entry of '__metadata__' is malformed")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,0]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1,-4],\"data_offsets\":[0,16]}}", "another size")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1099511627776],\"data_offsets\":[0,4398046511104]}}", "outside the file")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,16],\"data_offsets\":[0,0]}}", "another size")]
    [InlineData(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]},\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[8,16]}}",
        "'a' and 'b' share bytes")]
    public void Lying_headers_are_refused(string header, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. BitConverter.GetBytes((long)bytes.Length), .. bytes, .. new byte[16]];
        var error = Assert.Throws<WeightsException>(() => WeightFiles.Open(file, "weights.safetensors"));
        Assert.StartsWith("weights.safetensors", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_and_nothing_is_copied()
    {
        using var scope = NewDisposeScope();
        var model = TinyTraining.Recipe().Model.Create(1);
        var before = WeightFiles.Write(StateDict.Of(model));
        var other = new Dictionary<string, Tensor>(StateDict.Of(TinyTraining.Recipe().Model.Create(2)));
        other.Remove("ln_final.bias");
        other["ln_final.weight"] = zeros(3);
        other["surprise"] = zeros(1);
        var error = Assert.Throws<WeightsException>(() => model.LoadWeights(other, "other.safetensors"));
        Assert.Contains("'ln_final.bias' is missing", error.Message);
        Assert.Contains("'surprise' is not in the model", error.Message);
        Assert.Contains("'ln_final.weight' has shape [3]", error.Message);
        Assert.Equal(before, WeightFiles.Write(StateDict.Of(model)));
    }

    [Fact]
    public void Initial_weights_depend_on_their_seed_alone()
    {
        var config = TinyTraining.Recipe().Model;
        static byte[] Bytes(DualEncoder model) => WeightFiles.Write(StateDict.Of(model));
        var first = Bytes(config.Create(5));
        _ = randn(100);
        Assert.Equal(first, Bytes(config.Create(5)));
        Assert.NotEqual(first, Bytes(config.Create(6)));
    }
}
