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

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="recipe">What it must have been trained by.</param>
    /// <exception cref="WeightsException">The file is damaged, no checkpoint, or one of another recipe.</exception>
    public static TrainingState Restore(TrainingRecipe recipe, ReadOnlySpan<byte> checkpoint, string name, Device? device = null) =>
        Restore(recipe, checkpoint, name, out _, device);

    /// <inheritdoc cref="Restore(TrainingRecipe, ReadOnlySpan{byte}, string, Device?)"/>
    /// <param name="note">What <see cref="Save"/> was given to keep; empty where it was nothing.</param>
    public static TrainingState Restore(
        TrainingRecipe recipe, ReadOnlySpan<byte> checkpoint, string name, out string note, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        using var scope = NewDisposeScope();
        var content = SafetensorsFile.Read(checkpoint, name);
        if (!content.Metadata.TryGetValue("format", out var format) || format != Format)
            throw new WeightsException($"{name} is no training checkpoint ({Format}). Use the file that training wrote.");
        if (content.Metadata["recipe"] != recipe.Fingerprint())
        {
            throw new WeightsException(
                $"{name} was trained with another configuration "
                + $"(recipe {content.Metadata["recipe"][..12]}, this one is {recipe.Fingerprint()[..12]}). "
                + "Continue it with the experiment file that it came from, or start anew with --fresh.");
        }
        var state = new TrainingState(recipe, device);
        StateDict.Load(state.Model, Under(content.Tensors, ModelPrefix), name);
        if (state.Head is not null)
            StateDict.Load(state.Head, Under(content.Tensors, HeadPrefix), name);
        using var noGrad = no_grad();
        var moments = Under(content.Tensors, OptimizerPrefix);
        foreach (var (key, tensor) in state.Optimizer.State)
        {
            tensor.copy_(moments.TryGetValue(key, out var saved)
                ? saved
                : throw new WeightsException($"{name}: the optimiser's '{key}' is missing."));
        }
        state.Step = long.Parse(content.Metadata["step"]);
        note = content.Metadata.GetValueOrDefault("note", "");
        return state;
    }

    /// <summary>The whole state as one safetensors file; equal states give equal bytes.</summary>
    /// <param name="note">Something to keep with it, for
    /// <see cref="Restore(TrainingRecipe, ReadOnlySpan{byte}, string, out string, Device?)"/>.</param>
    /// <exception cref="LossNotFiniteException">A weight is not finite: such a state is of no use to anybody, and is not
    /// written.</exception>
    public byte[] Save(string note = "")
    {
        using var scope = NewDisposeScope();
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
    public static IReadOnlyDictionary<string, Tensor> ModelWeights(SafetensorsContent checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return Under(checkpoint.Tensors, ModelPrefix);
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
        using var noGrad = no_grad();
        var weights = StateDict.Of(Model).Concat(Head is null ? [] : StateDict.Of(Head)).Where(p => p.Value.is_floating_point()).ToArray();
        var finite = stack([.. weights.Select(p => p.Value.isfinite().all())]).cpu().data<bool>();
        for (var i = 0; i < weights.Length; i++)
        {
            if (!finite[i])
                throw new LossNotFiniteException(Step - 1, weights[i].Key);
        }
    }

    private static Dictionary<string, Tensor> Under(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
