using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Workflow.Telemetry;

/// <summary>The run that an asynchronous flow works for, so that whatever it emits can say so.</summary>
public static class CurrentRun
{
    private static readonly AsyncLocal<Entry?> Current = new();

    /// <summary>Id of the run; empty where the flow works for none.</summary>
    public static string Id => Current.Value?.RunId ?? "";

    /// <summary>The run's trace; null where the flow works for none.</summary>
    internal static ActivityTraceId? TraceId => Current.Value?.Trace;

    /// <summary>The trace of a run: the first 16 bytes of the SHA-256 of its id.</summary>
    public static ActivityTraceId TraceOf(string runId) =>
        ActivityTraceId.CreateFromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(runId)).AsSpan(0, 16));

    /// <summary>From here the caller's flow works for a run, until disposed.</summary>
    /// <param name="runId">Id of the run; empty for none.</param>
    internal static IDisposable Enter(string runId)
    {
        var entry = new Entry(runId, runId.Length == 0 ? null : TraceOf(runId), Current.Value);
        Current.Value = entry;
        return entry;
    }

    private sealed record Entry(string RunId, ActivityTraceId? Trace, Entry? Outer) : IDisposable
    {
        public void Dispose() => Current.Value = Outer;
    }
}
