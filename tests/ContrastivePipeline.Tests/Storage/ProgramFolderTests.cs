using System.Diagnostics;

namespace ContrastivePipeline.Tests.Storage;

public sealed class ProgramFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_program_built_in_a_clone_uses_the_clones()
    {
        folder.Write("clone/ContrastivePipeline.sln", "");
        folder.Write("clone/infra/local/package.json", "{}");
        folder.Write("clone/artifacts/bin/P/release/infra/local/package.json", "{}");

        Assert.Equal(At("clone/infra/local"), Find("clone/artifacts/bin/P/release"));
        Assert.Null(ProgramFolder.Find(At("clone/artifacts/bin/P/release"), "src/experiments", "experiments"));
    }

    [Fact]
    public void Another_uses_what_lies_beside_it_and_nothing_above()
    {
        folder.Write("ContrastivePipeline.sln", "");
        folder.Write("infra/local/package.json", "{}");
        folder.Write("app/contrastive.dll", "");
        folder.Write("artifacts/ContrastivePipeline.sln", "");
        Assert.Null(Find("app"));

        folder.Write("app/infra/local/package.json", "{}");
        Assert.Equal(At("app/infra/local"), Find("app"));
    }

    [Fact]
    public async Task What_lies_in_the_working_directory_is_not_taken_for_the_programs()
    {
        folder.Write("experiments/planted.yaml", "name: planted\n");
        folder.Write("src/experiments/planted.yaml", "name: planted\n");
        folder.Write("infra/local/package.json", "{}");
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "contrastive.exe" : "contrastive");
        var start = new ProcessStartInfo(program, ["run", "planted"])
        {
            WorkingDirectory = folder.Path,
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

    private string At(string path) => Path.Combine(folder.Path, path);

    private string? Find(string program) => ProgramFolder.Find(At(program), "infra/local", "infra/local");
}
