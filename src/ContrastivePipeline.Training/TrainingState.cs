using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training;

/// <summary>What changes in training: weights, optimiser moments and the step. A checkpoint is all of it in one file.</summary>
public sealed class TrainingState : IDisposable
{
    private const string Format = "contrastive-checkpoint/1";
    private const string ModelPrefix = "model.";
    private const string HeadPrefix = "head.";
    private const string OptimizerPrefix = "optimizer.";

    /// <summary>The state before the first step.</summary>
    public TrainingState(TrainingRecipe recipe, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        Recipe = recipe;
        Device = device ?? CPU;
        var weights = new Randomness(recipe.Seed, Purpose.Weights, 0);
        Model = recipe.Model.Create((long)weights.Next());
        Head = recipe.SentenceSpace == SentenceSpace.Encoder ? new SentenceHead(recipe.Model.Text.Width, (long)weights.Next()) : null;
        Model.to(Device);
        Head?.to(Device);
        var parameters = Model.named_parameters().Where(p => !FreezeIfAsked(p.name, p.parameter))
            .Select(p => (p.name, p.parameter, RateOf(recipe.Of(Model.TowerOf(p.name)))));
        if (Head is not null)
            parameters = parameters.Concat(Head.named_parameters().Select(p => (HeadPrefix + p.name, p.parameter, RateOf(recipe.TextTower))));
        Optimizer = new AdamW(parameters, recipe.Optimizer);
    }

    /// <summary>What this state is trained by.</summary>
    public TrainingRecipe Recipe { get; }

    /// <summary>Where the tensors are.</summary>
    public Device Device { get; }

    /// <summary>The model.</summary>
    public DualEncoder Model { get; }

    /// <summary>The optimiser.</summary>
    public AdamW Optimizer { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; internal set; }

    /// <summary>SimCSE's head, where the recipe has one.</summary>
    internal SentenceHead? Head { get; }

    /// <summary>What <see cref="Save"/> was given to keep with the checkpoint that this was restored from; empty where it was
    /// nothing.</summary>
    public string Note { get; private set; } = "";

    /// <summary>Reads a checkpoint to its end, straight into the new state's tensors.</summary>
    /// <param name="recipe">What it must have been trained by.</param>
    /// <param name="checkpoint">At its beginning; must know its length.</param>
    /// <exception cref="WeightsException">The file is damaged, no checkpoint, or one of another recipe.</exception>
    public static async Task<TrainingState> RestoreAsync(
        TrainingRecipe recipe, Stream checkpoint, string name, Device? device = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var file = await SafetensorsReader.OpenAsync(checkpoint, name, cancellationToken);
        if (!file.Metadata.TryGetValue("format", out var format) || format != Format)
            throw new WeightsException($"{name} is no training checkpoint ({Format}). Use the file that training wrote.");
        if (file.Metadata["recipe"] != recipe.Fingerprint())
        {
            throw new WeightsException(
                $"{name} was trained with another configuration "
                + $"(recipe {file.Metadata["recipe"][..12]}, this one is {recipe.Fingerprint()[..12]}). "
                + "Continue it with the experiment file that it came from, or start anew with --fresh.");
        }
        var state = new TrainingState(recipe, device);
        try
        {
            await file.ReadAsync(state.Match(file, name), cancellationToken);
            state.Step = long.Parse(file.Metadata["step"]);
            state.Note = file.Metadata.GetValueOrDefault("note", "");
            return state;
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>The whole state as one safetensors file; equal states give equal bytes.</summary>
    /// <param name="note">Something to keep with it, for <see cref="Note"/>.</param>
    /// <returns>As <see cref="SafetensorsFile.Write"/>: to be read before the next step.</returns>
    /// <exception cref="LossNotFiniteException">A weight is not finite: such a state is of no use to anybody, and is not
    /// written.</exception>
    public Func<Stream> Save(string note = "")
    {
        RequireFinite();
        var tensors = StateDict.Of(Model).Select(p => new KeyValuePair<string, Tensor>(ModelPrefix + p.Key, p.Value))
            .Concat(Optimizer.State.Select(p => new KeyValuePair<string, Tensor>(OptimizerPrefix + p.Key, p.Value)));
        if (Head is not null)
            tensors = tensors.Concat(StateDict.Of(Head).Select(p => new KeyValuePair<string, Tensor>(HeadPrefix + p.Key, p.Value)));
        return SafetensorsFile.Write(
            new Dictionary<string, Tensor>(tensors),
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["step"] = $"{Step}",
                ["recipe"] = Recipe.Fingerprint(),
                ["note"] = note,
            });
    }

    /// <summary>The weights of the model inside a checkpoint, by upstream key.</summary>
    public static IReadOnlyDictionary<string, SafetensorsEntry> ModelWeights(SafetensorsReader checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Under(checkpoint.Entries, ModelPrefix);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        Model.Dispose();
        Head?.Dispose();
    }

    private bool FreezeIfAsked(string name, Tensor parameter)
    {
        var isFrozen = Recipe.Of(Model.TowerOf(name)) is { Frozen: true };
        if (isFrozen)
            parameter.requires_grad = false;
        return isFrozen;
    }

    private double RateOf(TowerTraining? tower) => tower?.LearningRate is { } own ? own / Recipe.Schedule.BaseRate : 1;

    // The loss of a step is that of the weights before it: what the last step made of them, nobody else looks at.
    private void RequireFinite()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = StateDict.Of(Model).Concat(Head is null ? [] : StateDict.Of(Head)).Where(p => p.Value.is_floating_point()).ToArray();
        var finite = stack([.. weights.Select(p => IsFinite(p.Value))]).cpu().data<bool>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (!finite[i])
                throw new LossNotFiniteException(Step - 1, weights[i].Key);
        }
    }

    private static Tensor IsFinite(Tensor weight)
    {
        using var each = weight.isfinite();
        return each.all();
    }

    /// <summary>Every tensor of this state by its name in a checkpoint.</summary>
    private Dictionary<string, Tensor> Match(SafetensorsReader checkpoint, string name)
    {
        var tensors = new Dictionary<string, Tensor>(StateDict.Match(Model, ModelWeights(checkpoint), name), StringComparer.Ordinal);
        if (Head is not null)
        {
            foreach (var (key, tensor) in StateDict.Match(Head, Under(checkpoint.Entries, HeadPrefix), name))
                tensors.Add(key, tensor);
        }
        foreach (var (key, tensor) in Optimizer.State)
        {
            var saved = checkpoint.Entries.GetValueOrDefault(OptimizerPrefix + key);
            tensors.Add(OptimizerPrefix + key, saved is not null && saved.Shape.SequenceEqual(tensor.shape)
                ? tensor
                : throw new WeightsException($"{name}: the optimiser's '{key}' is missing or has another shape."));
        }
        return tensors;
    }

    private static Dictionary<string, SafetensorsEntry> Under(IReadOnlyDictionary<string, SafetensorsEntry> entries, string prefix) =>
        entries.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
