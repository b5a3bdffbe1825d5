namespace ContrastivePipeline.Tests.Modeling;

public sealed class NativeLibraryTests
{
    [Fact]
    public void Native_torch_loads_and_says_what_it_is()
    {
        var info = NativeTorch.Describe();
        Assert.Matches(@"^\d+\.\d+", info.Version);
        Assert.True(info.Threads >= 1);
    }

    [Fact]
    public void Rewriting_twice_changes_nothing_more()
    {
        using var folder = new TemporaryFolder();
        var file = CopyOfShippedLibrary(folder);
        Assert.True(StandardLibraryCompatibility.Rewrite(file));
        var once = File.ReadAllBytes(file);
        Assert.False(StandardLibraryCompatibility.Rewrite(file));
        Assert.Equal(once, File.ReadAllBytes(file));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Processes_that_start_at_once_see_a_whole_file()
    {
        using var folder = new TemporaryFolder();
        var file = CopyOfShippedLibrary(folder);
        var length = new FileInfo(file).Length;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(length, File.ReadAllBytes(file).LongLength);
            }
        }));
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => StandardLibraryCompatibility.Rewrite(file)));
        await Task.WhenAll([.. readers, .. writers]);
        Assert.False(StandardLibraryCompatibility.Rewrite(file));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_linked_elsewhere_stays_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var file = CopyOfShippedLibrary(folder);
        var original = File.ReadAllBytes(file);
        var other = Path.Combine(folder.Path, "package.so");
        File.Move(file, other);
        File.CreateSymbolicLink(file, other);
        Assert.True(StandardLibraryCompatibility.Rewrite(file));
        Assert.Equal(original, File.ReadAllBytes(other));
    }

    [Fact]
    public void Damaged_and_foreign_files_are_refused()
    {
        using var folder = new TemporaryFolder();
        var image = File.ReadAllBytes(CopyOfShippedLibrary(folder));
        Assert.Throws<BadImageFormatException>(() => StandardLibraryCompatibility.TryRewrite(image.AsSpan(0, image.Length / 2)));
        Assert.Throws<BadImageFormatException>(() => StandardLibraryCompatibility.TryRewrite("not an elf file"u8.ToArray()));
        Assert.Throws<BadImageFormatException>(() => StandardLibraryCompatibility.TryRewrite([]));
    }

    internal static string CopyOfShippedLibrary(TemporaryFolder folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has the library in question.");
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var shipped = Path.Combine(packages, "torchsharp");
        Assert.SkipUnless(Directory.Exists(shipped), "The package folder has no torchsharp: the library as shipped is not at hand.");
        var library = Directory.GetFiles(shipped, "libLibTorchSharp.so", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        var copy = Path.Combine(folder.Path, "libLibTorchSharp.so");
        File.Copy(library, copy);
        return copy;
    }
}
