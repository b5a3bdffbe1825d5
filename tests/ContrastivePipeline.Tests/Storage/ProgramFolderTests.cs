using System.Diagnostics;

namespace ContrastivePipeline.Tests.Storage;

public sealed class ProgramFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_program_built_in_a_clone_uses_the_clones()
    {
        _folder.Write("clone/ContrastivePipeline.sln", "");
        _folder.Write("clone/infra/local/package.json", "{}");
        _folder.Write("clone/artifacts/bin/P/release/infra/local/package.json", "{}");

        Assert.Equal(At("clone/infra/local"), Find("clone/artifacts/bin/P/release"));
        Assert.Null(ProgramFolder.Find(At("clone/artifacts/bin/P/release"), "src/experiments", "experiments"));
    }

    [Fact]
    public void Another_uses_what_lies_beside_it_and_nothing_above()
    {
        _folder.Write("ContrastivePipeline.sln", "");
        _folder.Write("infra/local/package.json", "{}");
        _folder.Write("app/contrastive.dll", "");
        _folder.Write("artifacts/ContrastivePipeline.sln", "");
        Assert.Null(Find("app"));

        _folder.Write("app/infra/local/package.json", "{}");
        Assert.Equal(At("app/infra/local"), Find("app"));
    }

    [Fact]
    public async Task What_lies_in_the_working_directory_is_not_taken_for_the_programs()
    {
        _folder.Write("experiments/planted.yaml", "name: planted\n");
        _folder.Write("src/experiments/planted.yaml", "name: planted\n");
        _folder.Write("infra/local/package.json", "{}");
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "contrastive.exe" : "contrastive");
        var start = new ProcessStartInfo(program, ["run", "planted"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;

        var error = await process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("no experiment of that name", error, StringComparison.Ordinal);
        Assert.Contains("demo", error, StringComparison.Ordinal);
        Assert.DoesNotContain("planted,", error, StringComparison.Ordinal);
    }

    private string At(string path) => Path.Combine(_folder.Path, path);

    private string? Find(string program) => ProgramFolder.Find(At(program), "infra/local", "infra/local");
}
