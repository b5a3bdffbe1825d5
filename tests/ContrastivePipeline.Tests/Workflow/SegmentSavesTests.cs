using System.Text;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class SegmentSavesTests(AzuriteFixture azurite)
{
    private readonly List<string> _notes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_two_are_kept_and_a_damaged_newest_one_falls_back_to_the_one_before()
    {
        var address = await azurite.NewAddressAsync();
        var store = await ArtifactStore.OpenAsync(address, Cancellation);
        var saves = new SegmentSaves(Context(store));
        foreach (var step in new[] { 1, 2, 30 })
            await saves.WriteAsync(step, Content($"{step}"), Cancellation);
        var kept = await store.ListAsync("expiring/train/x/saves/", Cancellation).Select(save => save.Path).ToListAsync(Cancellation);
        Assert.Equal(2, kept.Count);
        Assert.Equal("30", await RestoreAsync(saves));

        await Damage.WriteAsync(address, kept[1], "3"u8.ToArray());
        Assert.Equal("2", await RestoreAsync(saves));
        Assert.Contains(kept[1], Assert.Single(_notes), StringComparison.Ordinal);

        await saves.DeleteAsync(Cancellation);
        Assert.Null(await RestoreAsync(saves));
    }

    [Fact]
    public async Task One_that_cannot_be_restored_falls_back_likewise()
    {
        var store = await azurite.OpenStoreAsync();
        var saves = new SegmentSaves(Context(store));
        await saves.WriteAsync(1, Content("good"), Cancellation);
        await saves.WriteAsync(2, Content("nonsense"), Cancellation);

        Assert.Equal("good", await saves.TryRestoreAsync(
            async (save, path, token) => await TextAsync(save, path, token) is "good" and var text
                ? text : throw new InvalidDataException("no state"),
            fault => fault is InvalidDataException, Cancellation));
    }

    [Fact]
    public async Task What_an_older_program_saved_is_gone_on_from()
    {
        var store = await azurite.OpenStoreAsync();
        await store.WriteAsync("stages/train/x/saves/000000007-01234567.safetensors", "7"u8.ToArray(), Cancellation);
        var saves = new SegmentSaves(Context(store));
        await saves.WriteAsync(3, Content("3"), Cancellation);
        Assert.Equal("7", await RestoreAsync(saves));

        await saves.WriteAsync(9, Content("9"), Cancellation);
        Assert.Equal("9", await RestoreAsync(saves));
        await saves.DeleteAsync(Cancellation);
        Assert.Empty(await store.ListAsync("", Cancellation).ToListAsync(Cancellation));
    }

    private static Task<string?> RestoreAsync(SegmentSaves saves) => saves.TryRestoreAsync(TextAsync, _ => false, Cancellation);

    private static Func<Stream> Content(string text) => () => new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);

    private static async Task<string> TextAsync(Stream save, string path, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(save, leaveOpen: true);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private StageContext Context(ArtifactStore store) => new(
        store, "stages/train/x", Path.GetTempPath(), new StageAttempt(1, TimeProvider.System, note: _notes.Add), TimeProvider.System);
}
