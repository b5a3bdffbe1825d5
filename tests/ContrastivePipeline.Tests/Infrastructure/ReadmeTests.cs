using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>The README's lines for Azure and GPUs are lines that a shell takes, about files and resources that there are.</summary>
public sealed class ReadmeTests
{
    private static readonly string SectionHead = Section();
    private static readonly string[] Lines =
        [.. SectionHead.Split('\n').Where(l => l.StartsWith("    ", StringComparison.Ordinal)).Select(l => l.Trim())];

    [Fact]
    public void A_shell_reads_them()
    {
        Assert.True(Lines.Length > 12);
        Assert.Equal((0, ""), Bash("-n", "-c", string.Join('\n', Lines)));
    }

    [Fact]
    public void Edits_of_parameters_change_them_to_what_builds()
    {
        using var folder = new TemporaryFolder();
        var edits = Lines.Where(l => l.StartsWith("sed -i ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(edits);
        foreach (var edit in edits)
        {
            var name = edit.Split(' ')[^1];
            var before = File.ReadAllText(Path.Combine(Repository.Folder, name));
            var copy = folder.Write(name, before);
            // GNU's -i takes no word, macOS's does.
            Assert.Equal((0, ""), Bash("-c", $"cd '{folder.Path}' && {edit.Replace("sed -i ", "sed -i.old ")}"));

            Assert.NotEqual(before, File.ReadAllText(copy));
            var profile = Regex.Match(File.ReadAllText(copy), "gpuProfile = ('[^']+')").Groups[1].Value;
            Assert.Contains(profile, File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "main.bicep")));
        }
    }

    [Theory]
    [InlineData("--resource-group", "infra/azure/deploy.sh", "group=rg-contrastive-$environment")]
    [InlineData("--name", "infra/azure/modules/functions.bicep", "var name = 'ca-contrastive-${environmentName}'")]
    [InlineData("--name", "infra/azure/modules/training.bicep", "name: 'train-segment'")]
    public void Resources_are_called_as_they_are_made(string option, string file, string words)
    {
        Assert.Contains(words, File.ReadAllText(Path.Combine(Repository.Folder, file)));
        var name = Regex.Match(words, "'?([a-z-]*contrastive-|train-segment)").Groups[1].Value;
        Assert.Contains($"{option} {(name == "train-segment" ? name : name + "dev")}", SectionHead);
    }

    private static string Section()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Folder, "README.md"));
        return text[text.IndexOf("\n## On Azure", StringComparison.Ordinal)..text.IndexOf(
            "\n## Troubleshooting", StringComparison.Ordinal)];
    }

    private static (int Code, string Error) Bash(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The lines are for bash.");
        using var bash = Process.Start(new ProcessStartInfo("bash", arguments) { RedirectStandardError = true })!;
        var error = bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, error);
    }
}
