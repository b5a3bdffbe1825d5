using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Pipeline;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>Says when a run does not use what somebody may think it uses: refreshed captions, or a source that was mended.</summary>
internal static class DatasetNotice
{
    /// <summary>Says it, where it is so.</summary>
    /// <param name="call">The call.</param>
    /// <param name="store">The store.</param>
    /// <param name="input">What the run begins with.</param>
    /// <param name="reference">The stored dataset that the call names; null where it names none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task WriteAsync(
        Invocation call, ArtifactStore store, PipelineInput input, string? reference, CancellationToken cancellationToken)
    {
        if (input.Dataset is { Name: var name })
        {
            if (await new DatasetCatalog(store).CurrentAsync(name, cancellationToken) is { } current
                && (await new DatasetReader(store).ReadManifestAsync(name, current.Version, cancellationToken)).Refresh is not null)
            {
                call.Notice($"'{name}' was refreshed: its current version is {current.Version}. This run uses the source as its files are, without what the refresh "
                    + $"changed; '--dataset {name}' uses the current version.");
            }
        }
        else if (input.Stored is { } stored && reference == stored.Name && await NewerVersion.FindAsync(store, reference, cancellationToken) is { } newer)
            call.Notice($"This run uses {stored.Name}@{stored.Version}. {newer.Describe()}");
    }
}
