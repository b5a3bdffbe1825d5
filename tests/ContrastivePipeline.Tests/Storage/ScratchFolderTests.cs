using System.Diagnostics;

namespace ContrastivePipeline.Tests.Storage;

public sealed class ScratchFolderTests
{
    [Fact]
    public void Lies_in_its_root_and_goes_with_its_owner()
    {
        using var root = new TemporaryFolder();
        var below = Path.Combine(root.Path, "scratch");
        string path;
        using (var folder = ScratchFolder.Create(below, "train"))
        {
            path = folder.Path;
            Assert.Equal(below, Path.GetDirectoryName(path));
            File.WriteAllText(Path.Combine(path, "part"), "x");
        }
        Assert.False(Directory.Exists(path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(below));
    }

    [Fact]
    public void What_a_killed_owner_left_goes_and_what_a_living_one_has_stays()
    {
        using var root = new TemporaryFolder();
        using var alive = ScratchFolder.Create(root.Path, "train");
        // As SIGKILL leaves it: the folder with its content, and a lock file that nobody holds.
        var left = Path.Combine(root.Path, "train-killed");
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "part"), "x");
        File.WriteAllText(left + ".lock", "");

        using (ScratchFolder.Create(root.Path, "train"))
        {
            Assert.False(Directory.Exists(left));
            Assert.False(File.Exists(left + ".lock"));
            Assert.True(Directory.Exists(alive.Path));
        }
        Assert.True(Directory.Exists(alive.Path));
    }

    [Fact]
    public async Task A_killed_process_frees_its_lock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs flock(1).");
        using var root = new TemporaryFolder();
        var left = Path.Combine(root.Path, "train-other");
        Directory.CreateDirectory(left);
        File.WriteAllText(left + ".lock", "");
        var ready = Path.Combine(root.Path, "ready");
        using var other = Process.Start(
            new ProcessStartInfo("flock", ["--no-fork", left + ".lock", "sh", "-c", $"touch '{ready}'; exec sleep 600"]))!;
        while (!File.Exists(ready))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        using (ScratchFolder.Create(root.Path, "train"))
        {
            Assert.True(Directory.Exists(left));
        }

        other.Kill();
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        using (ScratchFolder.Create(root.Path, "train"))
        {
            Assert.False(Directory.Exists(left));
        }
    }
}
