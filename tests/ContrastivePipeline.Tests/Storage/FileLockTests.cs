namespace ContrastivePipeline.Tests.Storage;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    // Where the fault is there, these wait for ever.
    private const int HangTimeout = 120_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = HangTimeout)]
    public async Task The_next_waits_until_it_is_given_back()
    {
        var file = Path.Combine(_folder.Path, "lock");
        var waits = new TaskCompletionSource();
        var first = await FileLock.AcquireAsync(file, null, TestContext.Current.CancellationToken);
        var second = FileLock.AcquireAsync(file, waits.SetResult, Ct);
        await waits.Task.WaitAsync(Ct);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
    }

    [Fact(Timeout = HangTimeout)]
    public async Task A_file_that_cannot_be_opened_is_reported_and_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links need a privilege there.");
        // A link to itself: the system answers with an error that is neither "held" nor "denied", as it does for a full or read-only disk.
        var file = Path.Combine(_folder.Path, "lock");
        File.CreateSymbolicLink(file, file);

        var error = await Assert.ThrowsAsync<LocalStoreException>(
            () => FileLock.AcquireAsync(file, null, TestContext.Current.CancellationToken));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("--local", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_for_which_there_is_no_room_is_reported()
    {
        var taken = _folder.Write("taken", "");

        var error = await Assert.ThrowsAsync<LocalStoreException>(
            () => LocalAzurite.JoinOrStartAsync(new LocalStoreOptions { DataFolder = Path.Combine(taken, "store") }, Ct));

        Assert.Contains("taken", error.Message, StringComparison.Ordinal);
    }
}
