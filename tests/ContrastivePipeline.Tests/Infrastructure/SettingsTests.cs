using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>Words about settings agree with the program: whoever is asked to set a variable finds that somebody reads it.</summary>
public sealed class SettingsTests
{
    private static readonly string[] Places = ["src", "functions", "tests", "infra", "docs", "README.md", "host.json"];

    [Fact]
    public void Every_variable_that_is_spoken_of_is_read_and_every_one_that_the_program_reads_is_spoken_of()
    {
        var (body, read, readByTests) = (new SortedSet<string>(), new SortedSet<string>(), new SortedSet<string>());
        foreach (var file in Places.SelectMany(Files))
        {
            foreach (Match match in Regex.Matches(File.ReadAllText(Path.Combine(Repository.Folder, file)), """(["%]?)(CONTRASTIVE_[A-Z_]*[A-Z])(["%]?)"""))
            {
                (!Reads(file, match) ? body : file.StartsWith("tests/", StringComparison.Ordinal) ? readByTests : read)
                .Add(match.Groups[2].Value);
            }
        }

        Assert.Empty(body.Except(read).Except(readByTests));
        Assert.Empty(read.Except(body));
        Assert.True(read.Count > 8);
    }

    [Fact]
    public void The_containers_settings_are_those_of_the_bicep_files()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "cloud.md"));
        foreach (var module in new[] { "functions", "training" })
        {
            var bicep = File.ReadAllText(Path.Combine(Repository.Folder, "infra", "azure", "modules", $"{module}.bicep"));
            var names = Regex.Matches(bicep, @"name: '([A-Z][A-Z_]+)'").Select(m => m.Groups[1].Value).ToList();

            Assert.Contains("OTEL_SERVICE_NAME", names);
            Assert.All(names, name => Assert.Contains($"`{name}`", table));
        }
    }

    [Theory]
    [InlineData("infra/azure/modules/functions.bicep")]
    [InlineData("infra/docker/functions.Dockerfile")]
    [InlineData("docs/cloud.md")]
    public void The_app_s_own_host_name_is_set_because_the_host_refuses_durable_clients_without_it(string file) =>
        Assert.Contains("WEBSITE_HOSTNAME", File.ReadAllText(Path.Combine(Repository.Folder, file)), StringComparison.Ordinal);

    // What reads a variable has its whole name as a literal, or between percent signs; all else speaks of it.
    private static bool Reads(string file, Match match) => (match.Groups[1].Value, match.Groups[3].Value) switch
    {
        ("\"", "\"") => file.EndsWith(".cs", StringComparison.Ordinal),
        ("%", "%") => file == "host.json" || file.StartsWith("functions/", StringComparison.Ordinal),
        _ => false,
    };

    private static IEnumerable<string> Files(string place)
    {
        var path = Path.Combine(Repository.Folder, place);
        var files = File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories);
        return files
            .Where(f => Path.GetExtension(f)
                is ".cs" or ".cjs" or ".md" or ".json" or ".bicep" or ".bicepparam" or ".Dockerfile" or ".sh" or ".yaml")
            .Select(f => Path.GetRelativePath(Repository.Folder, f).Replace('\\', '/'))
            .Where(f => !f.Contains("node_modules/") && !f.EndsWith("SettingsTests.cs", StringComparison.Ordinal));
    }
}
