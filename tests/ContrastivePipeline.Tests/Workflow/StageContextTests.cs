using System.Security.Cryptography;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class StageContextTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_output_has_one_name_whether_it_is_an_array_or_a_stream()
    {
        var context = await OpenAsync();
        var content = "content"u8.ToArray();
        var written = await context.WriteAsync("a", ".txt", content, Cancellation);
        Assert.Equal($"stages/x/a-{Convert.ToHexStringLower(SHA256.HashData(content))[..8]}.txt", written.Path);
        Assert.Equal(written, await context.WriteAsync("a", ".txt", () => new MemoryStream(content), Cancellation));
        var expiring = await context.WriteExpiringAsync("a", ".txt", () => new MemoryStream(content), Cancellation);
        Assert.Equal("expiring/" + written.Path["stages/".Length..], expiring.Path);
        Assert.Equal(content, await context.Store.ReadAsync(expiring, Cancellation));
    }

    [Fact]
    public async Task An_output_that_changes_while_it_is_written_is_none()
    {
        var context = await OpenAsync();
        var opened = (byte)0;
        var error = await Assert.ThrowsAsync<PermanentStageException>(
            () => context.WriteAsync("weights", ".safetensors", () => new MemoryStream([opened++]), Cancellation));
        Assert.Equal("weights.safetensors changed while it was written. Run again.", error.Message);
    }

    private async Task<StageContext> OpenAsync() => new(
        await azurite.OpenStoreAsync(), "stages/x", Path.GetTempPath(), new StageAttempt(1, TimeProvider.System), TimeProvider.System);
}
