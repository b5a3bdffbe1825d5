using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Results;
using ContrastivePipeline.Workflow.Runs;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Api.Problems;

/// <summary>The one place where exceptions become problems.</summary>
internal static class ProblemMap
{
    public static Problem Of(Exception fault) => fault switch
    {
        ApiException e => e.Problem,
        BadHttpRequestException e => Problem.OfStatus(e.StatusCode, e.StatusCode == StatusCodes.Status400BadRequest ? e.Message : null),
        InvalidDataException { Source: "Microsoft.AspNetCore.WebUtilities" or "Microsoft.AspNetCore.Http" } e => Problem.BadRequest(e.Message),
        ExperimentInvalidException e => Problem.Of(StatusCodes.Status422UnprocessableEntity, "experiment-invalid", "The experiment has errors",
            $"{e.Problems.Count} {(e.Problems.Count == 1 ? "error" : "errors")}, listed with their lines. Correct them and send the experiment again.") with
        {
            Errors = [.. e.Problems.Select(p => new BodyError(p.Line, p.Column, p.Message))],
        },
        ResultMissingException e => Problem.NotFound(e.Message),
        ArtifactMissingException e => Problem.NotFound(e.Message),
        RunBusyException e => Problem.Of(StatusCodes.Status409Conflict, "run-busy", "The experiment is being run", e.Message),
        StoreUnavailableException => Problem.Of(StatusCodes.Status503ServiceUnavailable, "store-unavailable", "The store does not answer",
            "The artifact store cannot be reached. Try again in a moment."),
        StoreFullException e => Problem.Of(StatusCodes.Status507InsufficientStorage, "store-full", "The store is full", e.Message),
        ArtifactCorruptException e => Problem.Of(StatusCodes.Status500InternalServerError, "artifact-corrupt", "An artifact is damaged", e.Message),
        StoreAccessDeniedException => Problem.Of(StatusCodes.Status500InternalServerError, "store-access-denied", "The store refuses access",
            "The server's account may not do this in the store. Whoever runs the server was told."),
        _ => Problem.Of(StatusCodes.Status500InternalServerError, "fault", "The server failed", "This is a fault of the server. Whoever runs it was told."),
    };
}
