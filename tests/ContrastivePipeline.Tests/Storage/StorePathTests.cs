namespace ContrastivePipeline.Tests.Storage;

public sealed class StorePathTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/.")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    public void A_path_that_leads_elsewhere_is_refused(string path) => Assert.Throws<ArgumentException>(() => StorePath.Validate(path));

    [Theory]
    [InlineData("a")]
    [InlineData("datasets/emoji/0123/media/part-00000.parquet")]
    [InlineData("runs/ünïcode and spaces/..a/b..")]
    public void A_plain_path_is_accepted(string path) => Assert.Equal(path, StorePath.Validate(path));

    [Theory]
    [InlineData("")]
    [InlineData("runs/")]
    [InlineData("runs/de")]
    public void A_prefix_may_be_empty_or_end_anywhere(string prefix) => Assert.Equal(prefix, StorePath.ValidatePrefix(prefix));

    [Theory]
    [InlineData("/runs")]
    [InlineData("a//")]
    [InlineData("../")]
    public void A_prefix_of_no_path_is_refused(string prefix) => Assert.Throws<ArgumentException>(() => StorePath.ValidatePrefix(prefix));
}
