using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace ContrastivePipeline.Web;

/// <summary>An error as RFC 9457 has it: <c>application/problem+json</c>.</summary>
/// <param name="Type">Names the kind of problem, for programs.</param>
/// <param name="Title">Names the kind of problem, for people.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong this time, where, and what to do.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Address of the OpenAPI document on every host: some serve nothing outside of <c>/api</c>.</summary>
    internal const string ApiDocument = "/api/openapi/v1.json";

    /// <summary>Every error in a body that has lines, in its order; absent for other problems.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BodyError>? Errors { get; init; }

    /// <summary>The detail without what only a program can do about it, for a page; null where the detail will do.</summary>
    [JsonIgnore]
    internal string? ForPages { get; init; }

    internal static Problem Of(int status, string kind, string title, string detail) =>
        new($"urn:problem-type:contrastive:{kind}", title, status, detail);

    /// <summary>A problem that its status says all about.</summary>
    internal static Problem OfStatus(int status, string? detail = null)
    {
        var title = ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : $"Status {status}";
        return new("about:blank", title, status, detail ?? MessageFor(status));
    }

    internal static Problem BadRequest(string detail) => Of(400, "bad-request", "The request is not understood", detail);

    internal static Problem NotFound(string detail, string hint = "") =>
        Of(404, "not-found", "There is no such thing", hint.Length == 0 ? detail : $"{detail} {hint}") with
        {
            ForPages = detail,
        };

    internal static Problem ForeignHost() => Of(421, "foreign-host", "This server is called by another name",
        "This server listens on a loopback address and answers to localhost, 127.0.0.1 and [::1] only. Use one of these names.");

    internal static Problem CrossSite() => Of(403, "cross-site", "The request comes from another site",
        "Pages of other sites may not use this server. Open the dashboard itself, or use a program that is no browser.");

    internal static Problem KeyNeeded() => Of(401, "key-needed", "An API key is needed",
        "Send a key that this server knows as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'.");

    private static string MessageFor(int status) => status switch
    {
        404 => $"There is nothing at this address. {ApiDocument} lists what there is.",
        405 => "This address does not take this method; the header Allow says which it takes.",
        413 => "The body is longer than this address takes.",
        415 => $"This address does not take a body of this content type; {ApiDocument} says which it takes.",
        _ => "The request could not be answered.",
    };
}

/// <summary>One error in a body.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record BodyError(int Line, int Column, string Message);

/// <summary>Ends a request with a problem.</summary>
public sealed class ApiException(Problem problem) : Exception(problem.Detail)
{
    /// <summary>The problem that the client gets.</summary>
    public Problem Problem { get; } = problem;
}
