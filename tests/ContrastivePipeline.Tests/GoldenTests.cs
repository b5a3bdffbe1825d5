namespace ContrastivePipeline.Tests;

public sealed class GoldenTests
{
    [Theory]
    [InlineData("clip-rn", "clip-rn")]
    [InlineData("clip-rn-2", "clip-rn")]
    [InlineData("train-10b", "train-10")]
    [InlineData("something-else", null)]
    public void A_name_up_to_a_suffix_tells_the_kind(string name, string? kind) =>
        Assert.Equal(kind, Golden.KindOf(name, new HashSet<string>()));

    [Fact]
    public void A_case_with_a_new_name_is_known_by_its_tensors() =>
        Assert.Equal("schedule", Golden.KindOf("warm-up", new HashSet<string> { "in.step", "out.lr" }));

    [Theory]
    [MemberData(nameof(Golden.Cases), "schedule", MemberType = typeof(Golden))]
    public void Tensors_have_as_many_values_as_their_shape_says(GoldenCase golden)
    {
        Assert.Equal(golden.Tensors["in.step"].Shape[0], golden.Longs("in.step").Length);
        Assert.Equal(golden.Tensors["out.lr"].Shape[0], golden.Doubles("out.lr").Length);
    }

    [Fact]
    public void Every_shared_case_has_a_kind()
    {
        string folder = Shared.Require("golden");
        foreach (string golden in Directory.GetDirectories(folder))
            Assert.NotNull(Golden.KindOf(golden));
    }
}
