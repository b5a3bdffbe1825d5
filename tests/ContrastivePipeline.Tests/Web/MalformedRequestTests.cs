using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Two thousand requests that no honest client sends.</summary>
[Collection<ShapesRuns>]
public sealed class MalformedRequestTests(ShapesRuns runs)
{
    private const int Count = 2_000;
    private const int Seed = 20261123;
    private const string Secret = "PLANTED-SECRET-7d1f";

    private static readonly string[] Planted =
        ["secret.txt", "datasets/secret/secret.json", "runs/secret/run.json", "runs/shapes/secret.txt", "requests/secret.json",
            "stages/secret/manifest.json", "etc/passwd"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_get_a_4xx_problem_never_a_5xx_and_never_a_byte_of_anything_else()
    {
        await runs.RequireAsync();
        foreach (var path in Planted)
            await runs.Store.WriteAsync(path, Encoding.ASCII.GetBytes(Secret), Cancellation);
        using var folder = new TemporaryFolder();
        using var pipeline = new LocalPipeline(runs.Store, folder.Path, TimeProvider.System);
        var experiments = new PipelineRequests(new ExperimentLibrary(null), _ => throw new InvalidOperationException("No emoji here."));
        await using var control = new LocalRunControl(pipeline, experiments, new LocalRunControlOptions(), new RecordingObserver());
        await using var web = await WebLab.StartAsync(runs.Store, with: parts => parts with { Control = control });
        var artifact = (await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation)).All.First(
            a => a.Path.Contains('+', StringComparison.Ordinal)).Path;
        var requests = new MalformedRequests(runs.First.Id, artifact);
        var byHand = requests.ByHand().ToArray();

        var faults = new ConcurrentQueue<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation };
        await Parallel.ForEachAsync(byHand.Concat(requests.Mutated(Count - byHand.Length, Seed)), options, async (request, stop) =>
        {
            var answer = await RawHttp.SendAsync(web.Url, request.Bytes, stop, request.MayBeSilent);
            if (FaultOf(request, answer) is { } fault)
                faults.Enqueue($"{request.Name.ReplaceLineEndings("|")} => {fault.ReplaceLineEndings("|")}");
        });

        foreach (var notice in web.Notices)
            faults.Enqueue(notice);
        Assert.True(faults.IsEmpty, $"{faults.Count} of {Count}:\n{string.Join('\n', faults.Order().Take(40))}");
        // It still works.
        await web.GetJsonAsync("/api/runs");
        foreach (var path in Planted)
            await runs.Store.DeleteAsync(path, Cancellation);
    }

    [Theory]
    [InlineData("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    public async Task What_the_server_itself_cannot_parse_gets_a_body_too(string request, int status)
    {
        await runs.RequireAsync();
        await using var web = await WebLab.StartAsync(runs.Store);
        var answer = await RawHttp.SendAsync(web.Url, Encoding.Latin1.GetBytes(request), Cancellation);
        Assert.Equal((status, true, true), (answer.Status, answer.IsProblem, answer.IsWhole));
        Assert.Equal(status, JsonDocument.Parse(answer.Body).RootElement.GetProperty("status").GetInt32());
        Assert.Contains("Connection: close", answer.Headers, StringComparison.Ordinal);
    }

    private static string? FaultOf(MalformedRequest request, RawAnswer answer)
    {
        if ((answer.Headers + answer.Body).Contains(Secret, StringComparison.Ordinal)
            || answer.Body.Contains("root:x:", StringComparison.Ordinal))
        {
            return "it reported a secret";
        }

        if (answer.Status is null)
            return request.MayBeSilent ? null : "no answer";
        if (answer.Status >= 500)
            return $"{answer.Status}";
        // A change at random may leave a request as good as any, or a form that a page shows again with what is wrong in it.
        var isRandom = request.Name.StartsWith("seed", StringComparison.Ordinal);
        if (isRandom && answer.Headers.Contains("Content-Type: text/html", StringComparison.Ordinal))
            return null;
        if (answer.Status < 400)
            return isRandom ? null : $"{answer.Status}: {answer.Body[..Math.Min(80, answer.Body.Length)]}";
        if (request.Bytes.AsSpan().StartsWith("HEAD"u8))
            return null;
        return answer.IsProblem && answer.IsWhole ? null : $"{answer.Status} without a problem: {answer.Headers}";
    }
}
