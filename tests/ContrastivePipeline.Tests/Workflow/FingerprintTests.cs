using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class FingerprintTests
{
    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    // printf '{"input":{"rate":0.001,"steps":100},"name":"train","version":2}' | sha256sum
    private const string Known = "9f89c6d8902655358fd8b74dee4987c2980cc7f74218e86a5adde281a9abfdf1";

    // printf '{"generation":"demo-1","input":{"rate":0.001,"steps":100},"name":"train","version":2}' | sha256sum
    private const string KnownOfGeneration = "022b3397e4cf9ba4ebf0089b0fff7d57778b0f7d57e12185358ffab2535e498f";

    [Theory]
    [InlineData("""{"rate":0.001,"steps":100}""")]
    [InlineData("""{ "steps": 100, "rate": 1e-3 }""")]
    [InlineData("""{ "steps": 100.0, "rate": 0.0010 }""")]
    public void Is_the_hash_of_the_canonical_text(string input) => Assert.Equal(Known, Fingerprint.Of("train", 2, Json(input)));

    [Fact]
    public void Holds_the_generation_where_there_is_one() =>
        Assert.Equal(KnownOfGeneration, Fingerprint.Of("train", 2, Json("""{"rate":0.001,"steps":100}"""), "demo-1"));

    [Theory]
    [InlineData("train", 3, """{"rate":0.001,"steps":100}""")]
    [InlineData("trains", 2, """{"rate":0.001,"steps":100}""")]
    [InlineData("train", 2, """{"rate":0.001,"steps":101}""")]
    [InlineData("train", 2, """{"rate":0.001,"steps":"100"}""")]
    public void Differs_where_the_work_differs(string name, int version, string input) =>
        Assert.NotEqual(Known, Fingerprint.Of(name, version, Json(input)));
}
