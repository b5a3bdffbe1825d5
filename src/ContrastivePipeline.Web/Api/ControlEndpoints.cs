using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

/// <summary>Starts, cancels and resumes runs, where <see cref="WriteGuard"/> lets requests through.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this IEndpointRouteBuilder runs)
    {
        runs.MapPost("", StartAsync).Changes(Changed.Runs).WithName("start-run")
            .WithSummary("Starts an experiment by name or by its YAML, or continues with its last run if that did not complete. "
                + "With Idempotency-Key, a repeat gives the same run. dataset and fresh of the query are for YAML bodies.")
            .Accepts<StartBody>("application/json", StartBody.YamlTypes)
            .Produces<RunTicket>(202)
            .ProducesProblems(400, 403, 404, 409, 413, 415, 422, 429);
        runs.MapPost("/{id}/cancel", CancelAsync).Changes(Changed.Runs).WithName("cancel-run")
            .WithSummary("Asks a run to stop at its next checkpoint; it can be resumed.")
            .Produces(202)
            .ProducesProblems(403, 404, 409);
        runs.MapPost("/{id}/resume", ResumeAsync).Changes(Changed.Runs).WithName("resume-run")
            .WithSummary("Continues with a run that was interrupted or killed, or tries one again that failed.")
            .Produces<RunTicket>(202)
            .ProducesProblems(403, 404, 409, 429);
    }

    private static async Task<Accepted<RunTicket>> StartAsync(
        HttpRequest request, WebParts parts, RunReader runs, CancellationToken cancellationToken,
        [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey = null, string? dataset = null, bool fresh = false)
    {
        var body = await StartBody.ReadAsync(request, dataset, fresh, cancellationToken);
        return Accepted(await parts.Control!.StartAsync(body.ToStart(idempotencyKey), cancellationToken), runs);
    }

    private static async Task<Accepted> CancelAsync(string id, WebParts parts, RunReader runs, CancellationToken cancellationToken)
    {
        await runs.FindAsync(id, cancellationToken);
        await parts.Control!.CancelAsync(id, cancellationToken);
        runs.Forget(id);
        return TypedResults.Accepted(AddressOf(id));
    }

    private static async Task<Accepted<RunTicket>> ResumeAsync(
        string id, WebParts parts, RunReader runs, CancellationToken cancellationToken)
    {
        await runs.FindAsync(id, cancellationToken);
        return Accepted(await parts.Control!.ResumeAsync(id, cancellationToken), runs);
    }

    // Who asks for the run next must not get the record of before.
    private static Accepted<RunTicket> Accepted(RunTicket ticket, RunReader runs)
    {
        runs.Forget(ticket.RunId);
        return TypedResults.Accepted(AddressOf(ticket.RunId), ticket);
    }

    private static string AddressOf(string id) => $"/api/runs/{id}";
}

/// <summary>A wish to start a run, as JSON. Give <paramref name="Experiment"/> or <paramref name="Yaml"/>.</summary>
/// <param name="Experiment">Name of an experiment that the server has.</param>
/// <param name="Yaml">Text of an experiment file.</param>
/// <param name="Dataset"><c>NAME</c> or <c>NAME@VERSION</c> of a stored dataset to use instead of the experiment's source.</param>
/// <param name="Fresh">Do everything anew instead of using what is there.</param>
public sealed record StartBody(string? Experiment = null, string? Yaml = null, string? Dataset = null, bool Fresh = false)
{
    /// <summary>The longest body, bytes.</summary>
    public const int Longest = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(ApiJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    internal static string[] YamlTypes { get; } = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

    /// <summary>Reads the body of a request: JSON, or YAML with <c>dataset</c> and <c>fresh</c> in the query.</summary>
    /// <exception cref="ApiException">It is neither, or too long.</exception>
    internal static async Task<StartBody> ReadAsync(HttpRequest request, string? dataset, bool fresh, CancellationToken cancellationToken)
    {
        var type = request.MediaType();
        if (type != "application/json" && !YamlTypes.Contains(type))
            throw new ApiException(Problem.OfStatus(415, "Send the experiment as application/yaml, or as application/json."));
        var text = Decode(await request.ReadAsync(Longest, cancellationToken));
        return type == "application/json" ? Parse(text) : new StartBody(Yaml: text, Dataset: dataset, Fresh: fresh);
    }

    internal RunStart ToStart(string? key) => new(Experiment, Yaml, Dataset, Fresh, key);

    private static string Decode(byte[] body)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(body).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException broken)
        {
            var line = 1 + body.AsSpan(0, broken.Index).Count((byte)'\n');
            throw Refused("The body is not valid UTF-8.", new BodyError(line, 1, "the line is not valid UTF-8"));
        }
    }

    private static StartBody Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<StartBody>(text, Json)
                ?? throw Refused("The body is null in place of an object.", new BodyError(1, 1, "an object is expected"));
        }
        catch (JsonException broken)
        {
            var error = new BodyError((int)(broken.LineNumber ?? 0) + 1, (int)(broken.BytePositionInLine ?? 0) + 1, WordsOf(broken));
            throw Refused(
                "The body is not the JSON that is expected: an object with experiment or yaml, and perhaps dataset and fresh.", error);
        }
    }

    // The serializer's own words name .NET types.
    private static string WordsOf(JsonException broken) => broken.Message switch
    {
        var text when text.Contains("could not be converted", StringComparison.Ordinal) =>
            $"{broken.Path} has a value of another type than is expected",
        var text when text.Contains("could not be mapped", StringComparison.Ordinal) => $"{broken.Path} is not known",
        var text => text.Split(" Path:")[0].Split(" LineNumber:")[0],
    };

    private static ApiException Refused(string detail, BodyError error) => new(Problem.BadRequest(detail) with { Errors = [error] });
}
