using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>A store whose requests fail for as long as a test says so.</summary>
internal sealed class FaultyStore : HttpPipelinePolicy
{
    private int _failed;

    private FaultyStore()
    {
    }

    /// <summary>What the next requests fail with; null for nothing.</summary>
    public Func<Exception>? Fault { get; set; }

    /// <summary>Requests that have failed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <summary>Opens a container that is there through a connection that may fail.</summary>
    public static (ArtifactStore Store, FaultyStore Faults) Open(StoreAddress address)
    {
        var faults = new FaultyStore();
        var options = new BlobClientOptions { Retry = { MaxRetries = 0 } };
        options.AddPolicy(faults, HttpPipelinePosition.PerCall);
        return (new ArtifactStore(address.CreateClient(options)), faults);
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (Fault is not { } fault)
            return ProcessNextAsync(message, pipeline);
        Interlocked.Increment(ref _failed);
        throw fault();
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);
}
