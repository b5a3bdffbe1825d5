namespace ContrastivePipeline.Web.Api.Measurements;

/// <summary>The training curves of a run so far.</summary>
internal static class RunCurves
{
    /// <summary>Reads them from the segments that are done; what the store has no longer got is left out.</summary>
    public static async Task<IReadOnlyList<TrainingCurve>> ReadAsync(ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        var done = await RunManifests.ReadAsync(store, run, stage => stage.Name == PipelineStages.Train.Name, _ => { }, cancellationToken);
        var segments = done.Select(segment => (
            Input: WorkflowJson.FromElement<TrainSegmentInput>(segment.Manifest.Input), Output: WorkflowJson.FromElement<TrainedSegment>(segment.Manifest.Output)));
        var curves = new List<TrainingCurve>();
        foreach (var trial in segments.GroupBy(segment => (segment.Input.Variant, Seed: checked((int)segment.Input.Recipe.Seed))))
        {
            var parts = trial.OrderBy(segment => segment.Input.From).Select(segment => segment.Output.Curve);
            try
            {
                curves.Add(await StoredCurves.ReadAsync(store, trial.Key.Variant, trial.First().Input.Recipe, parts, cancellationToken));
            }
            catch (StoreException gone) when (gone is ArtifactMissingException or ArtifactCorruptException)
            {
                // A curve with a hole would be drawn as if nothing were missing: this trial has none, the others have theirs.
            }
        }
        return curves;
    }

    /// <summary>A curve with so many points at most, evenly chosen, the first and the last among them.</summary>
    public static TrainingCurve Thin(TrainingCurve curve, int points)
    {
        var count = curve.Points.Count;
        return count <= points
            ? curve
            : curve with { Points = [.. Enumerable.Range(0, points).Select(i => curve.Points[points == 1 ? count - 1 : (int)((long)i * (count - 1) / (points - 1))])] };
    }
}
