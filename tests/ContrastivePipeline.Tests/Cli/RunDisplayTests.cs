using System.Text.Json;
using Spectre.Console;

namespace ContrastivePipeline.Tests.Cli;

public sealed class RunDisplayTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly StageIdentity Train = new("train", "clip-seed-1", new string('a', 64));
    private static readonly StageIdentity Prepare = new("prepare-dataset", "emoji", new string('b', 64));

    /// <summary>A run in which everything happens.</summary>
    private static readonly RunEvent[] Story =
    [
        new RunWaiting(At(0), "demo"),
        new RunStarted(At(1), "demo-20261123-120001-3f2a", Resumed: true),
        new WorkflowReported(At(1), "", new WorkflowStatus("preparing", 0, 1)),
        new StageCached(At(1), Prepare),
        new StageStarted(At(2), Train, 1),
        new StageProgressed(At(3), Train, new StageProgress(0, 400, "steps")),
        new StageProgressed(At(5), Train, new StageProgress(20, 400, "steps")),
        new StageProgressed(At(13), Train, new StageProgress(100, 400, "steps", "loss 3.21")),
        new StageProgressed(At(14), Train, new StageProgress(110, 400, "steps")),
        new StageNoted(At(15), Train, "resumes at step 100"),
        new StageRetried(At(16), Train, 1, TimeSpan.FromSeconds(2), "the store was away"),
        new StageStarted(At(18), Train, 2),
        new StageCompleted(At(80), Train, 2, TimeSpan.FromSeconds(78)),
        new RunFinished(At(81), "demo-20261123-120001-3f2a", RunState.Completed, null),
    ];

    [Fact]
    public void Lines_tell_the_story()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new LineRunDisplay(output, new Contrastive.UtcTime());
        foreach (var happened in Story)
        {
            display.Observe(happened);
        }

        Assert.Equal("""
            12:00:00  Another process works on experiment 'demo', or died a moment ago; waiting for it
            12:00:01  Run demo-20261123-120001-3f2a resumes where it stopped
            12:00:01  prepare-dataset (emoji): done already
            12:00:02  train (clip-seed-1): started
            12:00:13  train (clip-seed-1): 100 of 400 steps, 10.0 steps/s, 30 s left, loss 3.21
            12:00:15  train (clip-seed-1): resumes at step 100
            12:00:16  train (clip-seed-1): attempt 1 failed, next in 2.0 s: the store was away
            12:00:18  train (clip-seed-1): attempt 2 started
            12:01:20  train (clip-seed-1): done in 1 min 18 s
            12:01:21  Run demo-20261123-120001-3f2a completed

            """, output.ToString());
    }

    [Fact]
    public void Json_has_an_object_for_every_event()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var display = new JsonRunDisplay(output);
        foreach (var happened in Story)
        {
            display.Observe(happened);
        }
        display.Say("stopping");

        var lines = output.ToString().TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(Story.Length + 1, lines.Length);
        Assert.Equal(
            ["run-waiting", "run-started", "workflow-reported", "stage-cached", "stage-started"],
            lines.Take(5).Select(line => line.GetProperty("event").GetString()));
        var progress = lines[7];
        Assert.Equal("train", progress.GetProperty("stage").GetString());
        Assert.Equal(100, progress.GetProperty("done").GetInt64());
        Assert.Equal("loss 3.21", progress.GetProperty("message").GetString());
        Assert.Equal(Noon.AddSeconds(13), progress.GetProperty("at").GetDateTimeOffset());
        Assert.Equal("completed", lines[^2].GetProperty("state").GetString());
        Assert.Equal("stopping", lines[^1].GetProperty("message").GetString());
    }

    [Fact]
    public async Task Bars_survive_the_story_and_leave_a_line_for_what_ended()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });
        await using (var display = new BarRunDisplay(console))
        {
            foreach (var happened in Story)
            {
                display.Observe(happened);
            }
            display.Say("[stopping]");
        }

        Assert.Contains("train (clip-seed-1): done in 1 min 18 s", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("[stopping]", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Speed_is_of_the_last_half_minute()
    {
        var meter = new StageMeter();
        meter.Add(At(0), new StageProgress(300, 1000, "steps"));
        Assert.Null(meter.PerSecond);
        for (var second = 1; second <= 40; second++)
        {
            meter.Add(At(second), new StageProgress(300 + second, 1000, "steps"));
        }
        for (var second = 41; second <= 80; second++)
        {
            meter.Add(At(second), new StageProgress(340 + 4 * (second - 40), 1000, "steps"));
        }

        Assert.Equal(4, meter.PerSecond!.Value, 6);
        Assert.Equal(125, meter.Left!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void A_narrow_line_keeps_what_tells_segments_apart()
    {
        Assert.Equal("train clip-seed-1", NameColumn.Shorten("train clip-seed-1", 17));
        Assert.Equal("train cy…steps-4-8", NameColumn.Shorten("train cyclip+ls-seed-1-steps-4-8", 18));

        var meter = new StageMeter();
        meter.Add(At(0), new StageProgress(0, 400, "steps"));
        meter.Add(At(10), new StageProgress(98, 400, "steps", "loss 2.1"));
        Assert.Equal("98/400 steps, 9.8/s, 0:30 left, loss 2.1", meter.Short);
    }

    [Fact]
    public void Another_unit_has_a_speed_of_its_own()
    {
        var meter = new StageMeter();
        meter.Add(At(0), new StageProgress(0, 10, "steps"));
        meter.Add(At(1), new StageProgress(9, 10, "steps"));
        meter.Add(At(2), new StageProgress(100, 0, "images"));

        Assert.Null(meter.PerSecond);
        Assert.Null(meter.Left);
        Assert.Equal("100 images", meter.ToString());
    }

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7800, "2 h 10 min")]
    public void Durations_read_well(double seconds, string words) =>
        Assert.Equal(words, TextFormatter.Duration(TimeSpan.FromSeconds(seconds)));

    private static DateTimeOffset At(int seconds) => Noon.AddSeconds(seconds);
}
