using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

/// <summary>The commands around one small experiment, in the order in which a user meets them.</summary>
public sealed class ExperimentCommandTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_experiment_from_its_data_to_its_weights()
    {
        await local.OpenAsync();
        using var folder = new TemporaryFolder();
        var experiment = ShapesExperiment.Draw(folder.Path);

        var prepared = await CallAsync(ExitCode.Done, "data", "prepare", experiment);
        Assert.Contains("60 source rows = 60 kept + 0 duplicates + 0 quarantined", prepared.Out, StringComparison.Ordinal);

        var stopped = await Contrastive.RunUntilAsync(
            "train (cyclip+ls-seed-1-steps-0-2): started", "run", experiment, "--local", local.Folder);
        Assert.Equal(ExitCode.Interrupted, stopped.Code);
        Assert.Contains("Stopping at the next checkpoint", stopped.Out, StringComparison.Ordinal);
        Assert.Contains($"'contrastive run {experiment}' resumes where it stopped", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("interrupted", (await CallAsync(ExitCode.Done, "status", "shapes")).Out, StringComparison.Ordinal);

        var ran = await CallAsync(ExitCode.Done, "run", experiment, "--out", Path.Combine(folder.Path, "report"));
        Assert.Contains("resumes where it stopped", ran.Out, StringComparison.Ordinal);
        Assert.Contains("prepare-dataset (shapes): done already", ran.Out, StringComparison.Ordinal);
        Assert.Matches(@"\ncyclip\+ls +[0-9]", ran.Out);
        Assert.True(File.Exists(Path.Combine(folder.Path, "report", "report.html")));

        await ResultsAsync(Path.Combine(folder.Path, "report"));
        await ExportAsync(Path.Combine(folder.Path, "model"));
        await SearchAsync(Path.Combine(folder.Path, "found"));
        await SearchByImageAsync(folder.Path);
        await AgainAsync(experiment);
        await EvaluateAsync(Path.Combine(folder.Path, "model", "model.safetensors"), experiment);
        await DamageAsync();
    }

    [Fact]
    public async Task A_wrong_experiment_file_is_reported_with_every_error_and_needs_no_store()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("wrong.yaml", "name: x\ndatset: {}\ntraining: { batch: -1 }\nvariants: [klip]\n");

        var said = await Contrastive.RunAsync("run", file, "--store", "https://nowhere.invalid");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains($"{file}:2:", said.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:3:", said.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:4:", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_experiment_that_does_not_exist_is_reported()
    {
        var said = await Contrastive.RunAsync("run", "no-such-experiment");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("'no-such-experiment'", said.Error, StringComparison.Ordinal);
        Assert.Contains("demo", said.Error, StringComparison.Ordinal);
    }

    private async Task ResultsAsync(string report)
    {
        var json = await CallAsync(ExitCode.Done, "results", "shapes", "--json");
        var numbers = JsonDocument.Parse(json.Out).RootElement.EnumerateArray().ToArray();
        string[] keys = ["variant", "seed", "metric", "formula", "dataset", "version", "split", "n", "value"];
        Assert.All(numbers, number => Assert.Equal(keys, number.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(report, "results.json"), Cancellation)).RootElement.GetArrayLength(), numbers.Length);

        var csv = await CallAsync(ExitCode.Done, "results", "shapes", "--csv", "--metric", "retrieval/*/r@1", "--variant", "clip");
        Assert.Equal(3, csv.Out.TrimEnd('\n').Split('\n').Length);
        var guess = (await CallAsync(ExitCode.Usage, "results", "shapes", "--metric", "r@1")).Error;
        Assert.Equal(
            "The run has no metric 'r@1'; did you mean retrieval/text-to-media/r@1 or retrieval/media-to-text/r@1? A pattern stands for "
            + "the whole name: '*/r@1'.",
            guess.TrimEnd('\n').Split('\n')[^1]);
        var retrieval = (await CallAsync(ExitCode.Done, "results", "shapes", "--metric", "retrieval/*")).Out;
        Assert.Contains("text→media median rank  text→media mean rank  text→media mAP@10", retrieval, StringComparison.Ordinal);
    }

    private async Task ExportAsync(string folder)
    {
        await CallAsync(ExitCode.Done, "export", "shapes", "--variant", "clip", "--to", folder);
        var weights = WeightFiles.Read(await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.Contains("visual.layer1.0.conv1.weight", weights.Keys);
        Assert.Contains("text_projection", weights.Keys);
        Assert.DoesNotContain(weights.Keys, key => key.StartsWith("optimizer", StringComparison.Ordinal));
        var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "config.json"), Cancellation)).RootElement;
        Assert.Equal(16, config.GetProperty("model_cfg").GetProperty("embed_dim").GetInt32());
        Assert.Equal("clip", config.GetProperty("provenance").GetProperty("variant").GetString());
        Assert.Equal("plain", config.GetProperty("provenance").GetProperty("clean").GetString());
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder, "config.json")), File.ReadAllBytes(Path.Combine(folder, "open_clip_config.json")));
        Assert.True(File.Exists(Path.Combine(folder, "vocabulary.txt")));
        await ExportOverAnotherAsync(folder);

        var unknown = await CallAsync(ExitCode.Usage, "export", "shapes", "--variant", "klip", "--to", folder);
        Assert.Contains("it has clip (seed 1), cyclip+ls (seed 1)", unknown.Error, StringComparison.Ordinal);
    }

    private async Task ExportOverAnotherAsync(string folder)
    {
        var before = await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation);
        var other = await CallAsync(ExitCode.Usage, "export", "shapes", "--variant", "cyclip+ls", "--to", folder);
        Assert.Contains("has clip, seed 1, of run shapes-", other.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));

        // What was killed before its end, or was written by an older version, is completed.
        File.Delete(Path.Combine(folder, "model.safetensors"));
        await CallAsync(ExitCode.Done, "export", "shapes", "--variant", "clip", "--to", folder);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));

        var foreign = Directory.CreateDirectory(folder + "-foreign").FullName;
        await File.WriteAllTextAsync(Path.Combine(foreign, "config.json"), """{ "model_type": "bert" }""", Cancellation);
        Assert.Contains("a config.json of something else",
            (await CallAsync(ExitCode.Usage, "export", "shapes", "--variant", "clip", "--to", foreign)).Error, StringComparison.Ordinal);
        Assert.Equal(["config.json"], Directory.GetFiles(foreign).Select(Path.GetFileName));
    }

    // What was exported and is read again as anybody's weights has the numbers of the run.
    private async Task EvaluateAsync(string weights, string experiment)
    {
        var said = await CallAsync(ExitCode.Done, "evaluate", weights, "--on", experiment);
        Assert.Contains("embed (model-seed-0-shapes): done", said.Out, StringComparison.Ordinal);
        Assert.Equal(await NumbersAsync("shapes", "clip"), await NumbersAsync("evaluate-model", "model"));
        Assert.Contains(
            "Give either WEIGHTS or --embeddings.", (await CallAsync(ExitCode.Usage, "evaluate", "--on", experiment)).Error, StringComparison.Ordinal);
        Assert.Contains("there is no file 'nothing.parquet'", (await CallAsync(
            ExitCode.Usage, "evaluate", "--embeddings", "nothing.parquet", "--on", experiment)).Error, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<IEnumerable<(string?, double)>> NumbersAsync(string run, string variant) =>
        JsonDocument.Parse((await CallAsync(ExitCode.Done, "results", run, "--variant", variant, "--json")).Out).RootElement
            .EnumerateArray().Select(m => (m.GetProperty("metric").GetString(), m.GetProperty("value").GetDouble()));

    private async Task SearchAsync(string folder)
    {
        var found = await CallAsync(ExitCode.Done, "search", "shapes", "a red disc", "--top", "3", "--out", folder);
        Assert.Equal(3, Directory.GetFiles(folder, "*.png").Length);
        Assert.Equal(3, found.Out.Split('\n').Count(line => line.Contains(" disc number ", StringComparison.Ordinal)));

        Assert.Contains("split test (the one that the run evaluates; not train)", found.Out, StringComparison.Ordinal);

        var again = await CallAsync(ExitCode.Done, "search", "shapes", "a red disc", "--json");
        Assert.DoesNotContain("stage-started", again.Out, StringComparison.Ordinal);
        var answer = JsonDocument.Parse(again.Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        var media = answer.GetProperty("media").EnumerateArray().ToArray();
        Assert.Equal(5, media.Length);
        Assert.Equal("test", Assert.Single(answer.GetProperty("splits").EnumerateArray()).GetString());
        Assert.All(media, m => Assert.Equal("test", m.GetProperty("split").GetString()));

        var train = await CallAsync(ExitCode.Done, "search", "shapes", "a red disc", "--split", "train", "--json");
        Assert.All(
            JsonDocument.Parse(train.Out.TrimEnd('\n').Split('\n')[^1]).RootElement.GetProperty("media").EnumerateArray(),
            m => Assert.Equal("train", m.GetProperty("split").GetString()));
        var cached = await CallAsync(ExitCode.Done, "search", "shapes", "a red disc", "--split", "train", "--json");
        Assert.Contains("\"event\":\"stage-cached\"", cached.Out, StringComparison.Ordinal);
        var unknown = await CallAsync(ExitCode.Usage, "search", "shapes", "a red disc", "--split", "seen");
        Assert.Contains("it has test, train", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(
            media.Select(m => m.GetProperty("score").GetDouble()).OrderDescending(), media.Select(m => m.GetProperty("score").GetDouble()));
    }

    private async Task SearchByImageAsync(string images)
    {
        var found = await CallAsync(ExitCode.Done, "search", "shapes", "--image", Path.Combine(images, "4.png"), "--top", "2");
        Assert.Equal(2, found.Out.Split('\n').Count(line => line.Contains(" disc number ", StringComparison.Ordinal)));
        Assert.Contains("the best of 2 variants", found.Out, StringComparison.Ordinal);
        var byOldName = await CallAsync(ExitCode.Done, "search", "shapes", "--picture", Path.Combine(images, "4.png"), "--top", "2");
        Assert.Equal(found.Out, byOldName.Out);
        var wrong = await CallAsync(ExitCode.Usage, "search", "shapes", "--image", Path.Combine(images, "pairs.csv"));
        Assert.Matches(@"pairs\.csv: The file is .*, not a PNG, JPEG, WebP or GIF image", wrong.Error);
        var missing = await CallAsync(ExitCode.Usage, "search", "shapes", "--image", Path.Combine(images, "nofile.png"));
        Assert.Contains("nofile.png: there is no such file", missing.Error, StringComparison.Ordinal);
        var nothing = await CallAsync(ExitCode.Usage, "search", "shapes");
        Assert.Contains("Say what to look for", nothing.Error, StringComparison.Ordinal);
        var both = await CallAsync(ExitCode.Usage, "search", "shapes", "a red disc", "--image", "4.png");
        Assert.Contains("exclude each other", both.Error, StringComparison.Ordinal);
    }

    private async Task AgainAsync(string experiment)
    {
        var again = await CallAsync(ExitCode.Done, "run", experiment);
        Assert.Contains("Nothing had changed since an earlier run", again.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("train (clip-seed-1-steps-0-2): started", again.Out, StringComparison.Ordinal);
        var runs = JsonDocument.Parse((await CallAsync(ExitCode.Done, "runs", "--json")).Out).RootElement;
        Assert.Equal(["completed", "completed"], runs.EnumerateArray().Select(run => run.GetProperty("state").GetString()));
        var started = runs.EnumerateArray().Select(run => run.GetProperty("started").GetDateTimeOffset()).ToArray();
        Assert.Equal(started.OrderDescending(), started);
        var events = (await CallAsync(ExitCode.Done, "run", experiment, "--json")).Out.TrimEnd('\n').Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(
            ["report-written", "run-finished"], events.Reverse().Take(2).Select(happened => happened.GetProperty("event").GetString()));
        Assert.True(File.Exists(events[^1].GetProperty("report").GetString()));
        var report = await CallAsync(ExitCode.Done, "report");
        Assert.True(File.Exists(report.Out.TrimEnd('\n')));
    }

    private async Task DamageAsync()
    {
        var inspected = JsonDocument.Parse((await CallAsync(ExitCode.Done, "data", "inspect", "shapes", "--json")).Out).RootElement;
        Assert.Equal(60, inspected.GetProperty("media").GetInt64());
        var version = $"shapes@{inspected.GetProperty("version").GetString()}";
        Assert.Contains("is sound", (await CallAsync(ExitCode.Done, "data", "verify", version)).Out, StringComparison.Ordinal);

        var store = await local.OpenAsync();
        await foreach (var part in store.ListAsync("datasets/shapes/", Cancellation))
        {
            if (part.Path.Contains("/media/", StringComparison.Ordinal))
            {
                await store.DeleteAsync(part.Path, Cancellation);
            }
        }
        Assert.Contains("is damaged", (await CallAsync(ExitCode.Failed, "data", "verify", version)).Out, StringComparison.Ordinal);
        Assert.Contains(
            "the store has shapes.", (await CallAsync(ExitCode.Usage, "data", "inspect", "shape")).Error, StringComparison.Ordinal);
    }

    private async Task<Said> CallAsync(int code, params string[] args)
    {
        var said = await Contrastive.RunAsync([.. args, "--local", local.Folder]);
        Assert.True(said.Code == code, $"{string.Join(' ', args)}: exit code {said.Code} instead of {code}\n{said.Out}\n{said.Error}");
        return said;
    }
}
