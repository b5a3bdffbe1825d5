using ContrastivePipeline.Data.Shards;

namespace ContrastivePipeline.Tests.Data.Shards;

public sealed class ScratchFolderTests
{
    [Fact]
    public void A_folder_goes_with_its_owner_or_when_the_next_one_comes()
    {
        var abandoned = Directory.CreateTempSubdirectory("contrastive-data-").FullName;
        File.WriteAllText(Path.Combine(abandoned, ".lock"), "");
        using var alive = ScratchFolder.Create();
        foreach (var folder in new[] { abandoned, alive.Path })
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-1));

        string path;
        using (var next = ScratchFolder.Create())
        {
            path = next.Path;
            Assert.False(Directory.Exists(abandoned));
            Assert.True(Directory.Exists(alive.Path));
        }

        Assert.False(Directory.Exists(path));
    }
}
