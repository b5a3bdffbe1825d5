namespace ContrastivePipeline.Tests.Storage;

public sealed class StoreAddressTests
{
    private const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

    [Theory]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acct;AccountKey={Secret};EndpointSuffix=core.windows.net")]
    [InlineData($"BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=sv=2024-01-01&sig={Secret}")]
    [InlineData($"BlobEndpoint=https://acct.blob.core.windows.net/?sv=2024-01-01&sig={Secret};AccountName=acct;AccountKey={Secret}")]
    [InlineData("https://acct.blob.core.windows.net")]
    [InlineData("https://acct.blob.core.windows.net/contrastive")]
    public void It_shows_where_the_store_is_and_no_secret(string text) =>
        Assert.Equal("https://acct.blob.core.windows.net/contrastive", StoreAddress.Parse(text).ToString());

    [Theory]
    [InlineData($"https://acct.blob.core.windows.net/c?sv=2024-01-01&sig={Secret}")]
    [InlineData($"https://user:{Secret}@acct.blob.core.windows.net")]
    [InlineData($"AccountName=acct;AccountKey=not-base64-{Secret}!;EndpointSuffix=core.windows.net")]
    [InlineData($"AccountKey={Secret}")]
    [InlineData(Secret)]
    [InlineData("http://acct.blob.core.windows.net")]
    [InlineData("https://acct.blob.core.windows.net/a/b")]
    [InlineData("https://acct.blob.core.windows.net/Upper")]
    public void A_wrong_one_is_refused_without_repeating_a_secret(string text)
    {
        var error = Assert.Throws<ArgumentException>(() => StoreAddress.Parse(text));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.True(error.Message.Length > 40, error.Message);
    }

    [Fact]
    public void The_emulators_address_is_known() =>
        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1/mine", StoreAddress.Parse("UseDevelopmentStorage=true", "mine").ToString());
}
