using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Trains a segment of steps. Inside the segment the state is saved by time and when the run is asked to stop; whatever happens,
/// the segment resumes from there and ends with the same bytes. Only the checkpoint of the last segment, the trained model, is kept for
/// good.</summary>
internal sealed class TrainSegmentStage : Stage<TrainSegmentInput, TrainedSegment>
{
    private readonly TrainingSets _sets;
    private readonly SegmentChain _chain;

    public TrainSegmentStage(TrainingSets sets)
        : base("train", 4, StageResource.Training) => (_sets, _chain) = (sets, new SegmentChain(this));

    public override async Task<TrainedSegment> RunAsync(TrainSegmentInput input, StageContext context, CancellationToken cancellationToken)
    {
        var recipe = input.Recipe;
        try
        {
            using var loan = await _sets.BorrowAsync(
                context, input.Dataset, input.Tokenizer, MediaKinds.Of(recipe.Model).InputOf(recipe.Model), recipe.Model.Text.ContextLength,
                cancellationToken);
            var set = input.Triples is null ? loan.Set : loan.Set.With(await _sets.TriplesAsync(
                context.Store, input.Triples, input.Tokenizer, recipe.Model.Text.ContextLength, cancellationToken));
            var saves = new SegmentSaves(context);
            using var device = TorchDevice.Borrow();
            using var held = device.IsGpu ? context.HoldGpu() : null;
            context.Note($"trains on {device.Name}");
            using var batches = new BatchSource(set, recipe, WorkersFor(set, device), device.Device);
            var (state, curve) = await StartAsync(input, saves, device, context, cancellationToken);
            using (state)
            {
                await TrainAsync(input, state, curve, batches, saves, context, cancellationToken);
                var checkpoint = input.IsLast
                    ? await context.WriteAsync("checkpoint", ".safetensors", state.Save(), cancellationToken)
                    : await context.WriteExpiringAsync("checkpoint", ".safetensors", state.Save(), cancellationToken);
                var table = await Tables.Curve.WriteAsync(context, "curve", curve, cancellationToken);
                var events = await TensorBoardEvents.WriteAsync(context, input.Label, curve, cancellationToken);
                await saves.DeleteAsync(cancellationToken);
                return new TrainedSegment(checkpoint, table, events);
            }
        }
        catch (Exception error) when (error is LossNotFiniteException or TrainingDataException or WeightsException)
        {
            throw new PermanentStageException($"{input.Variant}, seed {recipe.Seed}: {error.Message}", error);
        }
    }

    protected override async Task<bool> IsThereAsync(
        StageManifest manifest, TrainedSegment output, ArtifactStore store, CancellationToken cancellationToken) =>
        await base.IsThereAsync(manifest, output, store, cancellationToken)
        || (ExpiringArtifacts.Includes(output.Checkpoint.Path)
            && await ArtifactCheck.AllThereAsync(store, [output.Curve, output.Events], cancellationToken)
            && await _chain.LedOnAsync(store, manifest, cancellationToken));

    protected override string Label(TrainSegmentInput input) => input.Label;

    /// <summary>Threads that make media ahead: where they are decoded first, and where a GPU would wait for them.</summary>
    private static int WorkersFor(TrainingSet set, TorchDevice device) =>
        set.Media.AreDecoded && !device.IsGpu ? 0 : Environment.ProcessorCount;

