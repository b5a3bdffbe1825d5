namespace ContrastivePipeline.Tests.Storage;

public sealed class LocalPackagesTests(AzuriteFixture azurite) : IDisposable
{
    private const string EmptyLockfile = """{ "name": "x", "lockfileVersion": 3, "requires": true, "packages": { "": { "name": "x" } } }""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("contrastive-packages-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task They_are_installed_once_and_again_when_the_lockfile_changes_or_it_was_interrupted()
    {
        await azurite.RequirePackagesAsync();
        await WriteAsync("package.json", """{ "name": "x" }""");
        await WriteAsync("package-lock.json", EmptyLockfile);
        var installations = new Installations();

        var modules = await LocalPackages.EnsureInstalledAsync(_folder.FullName, installations, Ct);
        Assert.Equal(Path.Combine(_folder.FullName, "node_modules"), modules);
        await LocalPackages.EnsureInstalledAsync(_folder.FullName, installations, Ct);
        Assert.Equal(1, installations.Count);

        await WriteAsync("package-lock.json", EmptyLockfile + "\n");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LocalPackages.EnsureInstalledAsync(_folder.FullName, installations, Ct)));
        Assert.Equal(2, installations.Count);

        File.Delete(Path.Combine(modules, ".installed"));
        await LocalPackages.EnsureInstalledAsync(_folder.FullName, installations, Ct);
        Assert.Equal(3, installations.Count);
    }

    [Fact]
    public async Task What_npm_said_is_passed_on_when_it_fails()
    {
        await azurite.RequirePackagesAsync();
        await WriteAsync("package.json", """{ "name": "x", "dependencies": { "not-locked": "1.0.0" } }""");
        await WriteAsync("package-lock.json", EmptyLockfile);

        var error = await Assert.ThrowsAsync<LocalStoreException>(() => LocalPackages.EnsureInstalledAsync(_folder.FullName, null, Ct));

        Assert.Contains("not-locked", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "node_modules", ".installed")));
    }

    [Fact]
    public async Task A_program_that_is_missing_is_named_with_what_to_do()
    {
        var error = await Assert.ThrowsAsync<LocalStoreException>(
            () => NodeTools.RunAsync("no-such-node", ["--version"], _folder.FullName, null, Ct));
        Assert.Contains("'no-such-node'", error.Message, StringComparison.Ordinal);
        Assert.Contains("--store", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lockfile_names_no_registry()
    {
        var lockfile = File.ReadAllText(Path.Combine(LocalPackages.FindFolder(), "package-lock.json"));
        Assert.DoesNotContain("\"resolved\"", lockfile, StringComparison.Ordinal);
        Assert.Contains("\"integrity\"", lockfile, StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string content) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), content, Ct);

    private sealed class Installations : IProgress<string>
    {
        private int _count;

        public int Count => _count;

        public void Report(string value)
        {
            if (value.StartsWith("Installing", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
