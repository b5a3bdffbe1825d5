using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web;

/// <summary>The one place where exceptions become problems.</summary>
internal static partial class ProblemMap
{
    public static Problem Of(Exception fault) => fault switch
    {
        ApiException e => e.Problem,
        BadHttpRequestException { StatusCode: 400 } e => Problem.BadRequest(MessageFor(e.Message)),
        BadHttpRequestException e => Problem.OfStatus(e.StatusCode),
        // A form was expected.
        InvalidOperationException { Source: "Microsoft.AspNetCore.Http" } e
            when e.Message.StartsWith("Incorrect Content-Type", StringComparison.Ordinal) => Problem.OfStatus(415),
        // What a body can break on its way in, chunked or in parts, is not all reported as a bad request.
        IOException or InvalidDataException when fault.Source?.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) == true =>
            Problem.BadRequest(fault.Message),
        ExperimentInvalidException e => Problem.Of(422, "experiment-invalid", "The experiment has errors",
            $"{e.Problems.Count} {(e.Problems.Count == 1 ? "error" : "errors")}, listed with their lines. "
            + "Correct them and send the experiment again.") with
        {
            Errors = [.. e.Problems.Select(p => new BodyError(p.Line, p.Column, p.Message))],
        },
        ResultMissingException e => Problem.NotFound(e.Message),
        ArtifactMissingException e => Problem.NotFound(e.Message),
        MediaException { Reason: ImageReason.FileTooLarge } e => Problem.OfStatus(413, e.Message),
        MediaException e => Problem.Of(422, "picture-unusable", "The file cannot be used", e.Message),
        DatasetNotFoundException e => Problem.NotFound(e.Message),
        RefreshConflictException e => Problem.Of(409, "dataset-moved", "The dataset was changed meanwhile", e.Message),
        SourceException e => Problem.Of(422, "source-unusable", "The data cannot be read", e.Message),
        RunRequestException e => Problem.BadRequest(e.Message),
        RunNotFoundException e => Problem.NotFound(e.Message),
        RunStateException e => Problem.Of(409, "run-state", "The run is not in a state for that", e.Message),
        RunLimitException e => Problem.Of(429, "too-many-runs", "Too many runs wait", e.Message),
        IdempotencyConflictException e => Problem.Of(
            422, "idempotency-key-reused", "The idempotency key was used for another request", e.Message),
        RunBusyException e => Problem.Of(409, "run-busy", "The experiment is being run", e.Message),
        StoreUnavailableException => Problem.Of(503, "store-unavailable", "The store does not answer",
            "The artifact store cannot be reached. Try again in a moment."),
        StoreFullException e => Problem.Of(507, "store-full", "The store is full", e.Message),
        ArtifactCorruptException e => Problem.Of(500, "artifact-corrupt", "An artifact is damaged", e.Message),
        RunRecordException e => Problem.Of(500, "run-record-damaged", "The record of a run is damaged", e.Message),
        StoreAccessDeniedException => Problem.Of(500, "store-access-denied", "The store refuses access",
            "The server's account may not do this in the store. It was reported to whoever runs the server."),
        _ => Problem.Of(500, "fault", "The server failed",
            "This is a fault of the server. It was reported to whoever runs it."),
    };

    // ASP.NET Core names the parameter together with its .NET type, which is nothing to a client.
    private static string MessageFor(string message) => BindingFailure().Match(message) is { Success: true } match
        ? $"'{match.Groups["name"].Value}' cannot be '{Shorten(match.Groups["value"].Value)}'; {Problem.ApiDocument} says what it may be."
        : message;

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    [GeneratedRegex("^Failed to bind parameter \"(?:.* )?(?<name>\\w+)\" from \"(?<value>.*)\"\\.\\z", RegexOptions.Singleline)]
    private static partial Regex BindingFailure();
}
