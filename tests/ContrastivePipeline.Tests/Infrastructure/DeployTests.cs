using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>The deployment command, with an Azure CLI that only writes down what it is asked.</summary>
public sealed class DeployTests
{
    private const string AzureCli = """
        #!/usr/bin/env bash
        { for word in "$@"; do printf '%s\t' "$word"; done; echo; } >> "$CALLS"
        case "$*" in
          *outputs.registryName.value*) echo crcpdev ;;
          "acr show"*) echo crcpdev.azurecr.io ;;
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
            ["group create", "deployment group", "acr show", "acr build", "acr build", "deployment group"], calls.Select(c => $"{c[0]} {c[1]}"));
        Assert.All(calls.Where(c => c[1] == "group"), c => Assert.Contains("infra/azure/dev.bicepparam", c));

        // The apps get the very images that were built.
        var built = calls.Where(c => c[1] == "build").Select(c => "crcpdev.azurecr.io/" + After(c, "--image")).ToList();
        var images = JsonSerializer.Deserialize<Dictionary<string, string>>(
            calls[^1].Single(w => w.StartsWith("images=", StringComparison.Ordinal))["images=".Length..])!;
        Assert.Equal(built, images.Values);
        Assert.All(calls.Where(c => c[1] == "build"), c => Assert.True(File.Exists(Path.Combine(Repository.Folder, After(c, "--file")))));
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
        string contact, string environment, string location, string? expectedWord = null)
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
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var words = await script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (expectedWord is not null)
            Assert.Contains(expectedWord, words);
        var file = Path.Combine(folder.Path, "calls");
        var calls = File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
        return (script.ExitCode, await output, [.. calls.Select(line => line.TrimEnd('\t').Split('\t'))]);
    }
}
