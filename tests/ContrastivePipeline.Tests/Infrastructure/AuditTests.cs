using System.Diagnostics;
using System.Xml.Linq;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>The audit of packages in CI, with a <c>dotnet</c> that answers what the real one would.</summary>
public sealed class AuditTests
{
    private const string Dotnet = """
        #!/usr/bin/env bash
        if [ "$1 $2" = "nuget list" ]; then
          printf 'E https://feed.example/v3/index.json?a=1&b=2\nD https://disabled.example/index.json\nE http://mirror.example/index.json\n'
          exit
        fi
        cp "${*: -1}" "$CONFIG"
        printf '%s\n' "$LISTING"
        exit "$LISTING_EXIT"
        """;

    private const string NothingFound = "The given project `A` has no vulnerable packages given the current sources.";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_vulnerable_package_fails_and_is_shown()
    {
        var (code, output, error, _) = await RunAsync("""
            Project `A` has the following vulnerable packages
               > Some.Package   1.0.0   High   https://github.com/advisories/GHSA-0
            """);
        Assert.Equal(1, code);
        Assert.Contains("> Some.Package   1.0.0", output, StringComparison.Ordinal);
        Assert.Contains("raise their versions in Directory.Packages.props", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("warning NU1905: Audit source 'https://feed.example' did not provide any vulnerability data.\n" + NothingFound, 0)]
    [InlineData("warning NU1900: Error occurred while getting package vulnerability data\n" + NothingFound, 0)]
    [InlineData("error: Unable to load the service index", 1)]
    public async Task Without_data_it_says_that_nothing_was_checked(string listing, int exit)
    {
        var (code, output, _, _) = await RunAsync(listing, exit);
        Assert.Equal(0, code);
        Assert.Contains("Packages were NOT checked for vulnerabilities", output, StringComparison.Ordinal);
        Assert.DoesNotContain("No package has a known vulnerability", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_feed_is_asked_for_vulnerabilities_and_where_all_have_none_it_says_so()
    {
        var (code, output, _, config) = await RunAsync(NothingFound);
        Assert.Equal((0, "No package has a known vulnerability.\n"), (code, output));
        var sources = XDocument.Parse(config).Root!.Element("auditSources")!.Elements("add").ToArray();
        Assert.Equal(
            ["https://feed.example/v3/index.json?a=1&b=2", "http://mirror.example/index.json"],
            sources.Select(add => add.Attribute("value")!.Value));
        Assert.Equal([null, "true"], sources.Select(add => add.Attribute("allowInsecureConnections")?.Value));
    }

    [Fact]
    public void A_change_is_checked_with_it_and_with_the_packages_that_are_locked()
    {
        var run = File.ReadAllLines(Path.Combine(Repository.Folder, ".ci", "run"));
        Assert.Contains("dotnet restore ContrastivePipeline.sln --locked-mode", run);
        Assert.Contains(".ci/audit ContrastivePipeline.sln", run);

        var projects = new[] { "src", "functions", "tests" }.SelectMany(folder => Directory.EnumerateFiles(
            Path.Combine(Repository.Folder, folder), "*.csproj", SearchOption.AllDirectories)).ToArray();
        Assert.NotEmpty(projects);
        Assert.All(
            projects, project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));
        // A version that a feed does not have must fail, and not become another.
        Assert.All(
            [.. projects, .. Directory.EnumerateFiles(Repository.Folder, "Directory.*.props")],
            file => Assert.DoesNotMatch("<(NoWarn|WarningsNotAsErrors)>[^<]*NU1603", File.ReadAllText(file)));
    }

    private static async Task<(int Code, string Output, string Error, string Config)> RunAsync(string listing, int exit = 0)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The audit is a bash script for CI on Linux.");
        using var folder = new TemporaryFolder();
        var dotnet = folder.Write("dotnet", Dotnet);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Folder, ".ci", "audit"), "Some.sln"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        var config = Path.Combine(folder.Path, "config");
        start.Environment["PATH"] = $"{folder.Path}:{start.Environment["PATH"]}";
        start.Environment["CONFIG"] = config;
        start.Environment["LISTING"] = listing;
        start.Environment["LISTING_EXIT"] = $"{exit}";
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync(Cancellation);
        var error = await script.StandardError.ReadToEndAsync(Cancellation);
        await script.WaitForExitAsync(Cancellation);
        return (script.ExitCode, await output, error, await File.ReadAllTextAsync(config, Cancellation));
    }
}
