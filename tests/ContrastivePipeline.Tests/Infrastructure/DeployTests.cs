using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>The deployment command, with an Azure CLI that only writes down what it is asked.</summary>
public sealed class DeployTests
{
    private const string AzureCli = """
        #!/usr/bin/env bash
        { for word in "$@"; do printf '%s\t' "$word"; done; printf 'BUDGET_START=%s\n' "${BUDGET_START:-}"; } >> "$CALLS"
        case "$*" in
          "rest"*) printf '%s' "$BUDGET" ;;
          *outputs.registryName.value*) echo crcpdev ;;
          "acr show"*) echo crcpdev.azurecr.io ;;
          "acr repository show"*functions:*) echo sha256:f0f0 ;;
          "acr repository show"*training:*) echo sha256:7a7a ;;
          "acr build"*) echo "a log that must not get into the result" ;;
          *outputs*) printf 'https://app.example/api\nhttps://account.blob.example/contrastive\n' ;;
        esac
        """;

    [Fact]
    public async Task It_makes_resources_then_images_then_apps_and_prints_where_they_are()
    {
        var (code, output, calls) = await RunAsync("you@example.org", "dev", "swedencentral");

        Assert.Equal((0, "API=https://app.example/api\nSTORE=https://account.blob.example/contrastive\n"), (code, output));
        Assert.Equal(
            [
                "group create", "rest --method", "deployment group", "acr show", "acr build", "acr build", "acr repository",
                "acr repository",
                "deployment group",
            ],
            calls.Select(c => $"{c[0]} {c[1]}"));
        Assert.All(calls.Where(c => c[1] == "group"), c => Assert.Contains("infra/azure/dev.bicepparam", c));
        Assert.All(calls.Where(c => c[1] == "build"), c => Assert.True(File.Exists(Path.Combine(Repository.Folder, After(c, "--file")))));
    }

    [Fact]
    public async Task The_apps_get_the_very_images_that_were_built()
    {
        var (_, _, calls) = await RunAsync("you@example.org", "dev", "swedencentral");

        var images = JsonSerializer.Deserialize<Dictionary<string, string>>(
            calls[^1].Single(w => w.StartsWith("images=", StringComparison.Ordinal))["images=".Length..])!;
        Assert.Equal(["crcpdev.azurecr.io/functions@sha256:f0f0", "crcpdev.azurecr.io/training@sha256:7a7a"], images.Values);
        // The digests are those of what was pushed a moment before.
        Assert.Equal(calls.Where(c => c[1] == "build").Select(c => After(c, "--image")),
            calls.Where(c => c[1] == "repository").Select(c => After(c, "--image")));
    }

    [Fact]
    public async Task Images_are_reported_which_commit_they_are_built_from()
    {
        var (_, _, calls) = await RunAsync("you@example.org", "dev", "swedencentral");

        var builds = calls.Where(c => c[1] == "build").ToList();
        Assert.Equal(2, builds.Count);
        Assert.All(builds, c => Assert.Matches("^SOURCE_REVISION=[0-9a-f]{40}(-dirty)?$", After(c, "--build-arg")));
    }

    [Theory]
    [InlineData("", @"^BUDGET_START=2[0-9]{3}-[0-9]{2}-01$")]
    [InlineData("2026-03-01T00:00:00Z", "^BUDGET_START=2026-03-01$")]
    public async Task A_budget_keeps_the_month_that_it_began_in(string start, string expected)
    {
        var (code, _, calls) = await RunAsync("you@example.org", "dev", "swedencentral", budget: start);

        Assert.Equal(0, code);
        Assert.Contains("value[?name=='contrastive-dev']", After(calls.Single(c => c[0] == "rest"), "--query"));
        Assert.All(calls.Where(c => c[0] == "deployment"), c => Assert.Matches(expected, c[^1]));
        Assert.Contains("name: 'contrastive-${environmentName}'",
            File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "modules", "budget.bicep")));
    }

    [Fact]
    public async Task It_asks_the_template_for_outputs_and_gives_it_parameters_that_it_has()
    {
        var (_, _, calls) = await RunAsync("you@example.org", "prod", "swedencentral");
        var template = File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "main.bicep"));

        var queries = string.Join(' ', calls.Where(c => c.Contains("--query") && c[0] == "deployment").Select(c => After(c, "--query")));
        var outputs = Regex.Matches(queries, @"(\w+)\.value").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(3, outputs.Count);
        Assert.All(outputs, name => Assert.Contains($"output {name} ", template));
        Assert.Contains("param images { functions: string, training: string }?", template);
    }

    [Theory]
    [InlineData("", "dev", "BUDGET_CONTACT")]
    [InlineData("you@example.org", "", "dev or prod")]
    [InlineData("you@example.org", "test", "no environment 'test'")]
    public async Task It_does_nothing_without_what_it_needs(string contact, string environment, string word)
    {
        var (code, output, calls) = await RunAsync(contact, environment, "swedencentral", word);

        Assert.NotEqual(0, code);
        Assert.Equal("", output);
        Assert.Empty(calls);
    }

    private static string After(string[] call, string option) => call[Array.IndexOf(call, option) + 1];

    private static async Task<(int Code, string Output, List<string[]> Calls)> RunAsync(
        string contact, string environment, string location, string? expectedWord = null, string budget = "")
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The deployment command is a bash script.");
        using var folder = new TemporaryFolder();
        var az = folder.Write("az", AzureCli);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(az, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Folder, "infra", "azure", "deploy.sh"), environment, location])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            // From anywhere.
            WorkingDirectory = folder.Path,
        };
        start.Environment["PATH"] = $"{folder.Path}:{start.Environment["PATH"]}";
        start.Environment["CALLS"] = Path.Combine(folder.Path, "calls");
        start.Environment["BUDGET_CONTACT"] = contact;
        start.Environment["BUDGET"] = budget;
        start.Environment.Remove("BUDGET_START");
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var words = await script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (expectedWord is not null)
            Assert.Contains(expectedWord, words);
        var file = Path.Combine(folder.Path, "calls");
        var calls = File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
        return (script.ExitCode, await output, [.. calls.Select(line => line.Split('\t'))]);
    }
}
