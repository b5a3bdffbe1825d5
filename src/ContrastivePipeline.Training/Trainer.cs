using static TorchSharp.torch;

namespace ContrastivePipeline.Training;

/// <summary>The training loop. Every step's randomness comes from (seed, epoch, step), so that training which stops anywhere and resumes
/// from a checkpoint ends with the same weights, bit for bit on a CPU with the same number of threads.</summary>
public sealed class Trainer
{
    private readonly TrainingState _state;
    private readonly TrainingRecipe _recipe;
    private readonly DualEncoder _model;
    private readonly Tensor[] _buffers;

    /// <summary>Creates a trainer that resumes from a state.</summary>
    public Trainer(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_state, _recipe, _model) = (state, state.Recipe, state.Model);
        _buffers = [.. state.Model.buffers()];
    }

    /// <summary>Trains up to a step and hands out each step's record as it is done; the caller may save the state between any
    /// two.</summary>
    /// <param name="until">The step to stop before.</param>
    /// <exception cref="LossNotFiniteException">A loss or a gradient is not finite; the state is still that of the step before.</exception>
    public IEnumerable<StepRecord> Run(BatchSource batches, long until)
    {
        ArgumentNullException.ThrowIfNull(batches);
        while (_state.Step < until)
        {
            using var scope = NewDisposeScope();
            yield return Step(batches.At(_state.Step));
        }
    }

    /// <summary>One step on one batch.</summary>
    /// <exception cref="LossNotFiniteException">A loss or a gradient is not finite; the state is still that of the step before.</exception>
    public StepRecord Step(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var step = _state.Step;
        var learningRate = _recipe.Schedule.At(step);
        _model.train();
        if (_recipe.MediaTower is { Frozen: true })
            _model.MediaTower.eval();

        var before = CopyOfBuffers();
        var embeddings = Embed(batch);
        Tensor[] terms = [.. _recipe.Objectives.Terms.Select(term => term.Objective.LossOf(embeddings))];
        // L = Σ λ·L.
        var total = _recipe.Objectives.Terms.Zip(terms, (term, loss) => LastingScalar.Of(term.Weight) * loss).Aggregate((sum, l) => sum.Plus(l));
        total.backward();
        var (losses, largestGradient) = Read(total, terms);
        if (!losses.AreFinite || !float.IsFinite(largestGradient))
        {
            Restore(before);
            throw new LossNotFiniteException(step, losses);
        }
        if (_recipe.ClipNorm > 0)
            nn.utils.clip_grad_norm_(_state.Optimizer.WithGradient, _recipe.ClipNorm);
        _state.Optimizer.Step(learningRate);

        using var noGrad = no_grad();
        _model.LogitScale.clamp_(LastingScalar.Of(0), LastingScalar.Of(_recipe.MaxLogitScale));
        _state.Step++;
        return new StepRecord(step, losses, learningRate, _model.LogitScale.detach().cpu().data<float>()[0]);
    }

    // Batch norm's running statistics move in the forward pass already, before anybody knows whether the step is any good.
    private Tensor[] CopyOfBuffers()
    {
        using var noGrad = no_grad();
        return [.. _buffers.Select(buffer => buffer.clone())];
    }

    private void Restore(Tensor[] before)
    {
        using var noGrad = no_grad();
        foreach (var (buffer, copy) in _buffers.Zip(before))
            buffer.copy_(copy);
        _state.Optimizer.ZeroGradients();
    }

    private StepEmbeddings Embed(Batch batch)
    {
        using var noise = new DropoutNoise((long)new Randomness(_recipe.Seed, Purpose.Dropout, _state.Step).Next(), _state.Device);
        return new StepEncoder(_state, noise).Encode(batch);
    }

    private (LossTerms Losses, float LargestGradient) Read(Tensor total, Tensor[] terms)
    {
        // One copy from the device for all of them.
        var values = stack([total, .. terms, _state.Optimizer.LargestGradient()]).detach().cpu().data<float>().ToArray();
        var byObjective = _recipe.Objectives.Terms.Select((term, i) => (term.Objective.Key, Value: values[i + 1]));
        return (new LossTerms(values[0], byObjective.ToDictionary(term => term.Key, term => term.Value)), values[^1]);
    }
}

/// <summary>What one step did.</summary>
/// <param name="Step">0-based.</param>
/// <param name="Losses">Losses before the step.</param>
/// <param name="LogitScale">The logit scale (a logarithm) after the step.</param>
public sealed record StepRecord(long Step, LossTerms Losses, double LearningRate, float LogitScale);

/// <summary>A loss, or a gradient of it, is not finite, or the weights are not after a step: training has diverged and must not
/// continue.</summary>
public sealed class LossNotFiniteException : Exception
{
    private const string Advice =
        "Training has diverged; the last checkpoint is good. "
        + "Lower training.learning_rate, lengthen training.warmup, or set training.clip_norm.";

    /// <summary>A loss or a gradient.</summary>
    /// <param name="step">The step whose loss it is, 0-based.</param>
    public LossNotFiniteException(long step, LossTerms losses)
        : base(losses.AreFinite
            ? $"A gradient of step {step} is not finite (its loss is: {losses}). {Advice}"
            : $"The loss of step {step} is not finite ({losses}). {Advice}") => Step = step;

    /// <summary>The weights, though the loss was.</summary>
    /// <param name="step">The step that made them so, or one before it, 0-based.</param>
    /// <param name="parameter">The first such parameter.</param>
    public LossNotFiniteException(long step, string parameter)
        : base($"After step {step} the weights are not finite ('{parameter}'), though its loss was. {Advice}") => Step = step;

    /// <summary>The step, 0-based.</summary>
    public long Step { get; }
}
