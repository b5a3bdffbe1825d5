using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Which run each idempotency key started: <c>requests/{SHA-256 of the key}.json</c>.</summary>
internal sealed class RunKeys(ArtifactStore store, TimeProvider time)
{
    private const int LongestKey = 200;

    /// <exception cref="RunRequestException">It is none.</exception>
    public static void Validate(string? key)
    {
        if (key is not null && (key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~')))
            throw new RunRequestException($"An idempotency key has 1 to {LongestKey} printable ASCII characters, for example a UUID.");
    }

    /// <summary>The run that the key stands for, or null where it is new.</summary>
    /// <param name="request">Fingerprint of the request that comes with it.</param>
    /// <exception cref="IdempotencyConflictException">It came with another request before.</exception>
    public async Task<string?> FindAsync(string key, string request, CancellationToken cancellationToken)
    {
        if (await store.TryReadAsync(PathOf(key), cancellationToken) is not { } blob)
            return null;
        var first = WorkflowJson.FromBytes<KeyedRequest>(blob.Content);
        return first.Request == request ? first.RunId : throw new IdempotencyConflictException(first.RunId);
    }

    /// <summary>Ties a key to a run; the first wins.</summary>
    /// <returns>The run that the key stands for, which an earlier request may have chosen.</returns>
    /// <exception cref="IdempotencyConflictException">It came with another request before.</exception>
    public async Task<string> ReserveAsync(string key, string request, string runId, CancellationToken cancellationToken)
    {
        var entry = WorkflowJson.ToBytes(new KeyedRequest(request, runId, time.GetUtcNow()));
        return await store.TryCreateAsync(PathOf(key), entry, cancellationToken)
            ? runId
            : await FindAsync(key, request, cancellationToken) ?? runId;
    }

    // The key is text of a client: hashed, it is a valid path whatever it contains.
    private static string PathOf(string key) => $"requests/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json";

    private sealed record KeyedRequest(string Request, string RunId, DateTimeOffset At);
}
