using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>A data engineer's day, as command lines.</summary>
public sealed class RefreshCommandTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Captions_are_refreshed_compared_and_rolled_back()
    {
        await local.OpenAsync();
        using var folder = new TemporaryFolder();
        var experiment = ShapesExperiment.Draw(folder.Path);
        await CallAsync(ExitCode.Done, "run", experiment);
        var first = await CurrentAsync();
        var table = folder.Write("new.csv", "id,caption\n0.png,a crimson disc\n1.png,a green disc number 1\n99.png,nothing\n2.png,\n");

        var dry = await CallAsync(ExitCode.Done, "data", "refresh", "shapes", table, "--dry-run");
        Assert.Contains("4 rows = 0 added + 1 changed + 1 unchanged + 0 duplicates + 2 quarantined", dry.Out, StringComparison.Ordinal);
        Assert.Contains($"Dry run: nothing was stored. shapes stays at {first}.", dry.Out, StringComparison.Ordinal);
        Assert.Equal([first], await VersionsAsync());

        var done = await CallAsync(ExitCode.Done, "data", "refresh", "shapes", table);
        var second = await CurrentAsync();
        Assert.NotEqual(first, second);
        Assert.Contains($"shapes is now at {second}; {first} is kept.", done.Out, StringComparison.Ordinal);
        Assert.Contains("changed  0.png [0]  'a red disc number 0'  ->  'a crimson disc'", done.Out, StringComparison.Ordinal);
        Assert.Contains("Quarantined: empty-caption 1, unknown-media 1", done.Out, StringComparison.Ordinal);
        Assert.Contains("contrastive run shapes.yaml --dataset shapes", done.Out, StringComparison.Ordinal);
        Assert.Contains("is sound", (await CallAsync(ExitCode.Done, "data", "verify", "shapes")).Out, StringComparison.Ordinal);

        var again = await CallAsync(ExitCode.Done, "data", "refresh", "shapes", table, "--json");
        var told = JsonDocument.Parse(again.Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.Equal(("dataset-refreshed", second), (told.GetProperty("event").GetString(), told.GetProperty("current").GetString()));
        Assert.Equal(JsonValueKind.Null, told.GetProperty("record").GetProperty("version").ValueKind);

        await CompareAsync(first, second);
        await GoBackAsync(first, second);
        var run = await CallAsync(ExitCode.Done, "run", experiment, "--dataset", $"shapes@{second}");
        Assert.DoesNotContain("prepare-dataset", run.Out, StringComparison.Ordinal);
        Assert.Contains("train (clip-seed-1-steps-0-2): done in", run.Out, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing to remove", (await CallAsync(ExitCode.Done, "data", "gc", "--forget-history")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preparing_a_mended_source_says_what_the_name_means_and_how_to_change_it()
    {
        await local.OpenAsync();
        using var folder = new TemporaryFolder();
        var experiment = ShapesExperiment.Draw(folder.Path);
        var yaml = await File.ReadAllTextAsync(experiment, Cancellation);
        await File.WriteAllTextAsync(experiment, yaml.Replace("name: shapes", "name: mended"), Cancellation);
        string PathOf(string name) => Path.Combine(folder.Path, name);

        var pairs = await File.ReadAllTextAsync(PathOf("pairs.csv"), Cancellation);
        await File.WriteAllTextAsync(PathOf("pairs.csv"), pairs.Replace("a red disc number 0", ""), Cancellation);
        Assert.DoesNotContain("still means", (await CallAsync(ExitCode.Done, "data", "prepare", experiment)).Out, StringComparison.Ordinal);
        var holed = (await NotifyAsync("mended")).GetProperty("current").GetProperty("version").GetString()!;
        await File.WriteAllTextAsync(PathOf("pairs.csv"), pairs, Cancellation);
        // The store knows when a version was made to the second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), Cancellation);
        var again = (await CallAsync(ExitCode.Done, "data", "prepare", experiment)).Out;
        Assert.Contains($"'mended' still means {holed}, which is current: preparing never moves it.", again, StringComparison.Ordinal);
        var whole = (await NotifyAsync("mended")).GetProperty("versions")[0].GetProperty("version").GetString()!;
        Assert.NotEqual(holed, whole);

        var hint =
            $"Version {whole} (60 captions) was made after this one and is not current: 'mended' means {holed} until 'contrastive data use mended {whole}'.";
        Assert.Equal(hint, (await CallAsync(ExitCode.Done, "data", "inspect", "mended")).Out.Split('\n')[1]);
        Assert.Contains(hint, (await CallAsync(ExitCode.Done, "data", "versions", "mended")).Out, StringComparison.Ordinal);
        Assert.Contains("name the version to use. There is " + whole, (await CallAsync(ExitCode.Usage, "data", "rollback", "mended")).Error,
            StringComparison.Ordinal);

        Assert.Contains($"mended is now at {whole}; {holed} is kept.", (await CallAsync(ExitCode.Done, "data", "use", "mended", whole)).Out,
            StringComparison.Ordinal);
        Assert.Contains($"mended is at {whole} already.", (await CallAsync(ExitCode.Done, "data", "use", "mended", whole)).Out,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "was made after", (await CallAsync(ExitCode.Done, "data", "inspect", "mended")).Out, StringComparison.Ordinal);
        // Who goes back on purpose is not asked to come back.
        await CallAsync(ExitCode.Done, "data", "rollback", "mended");
        Assert.DoesNotContain(
            "was made after", (await CallAsync(ExitCode.Done, "data", "inspect", "mended")).Out, StringComparison.Ordinal);

        var none = folder.Write("none.csv", "id,caption\nnobody.png,x\n0.png,\n");
        var refused = await CallAsync(ExitCode.Failed, "data", "refresh", "mended", none);
        Assert.Contains(
            "No row of the table could be used.\nQuarantined: empty-caption 1, unknown-media 1", refused.Out, StringComparison.Ordinal);
        var table = folder.Write("new.csv", "id,caption\n1.png,a verdant disc\n");
        await CallAsync(ExitCode.Done, "data", "refresh", "mended", table);
        var run = await CallAsync(ExitCode.Done, "run", experiment);
        Assert.Contains("'mended' was refreshed: its current version is ", run.Error, StringComparison.Ordinal);
        Assert.Contains("'--dataset mended' uses the current version.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_refreshed_is_reported()
    {
        await local.OpenAsync();
        using var folder = new TemporaryFolder();
        var table = folder.Write("new.csv", "id,caption\n0.png,a disc\n");

        Assert.Contains("There is no dataset 'nothing'", (await CallAsync(ExitCode.Usage, "data", "refresh", "nothing", table)).Error,
            StringComparison.Ordinal);
        Assert.Contains("There is no file", (await CallAsync(ExitCode.Usage, "data", "refresh", "nothing", table + "x")).Error,
            StringComparison.Ordinal);
        Assert.Contains("names a version", (await CallAsync(ExitCode.Usage, "data", "refresh", "a@0123456789ab", table)).Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "There is no dataset", (await CallAsync(ExitCode.Usage, "data", "versions", "nothing")).Error, StringComparison.Ordinal);
        Assert.Contains(
            "There is no dataset", (await CallAsync(ExitCode.Usage, "data", "diff", "nothing", "a", "b")).Error, StringComparison.Ordinal);
        Assert.Contains("nothing", (await CallAsync(ExitCode.Usage, "data", "rollback", "nothing")).Error, StringComparison.Ordinal);
        var mode = await Contrastive.RunAsync("data", "refresh", "nothing", table, "--mode", "mend");
        Assert.Equal((ExitCode.Usage, "--mode cannot be 'mend': use patch, replace or append."), (mode.Code, mode.Error.Split('\n')[0]));
        var number = await Contrastive.RunAsync("data", "diff", "nothing", "a", "b", "--examples", "many");
        Assert.Equal(
            (ExitCode.Usage, "--examples cannot be 'many': it must be a whole number."), (number.Code, number.Error.Split('\n')[0]));
        Assert.Contains("There is no dataset",
            (await CallAsync(ExitCode.Usage, "data", "refresh", "nothing", table, "--mode", "PATCH")).Error, StringComparison.Ordinal);
    }

    private async Task CompareAsync(string first, string second)
    {
        var diff = JsonDocument.Parse((await CallAsync(ExitCode.Done, "data", "diff", "shapes", first, second, "--json")).Out).RootElement;
        Assert.Equal((1, 59),
            (diff.GetProperty("captions").GetProperty("changed").GetInt32(),
                diff.GetProperty("captions").GetProperty("unchanged").GetInt32()));
        Assert.Contains(
            "a crimson disc", (await CallAsync(ExitCode.Done, "data", "diff", "shapes", first, second)).Out, StringComparison.Ordinal);
        Assert.Contains("patch with new.csv: 0 added, 1 changed", (await CallAsync(ExitCode.Done, "data", "inspect", "shapes")).Out,
            StringComparison.Ordinal);
    }

    private async Task GoBackAsync(string first, string second)
    {
        await CallAsync(ExitCode.Done, "data", "rollback", "shapes");
        Assert.Equal(first, await CurrentAsync());
        Assert.Contains("rolled-back", (await CallAsync(ExitCode.Done, "data", "versions", "shapes")).Out, StringComparison.Ordinal);
        await CallAsync(ExitCode.Done, "data", "rollback", "shapes", second);
        Assert.Equal(second, await CurrentAsync());
        Assert.Contains("Nothing to remove", (await CallAsync(ExitCode.Done, "data", "gc")).Out, StringComparison.Ordinal);
    }

    private async Task<string> CurrentAsync() => (await NotifyAsync()).GetProperty("current").GetProperty("version").GetString()!;

    private async Task<IEnumerable<string?>> VersionsAsync() =>
        (await NotifyAsync()).GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetString());

    private async Task<JsonElement> NotifyAsync(string dataset = "shapes") =>
        JsonDocument.Parse((await CallAsync(ExitCode.Done, "data", "versions", dataset, "--json")).Out).RootElement;

    private async Task<Said> CallAsync(int code, params string[] args)
    {
        var said = await Contrastive.RunAsync([.. args, "--local", local.Folder]);
        Assert.True(said.Code == code, $"{string.Join(' ', args)}: exit code {said.Code} instead of {code}\n{said.Out}\n{said.Error}");
        Cancellation.ThrowIfCancellationRequested();
        return said;
    }
}
