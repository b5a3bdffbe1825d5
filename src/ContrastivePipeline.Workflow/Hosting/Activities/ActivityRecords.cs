using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting.Activities;

/// <summary>A stage that a run asks for.</summary>
/// <param name="RunId">Id of the run; empty where there is none, as for a caption refresh.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Input">Its input.</param>
/// <param name="Generation">The cache generation; empty for the first.</param>
public sealed record StageRequest(string RunId, string Stage, JsonElement Input, string Generation);

/// <summary>An operation that a run asks for.</summary>
/// <param name="RunId">Id of the run.</param>
/// <param name="Operation">Name of the operation.</param>
/// <param name="Input">Its input.</param>
public sealed record OperationRequest(string RunId, string Operation, JsonElement Input);

/// <summary>What came of a request. What may pass is thrown instead, so that a host tries again.</summary>
/// <param name="Output">The output; null where it failed.</param>
/// <param name="Failure">Why it failed for good; null where it did not.</param>
/// <param name="Told">The same in its cause's own words, where there are some.</param>
public sealed record ActivityAnswer(JsonElement? Output, string? Failure, ToldFailure? Told = null);

/// <summary>Which stage a request means, and its output where it is done.</summary>
/// <param name="Fingerprint">SHA-256 of name, version and input.</param>
/// <param name="Output">The output; null where it is not done.</param>
public sealed record FoundStage(string Fingerprint, JsonElement? Output);