    private static async Task TrainAsync(
        TrainSegmentInput input, TrainingState state, List<StepRecord> curve, BatchSource batches, SegmentSaves saves, StageContext context,
        CancellationToken cancellationToken)
    {
        using var meter = SegmentMeter.Begin(input, state, context.Time);
        var saved = context.Time.GetTimestamp();
        foreach (var step in new Trainer(state).Run(batches, input.To))
        {
            curve.Add(step);
            meter.Stepped(step);
            context.Progress.Report(new StageProgress(curve.Count, input.To - input.From, "steps", $"loss {step.Losses.Total:f3}"));
            var due = context.Time.GetElapsedTime(saved).TotalSeconds >= input.CheckpointSeconds;
            if ((due || cancellationToken.IsCancellationRequested) && state.Step < input.To)
            {
                // One blob holds state and curve, so that the two never disagree.
                await saves.WriteAsync(state.Step, state.Save(JsonSerializer.Serialize(curve)), CancellationToken.None);
                meter.Saved(state.Step);
                cancellationToken.ThrowIfCancellationRequested();
                saved = context.Time.GetTimestamp();
            }
        }
    }

    private static async Task<(TrainingState State, List<StepRecord> Curve)> StartAsync(
        TrainSegmentInput input, SegmentSaves saves, TorchDevice device, StageContext context, CancellationToken cancellationToken)
    {
        var saved = await saves.TryRestoreAsync(RestoreAsync, damaged => damaged is WeightsException or JsonException, cancellationToken);
        if (saved is not null)
        {
            context.Note($"resumes from step {saved.State.Step}");
            return (saved.State, saved.Curve);
        }
        if (input.Checkpoint is not { } checkpoint)
            return (await BeginAsync(input, device, context, cancellationToken), []);
        var state = await context.Store.ReadAsync(
            checkpoint, (content, token) => TrainingState.RestoreAsync(input.Recipe, content, checkpoint.Path, device.Device, token),
            cancellationToken);
        return (state, []);

        async Task<SavedState> RestoreAsync(Stream save, string path, CancellationToken token)
        {
            var state = await TrainingState.RestoreAsync(input.Recipe, save, path, device.Device, token);
            try
            {
                return new SavedState(state, JsonSerializer.Deserialize<List<StepRecord>>(state.Note)!);
            }
            catch
            {
                state.Dispose();
                throw;
            }
        }
    }

    private static async Task<TrainingState> BeginAsync(
        TrainSegmentInput input, TorchDevice device, StageContext context, CancellationToken cancellationToken)
    {
        var state = new TrainingState(input.Recipe, device.Device);
        if (input.Start is not { } start)
            return state;
        try
        {
            return await context.Store.ReadAsync(start, async (content, token) =>
            {
                var file = await SafetensorsReader.OpenAsync(content, start.Path, token);
                await file.ReadAsync(StateDict.Match(state.Model, ClipCheckpoint.ByUpstreamKey(file.Entries), start.Path), token);
                return state;
            }, cancellationToken);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    private sealed record SavedState(TrainingState State, List<StepRecord> Curve);
}

/// <summary>Input of <c>train</c>: a segment of one training.</summary>
/// <param name="From">The first step of the segment, 0-based.</param>
/// <param name="To">The step that it stops before.</param>
/// <param name="Checkpoint">The state after step <paramref name="From"/> − 1; null at step 0.</param>
public sealed record TrainSegmentInput(
    string Variant,
    TrainingRecipe Recipe,
    DatasetVersion Dataset,
    PreparedTokenizer Tokenizer,
    int From,
    int To,
    Artifact? Checkpoint,
    int CheckpointSeconds)
{
    /// <summary>Weights that training starts from instead of drawn ones; null after the first segment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Artifact? Start { get; init; }

    /// <inheritdoc cref="TrialInput.Triples"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DatasetVersion? Triples { get; init; }

    /// <summary>Whether the training ends with it: only what comes before may expire.</summary>
    [JsonIgnore]
    public bool IsLast => To == Recipe.Schedule.TotalSteps;

    /// <summary>For example <c>clip+ls-seed-1-steps-0-100</c>.</summary>
    public string Label => $"{Variant}-seed-{Recipe.Seed}-steps-{From}-{To}";
}

/// <summary>A trained segment.</summary>
/// <param name="Checkpoint">Model, optimiser and step after the segment.</param>
public sealed record TrainedSegment(Artifact Checkpoint, Artifact Curve, Artifact Events);
