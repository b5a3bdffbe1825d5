using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Runs are started, watched, cancelled and resumed over HTTP.</summary>
public sealed class ControlApiTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalPipeline _pipeline = null!;
    private LocalRunControl _control = null!;
    private WebLab _web = null!;
    private string _yaml = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _yaml = await File.ReadAllTextAsync(ShapesExperiment.Draw(_folder.Path), Cancellation);
        var store = await azurite.OpenStoreAsync();
        _pipeline = new LocalPipeline(store, Path.Combine(_folder.Path, "scratch"), TimeProvider.System);
        var requests = new PipelineRequests(
            new ExperimentLibrary(_folder.Path), _ => throw new InvalidOperationException("No emoji here."));
        _control = new LocalRunControl(
            _pipeline, requests, new LocalRunControlOptions { DataFolder = _folder.Path }, new RecordingObserver());
        _web = await WebLab.StartAsync(
            store, with: parts => parts with { Control = _control, Experiments = new ExperimentLibrary(_folder.Path) });
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            await _web.DisposeAsync();
            await _control.DisposeAsync();
            _pipeline.Dispose();
        }
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_is_started_by_name_watched_to_its_end_and_not_started_twice_by_one_key()
    {
        using var started = await StartAsync("""{"experiment": "shapes"}""", key: "key-1");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var id = (await WebLab.JsonAsync(started)).GetProperty("runId").GetString()!;
        Assert.Equal($"/api/runs/{id}", started.Headers.Location?.ToString());

        using var again = await StartAsync("""{"experiment": "shapes"}""", key: "key-1");
        var ticket = await WebLab.JsonAsync(again);
        Assert.Equal((id, true), (ticket.GetProperty("runId").GetString(), ticket.GetProperty("repeated").GetBoolean()));
        await WebLab.ProblemAsync(await StartAsync("""{"experiment": "shapes", "fresh": true}""", key: "key-1"), 422);

        // Two watchers of one run see the same end.
        var ends = await Task.WhenAll(WatchAsync(id), WatchAsync(id));
        Assert.All(ends, end => Assert.Equal("completed", end.GetProperty("run").GetProperty("state").GetString()));
        Assert.Contains(ends[0].GetProperty("log").EnumerateArray(), line =>
            line.GetProperty("text").GetString()!.EndsWith("completed", StringComparison.Ordinal));
        var train = ends[0].GetProperty("stages").EnumerateArray().Single(group => group.GetProperty("name").GetString() == "train");
        Assert.All(train.GetProperty("stages").EnumerateArray(), stage =>
            Assert.NotEqual(JsonValueKind.Null, stage.GetProperty("finished").ValueKind));
        await WebLab.ProblemAsync(await PostAsync($"/api/runs/{id}/resume"), 409);
        await WebLab.ProblemAsync(await PostAsync($"/api/runs/{id}/cancel"), 409);
    }

    [Fact]
    public async Task A_run_is_cancelled_and_resumed()
    {
        using var started = await StartAsync(
            _yaml.Replace("steps: 6, segment: 2", "steps: 4000, segment: 2000", StringComparison.Ordinal), "application/yaml");
        var id = (await WebLab.JsonAsync(started)).GetProperty("runId").GetString()!;
        await WebLab.ProblemAsync(await StartAsync("""{"experiment": "shapes", "fresh": true}"""), 409);
        using var cancelled = await PostAsync($"/api/runs/{id}/cancel");
        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
        Assert.Equal("interrupted", (await WatchAsync(id)).GetProperty("run").GetProperty("state").GetString());
        using var resumed = await PostAsync($"/api/runs/{id}/resume");
        var ticket = await WebLab.JsonAsync(resumed);
        Assert.Equal((id, true), (ticket.GetProperty("runId").GetString(), ticket.GetProperty("resumed").GetBoolean()));
        // Whoever asks next does not get the record of before.
        using var now = await _web.GetAsync($"/api/runs/{id}");
        Assert.Equal("running", (await WebLab.JsonAsync(now)).GetProperty("run").GetProperty("state").GetString());
        await PostAsync($"/api/runs/{id}/cancel");
    }

    [Theory]
    [InlineData("/cancel")]
    [InlineData("/resume")]
    public async Task Runs_that_do_not_exist_are_not_found(string action)
    {
        await WebLab.ProblemAsync(await PostAsync("/api/runs/none-20261123-101010-abcd" + action), 404);
        await WebLab.ProblemAsync(await PostAsync("/api/runs/..%2f..%2fsecret" + action), 404);
    }

    [Fact]
    public async Task All_of_a_hundred_errors_are_reported_with_their_lines()
    {
        var body = new StringBuilder(_yaml).AppendLine();
        var first = _yaml.Split('\n').Length;
        for (var i = 0; i < 100; i++)
            body.Append($"unknown_{i}: {i}\n");
        var problem = await WebLab.ProblemAsync(await StartAsync(body.ToString(), "application/yaml"), 422);
        var errors = problem.GetProperty("errors").EnumerateArray().ToArray();
        Assert.Equal(100, errors.Length);
        Assert.Equal(Enumerable.Range(first + 1, 100), errors.Select(error => error.GetProperty("line").GetInt32()));
        Assert.All(
            errors, (error, i) => Assert.Contains($"unknown_{i}", error.GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.Contains("100 errors", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"experiment": "nothing"}""", 400, "shapes")]
    [InlineData("""{"experiment": "../shapes"}""", 400, "shapes")]
    [InlineData("""{"experiment": "shapes", "yaml": "name: x"}""", 400, "either")]
    [InlineData("""{}""", 400, "either")]
    [InlineData("""{"experimant": "shapes"}""", 400, "errors")]
    [InlineData("""{"experiment": 5}""", 400, "errors")]
    [InlineData("""{"experiment": "shapes" """, 400, "errors")]
    [InlineData("null", 400, "errors")]
    [InlineData("", 400, "errors")]
    [InlineData("""{"experiment": "shapes", "dataset": "nothing"}""", 404, "nothing")]
    [InlineData("""{"experiment": "shapes", "dataset": "../../secret"}""", 404, "secret")]
    public async Task Wishes_that_make_no_sense_are_refused(string body, int status, string word)
    {
        var problem = await WebLab.ProblemAsync(await StartAsync(body), status);
        Assert.Contains(word, problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("ContrastivePipeline.", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: [", 422)]
    [InlineData("- a\n- b", 422)]
    [InlineData("*x", 422)]
    [InlineData("%TAG ! x\n---\n{", 422)]
    public async Task Bodies_that_are_no_experiment_are_refused(string yaml, int status) =>
        await WebLab.ProblemAsync(await StartAsync(yaml, "application/yaml"), status);

    [Fact]
    public async Task Bodies_made_to_hurt_are_refused()
    {
        await WebLab.ProblemAsync(await StartAsync(new string('[', 500_000), "application/yaml"), 422);
        await WebLab.ProblemAsync(await StartAsync(string.Concat(Enumerable.Repeat("a:\n ", 100_000)), "application/yaml"), 422);
        await WebLab.ProblemAsync(await StartAsync(new string('[', 500_000)), 400);
        await WebLab.ProblemAsync(await StartAsync(new string('x', (1 << 20) + 1), "application/yaml"), 413);
        await WebLab.ProblemAsync(await StartAsync("name: x", "text/plain"), 415);
        await WebLab.ProblemAsync(await StartAsync("name: x", "application/yaml", key: new string('k', 201)), 400);
        using var broken = new ByteArrayContent([.. "name: x\nseeds: "u8, 0xFF, 0xFE])
        {
            Headers = { ContentType = new("application/yaml") },
        };
        var problem = await WebLab.ProblemAsync(await _web.SendAsync(HttpMethod.Post, "/api/runs", broken), 400);
        Assert.Equal(2, problem.GetProperty("errors")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Yaml_from_elsewhere_reads_no_file_outside_of_the_data_folder()
    {
        var secret = Path.Combine(Path.GetTempPath(), $"secret-{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(secret, "image,caption\nSECRET.png,SECRET\n", Cancellation);
        try
        {
            foreach (var path in new[] { secret, "../" + Path.GetFileName(secret), "./x/../../" + Path.GetFileName(secret) })
            {
                var problem = await WebLab.ProblemAsync(
                    await StartAsync(_yaml.Replace("pairs.csv", path, StringComparison.Ordinal), "application/yaml"), 422);
                Assert.DoesNotContain("SECRET", problem.GetRawText(), StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task A_server_without_control_says_so()
    {
        await using var shows = await WebLab.StartAsync(_pipeline.Store);
        var content = new StringContent("""{"experiment": "shapes"}""", Encoding.UTF8, "application/json");
        await WebLab.ProblemAsync(await shows.SendAsync(HttpMethod.Post, "/api/runs", content), 403);
    }

    private Task<HttpResponseMessage> StartAsync(string body, string type = "application/json", string? key = null)
    {
        var content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        return _web.SendAsync(HttpMethod.Post, "/api/runs", content, key is null ? [] : [("Idempotency-Key", key)]);
    }

    private Task<HttpResponseMessage> PostAsync(string path) => _web.SendAsync(HttpMethod.Post, path, null);

    /// <summary>The last state that the run's events tell.</summary>
    private async Task<JsonElement> WatchAsync(string id)
    {
        using var response = await _web.GetAsync($"/api/runs/{id}/events");
        var events = (await response.Content.ReadAsStringAsync(Cancellation)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("event: end\ndata: {}", events[^1]);
        return JsonDocument.Parse(events[^2]["event: run\ndata: ".Length..]).RootElement;
    }
}
