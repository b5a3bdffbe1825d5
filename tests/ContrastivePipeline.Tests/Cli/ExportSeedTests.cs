namespace ContrastivePipeline.Tests.Cli;

/// <summary>An export of one of several seeds says which it took.</summary>
[Collection<ShapesRuns>]
public sealed class ExportSeedTests(ShapesRuns runs)
{
    private const string Notice = "clip has the seeds 1, 2; this is seed 1. --seed names another.\n";

    [Fact]
    public async Task Without_a_seed_it_says_which_it_took_and_which_there_are()
    {
        await runs.RequireAsync();
        using var folder = new TemporaryFolder();

        var chosen = await ExportAsync(runs.Second.Id, Path.Combine(folder.Path, "one"));
        Assert.Contains(Notice, chosen.Error, StringComparison.Ordinal);
        Assert.StartsWith($"clip, seed 1, of run {runs.Second.Id}: ", chosen.Out, StringComparison.Ordinal);

        var named = await ExportAsync(runs.Second.Id, Path.Combine(folder.Path, "two"), "--seed", "2");
        Assert.DoesNotContain("--seed", named.Error, StringComparison.Ordinal);
        Assert.StartsWith($"clip, seed 2, of run {runs.Second.Id}: ", named.Out, StringComparison.Ordinal);

        var only = await ExportAsync(runs.First.Id, Path.Combine(folder.Path, "three"));
        Assert.DoesNotContain("--seed", only.Error, StringComparison.Ordinal);
    }

    private async Task<Said> ExportAsync(string run, string folder, params string[] more)
    {
        var said = await Contrastive.RunAsync(["export", run, "--variant", "clip", "--to", folder, "--local", runs.Local, .. more]);
        Assert.True(said.Code == ExitCode.Done, $"exit code {said.Code}\n{said.Out}\n{said.Error}");
        return said;
    }
}
