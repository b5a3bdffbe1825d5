using System.Collections.Concurrent;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Tells whether a segment whose checkpoint has expired led on to a checkpoint that is there: then nobody needs its own any more.
/// Else training is to be resumed from it, and the segment must be trained again.</summary>
internal sealed class SegmentChain(Stage stage)
{
    // A training has a thousand segments: what was found for one holds for those on the way.
    private readonly ConcurrentDictionary<string, bool> _led = new(StringComparer.Ordinal);

    /// <summary>Follows the segments of a training, each by its manifest.</summary>
    public async Task<bool> LedOnAsync(ArtifactStore store, StageManifest manifest, CancellationToken cancellationToken)
    {
        var passed = new List<string>();
        for (var current = manifest; current is not null; current = await NextAsync(store, current, cancellationToken))
        {
            var isThere = passed.Count > 0 && await ArtifactCheck.AllThereAsync(store, current.Output, cancellationToken);
            passed.Add(current.Fingerprint);
            if (!isThere && !_led.ContainsKey(current.Fingerprint))
                continue;
            foreach (var fingerprint in passed.SkipLast(1))
                _led[fingerprint] = true;
            return true;
        }
        return false;
    }

    private async Task<StageManifest?> NextAsync(ArtifactStore store, StageManifest current, CancellationToken cancellationToken)
    {
        var input = WorkflowJson.FromElement<TrainSegmentInput>(current.Input);
        if (input.IsLast)
            return null;
        var next = input with
        {
            From = input.To,
            // All segments but the last are of one length.
            To = (int)Math.Min(input.To + (long)(input.To - input.From), input.Recipe.Schedule.TotalSteps),
            Checkpoint = WorkflowJson.FromElement<TrainedSegment>(current.Output).Checkpoint,
        };
        var call = new StageCall(stage, WorkflowJson.ToElement(next), current.Generation);
        return await StageManifest.TryReadAsync(store, call.Identity.ManifestPath, cancellationToken);
    }
}
