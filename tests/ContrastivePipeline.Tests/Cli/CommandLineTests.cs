using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

public sealed class CommandLineTests
{
    private const string SecretStore =
        "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=c2VjcmV0c2VjcmV0;BlobEndpoint=http://127.0.0.1:9/nobody;";

    [Fact]
    public async Task No_command_shows_help()
    {
        var said = await Contrastive.RunAsync();

        Assert.Equal(ExitCode.Done, said.Code);
        Assert.Contains("doctor", said.Out, StringComparison.Ordinal);
        Assert.Contains("--store", said.Out, StringComparison.Ordinal);
        Assert.Contains("130 interrupted", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("status", "--frobnicate")]
    [InlineData("runs", "--experiment")]
    [InlineData("status", "one", "two")]
    public async Task Wrong_usage_says_what_and_where_to_read_on(params string[] args)
    {
        var said = await Contrastive.RunAsync(args);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Empty(said.Out);
        Assert.Contains(args[^1], said.Error, StringComparison.Ordinal);
        Assert.Contains("--help'.", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_name_of_an_option_works_and_is_not_in_the_help()
    {
        using var folder = new TemporaryFolder();
        var missing = Path.Combine(folder.Path, "nofile.png");

        var help = await Contrastive.RunAsync("search", "--help");
        Assert.Contains("--image", help.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--picture", help.Out, StringComparison.Ordinal);
        foreach (var name in new[] { "--image", "--picture" })
        {
            var said = await Contrastive.RunAsync("search", "latest", name, missing);
            Assert.Equal((ExitCode.Usage, $"--image {missing}: there is no such file.\n"), (said.Code, said.Error));
        }
        var both = await Contrastive.RunAsync("search", "latest", "--image", missing, "--picture", missing);
        Assert.Equal(ExitCode.Usage, both.Code);
        Assert.Contains("give --image alone", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_address_that_is_none_is_wrong_usage_and_is_not_repeated()
    {
        var said = await Contrastive.RunAsync("runs", "--store", "AccountKey=c2VjcmV0c2VjcmV0;x");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("neither an https URL nor a storage connection string", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_the_wrong_place_is_not_repeated()
    {
        var said = await Contrastive.RunAsync("status", "latest", SecretStore);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("AccountKey=…", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_variable_names_the_store_and_the_option_goes_before_it()
    {
        var variables = new Dictionary<string, string> { ["CONTRASTIVE_STORE"] = "https://a.invalid/b/c" };

        Assert.Contains("https://a.invalid/b/c", (await Contrastive.RunAsync(variables, "runs")).Error, StringComparison.Ordinal);
        Assert.Contains(
            "is not https", (await Contrastive.RunAsync(variables, "runs", "--store", "http://d.invalid")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--local", "runs")]
    [InlineData("--to", "export", "--variant", "clip")]
    [InlineData("--to", "pull")]
    [InlineData("--out", "report")]
    [InlineData("--out", "run", "smoke")]
    public async Task A_folder_that_cannot_be_written_into_is_wrong_usage_before_anything_is_done(string option, params string[] command)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "x");
        var wanted = Path.Combine(file, "inside");

        // No store answers there: whoever asked it first would say so instead.
        string[] store = option == "--local" ? [] : ["--store", SecretStore, "--local", folder.Path];
        var said = await Contrastive.RunAsync([.. command, option, wanted, .. store]);

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Equal($"{option} {wanted}: '{file}' is a file, not a folder. Name another folder.\n", said.Error);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_doctor_finds_a_local_folder_that_cannot_be_written_into_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "x");

        var said = await Contrastive.RunAsync("doctor", "--local", file, "--json");

        Assert.Equal((ExitCode.Failed, ""), (said.Code, said.Error));
        var findings = JsonDocument.Parse(said.Out).RootElement.EnumerateArray().ToDictionary(f => f.GetProperty("check").GetString()!);
        Assert.Equal("fail", findings["disk"].GetProperty("verdict").GetString());
        Assert.Equal($"'{file}' is a file, not a folder.", findings["disk"].GetProperty("found").GetString());
        Assert.NotEqual("ok", findings["store"].GetProperty("verdict").GetString());
    }
}
