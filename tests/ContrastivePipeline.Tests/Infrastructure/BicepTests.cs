using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>What is deployed to Azure builds and lints without a warning.</summary>
public sealed class BicepTests
{
    private static string Program =>
        typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Bicep").Value!;

    [Theory]
    [InlineData("build", "main.bicep")]
    [InlineData("lint", "main.bicep")]
    [InlineData("build-params", "dev.bicepparam")]
    [InlineData("build-params", "prod.bicepparam")]
    public async Task It_builds_without_a_word(string command, string file)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux()
            && RuntimeInformation.ProcessArchitecture == Architecture.X64, "The Bicep package is for Linux on x64.");
        var start = new ProcessStartInfo(Program) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(command);
        start.ArgumentList.Add(Path.Combine(Repository.Folder, "infra", "azure", file));
        if (command != "lint")
            start.ArgumentList.Add("--stdout");
        start.Environment["BUDGET_CONTACT"] = "someone@example.org";
        start.Environment["BUDGET_START"] = "2026-11-01";
        using var bicep = Process.Start(start)!;
        var output = bicep.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var words = await bicep.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bicep.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("", 0), (words.Trim(), bicep.ExitCode));
        Assert.Equal(command == "lint", (await output).Trim().Length == 0);
    }

    [Fact]
    public void What_is_deployed_depends_on_no_clock()
    {
        // Azure refuses a budget with another start than it had: a deployment in a later month would fail.
        var files = Directory.GetFiles(Path.Combine(Repository.Folder, "infra", "azure"), "*.bicep", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("utcNow", File.ReadAllText(file)));
    }
}
