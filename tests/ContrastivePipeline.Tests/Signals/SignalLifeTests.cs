using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Signals;

/// <summary>The whole life of a kind of media that the product does not know: prepared, trained, killed, resumed, evaluated, reported,
/// searched. Nothing below the seam may take media for images.</summary>
public sealed class SignalLifeTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private const string Yaml =
        """
        name: signals
        dataset:
          name: signals
          source: { kind: pairs, path: signals.csv, image_column: signal, class_column: shape, test_fraction: 0.3 }
          signal: { size: 32 }
        tokenizer: { kind: trained, vocabulary: 600 }
        model: { embedding: 16, context: 16, signal: { width: 24 }, text: { width: 16, layers: 1, heads: 2 } }
        training: { batch: 16, steps: 300, segment: 100, warmup: 5, checkpoint_seconds: 1, learning_rate: 0.02, augment: { noise: 4 } }
        variants: [clip, { both: { base: cyclip, ls: 1, inmodal: true } }]
        evaluation: { zero_shot: [{ labels: shape, templates: ["a {} signal"] }] }
        """;

    private static readonly string[] Shapes = ["rising", "falling", "high", "low"];

    static SignalLifeTests() => SignalKind.Add();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Signals_are_prepared_trained_killed_resumed_evaluated_reported_and_searched()
    {
        var store = await local.OpenAsync();
        using var folder = new TemporaryFolder();
        var experiment = Write(folder.Path);

        await RunAsync(experiment, folder.Path);
        var undisturbed = await FinishedAsync(store);
        var kills = 0;
        for (var delay = TimeSpan.FromSeconds(1); await KilledAsync(experiment, folder.Path, delay, isFresh: kills == 0); delay *= 1.3)
            kills++;
        Assert.True(kills > 0, "The run ended before it could be killed.");
        var resumed = await FinishedAsync(store);

        Assert.NotEqual(undisturbed.Run.Id, resumed.Run.Id);
        Assert.Equal(
            undisturbed.Output.Trials.Select(trial => trial.Checkpoint!.Sha256), resumed.Output.Trials.Select(trial => trial.Checkpoint!.Sha256));
        await CheckAsync(resumed, folder.Path, store);
    }

    private async Task CheckAsync((RunRecord Run, PipelineOutput Output) done, string folder, ArtifactStore store)
    {
        var verified = await Contrastive.RunAsync("data", "verify", "signals", "--local", local.Folder);
        Assert.True(verified.Code == 0, verified.Error + verified.Out);
        var inspected = await Contrastive.RunAsync("data", "inspect", "signals", "--local", local.Folder);
        Assert.Contains("32 samples", inspected.Out);
        Assert.Contains("too-short-signal", inspected.Out);

        var found = await Contrastive.RunAsync("search", done.Run.Id, "a rising signal", "--local", local.Folder, "--json");
        Assert.True(found.Code == 0, found.Error);
        Assert.Contains("rising", found.Out);
        var captions = await Contrastive.RunAsync(
            "search", done.Run.Id, "--image", Path.Combine(folder, "0.sig"), "--local", local.Folder, "--json");
        Assert.True(captions.Code == 0, captions.Error);
        Assert.Contains(Shapes[0], captions.Out);

        var measured = await new RunProducts(store, done.Run).ReadMeasurementsAsync(Stop);
        var accuracy = Assert.Single(measured, m => m is { Metric: "zero-shot/shape/top-1", Variant: "clip" }).Value;
        Assert.True(accuracy > 0.6, $"Of four shapes, {accuracy:p0} were told apart.");
        var report = Encoding.UTF8.GetString(await store.ReadAsync(done.Output.Report.Html, Stop));
        Assert.Contains("signal encoder", report);
        Assert.Contains("signal → text", report);
        Assert.DoesNotContain("image", Words(report).Replace("image_column", ""));
        // Models of other kinds have no place in open_clip's format.
        var exported = await Contrastive.RunAsync(
            "export", done.Run.Id, "--variant", "clip", "--local", local.Folder, "--to", Path.Combine(folder, "exported"));
        Assert.Contains("no CLIP model", exported.Error);
    }

    // What a person reads of a page.
    private static string Words(string html) =>
        Regex.Replace(Regex.Replace(html, "<(style|script|svg|head)[^>]*>.*?</\\1>", " ", RegexOptions.Singleline), "<[^>]*>", " ");

    private static async Task<(RunRecord Run, PipelineOutput Output)> FinishedAsync(ArtifactStore store)
    {
        var run = (await new RunStore(store).LatestAsync(null, Stop))!;
        Assert.Equal(RunState.Completed, run.State);
        return (run, WorkflowJson.FromElement<PipelineOutput>(run.Output!.Value));
    }

    private async Task RunAsync(string experiment, string folder)
    {
        using var process = Start(experiment, folder, isFresh: false);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        Assert.True(process.ExitCode == 0, await errors + await output);
    }

    /// <returns>False where it ended first.</returns>
    private async Task<bool> KilledAsync(string experiment, string folder, TimeSpan delay, bool isFresh)
    {
        using var process = Start(experiment, folder, isFresh);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await Task.WhenAny(process.WaitForExitAsync(Stop), Task.Delay(delay, Stop));
        var isAlive = !process.HasExited;
        if (isAlive)
            process.Kill();
        await process.WaitForExitAsync(Stop);
        Assert.True(isAlive || process.ExitCode == 0, await errors + await output);
        return isAlive;
    }

    private Process Start(string experiment, string folder, bool isFresh)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "contrastive"),
            ["run", experiment, "--local", local.Folder, "--out", folder, .. isFresh ? new[] { "--fresh" } : []])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(SignalKind).Assembly.Location;
        return Process.Start(start)!;
    }

    private static string Write(string folder)
    {
        var random = new Random(5);
        var table = new StringBuilder("signal,caption,shape\n");
        for (var i = 0; i < 120; i++)
        {
            var shape = Shapes[i % Shapes.Length];
            var samples = new byte[24 + i % 17];
            for (var s = 0; s < samples.Length; s++)
            {
                var level = shape switch
                {
                    "rising" => 255 * s / samples.Length,
                    "falling" => 255 - 255 * s / samples.Length,
                    "high" => 220,
                    _ => 30,
                };
                samples[s] = (byte)Math.Clamp(level + random.Next(-25, 26), 0, 255);
            }
            File.WriteAllBytes(Path.Combine(folder, $"{i}.sig"), samples);
            table.Append($"{i}.sig,a {shape} signal number {i},{shape}\n");
        }
        File.WriteAllBytes(Path.Combine(folder, "short.sig"), [1, 2]);
        table.Append("short.sig,a short one,low\n");
        File.WriteAllText(Path.Combine(folder, "signals.csv"), table.ToString());
        var experiment = Path.Combine(folder, "signals.yaml");
        File.WriteAllText(experiment, Yaml);
        return experiment;
    }
}
