using static TorchSharp.torch;

namespace ContrastivePipeline.Training;

/// <summary>The training loop. Every step's randomness comes from (seed, epoch, step), so that training which stops anywhere and resumes
/// from a checkpoint ends with the same weights, bit for bit on a CPU with the same number of threads.</summary>
public sealed class Trainer
{
    private readonly TrainingState _state;
    private readonly TrainingRecipe _recipe;
    private readonly ClipModel _model;
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

        var before = CopyOfBuffers();
        var (total, terms) = Losses(batch, step);
        total.backward();
        var (losses, largestGradient) = Read(total, terms, _state.Optimizer.LargestGradient());
        if (!losses.IsFinite || !float.IsFinite(largestGradient))
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

    /// <summary>L = L_contra + λ_C·L_C-cyclic + λ_I·L_I-cyclic + λ_s·L_s + λ_n·L_n.</summary>
    private (Tensor Total, Tensor[] Terms) Losses(Batch batch, long step)
    {
        var weights = _recipe.Objectives;
        using var noise = new DropoutNoise((long)new Randomness(_recipe.Seed, Purpose.Dropout, step).Next(), _state.Device);
        var (images, augmentedImages) = EncodeImages(batch);
        var (texts, secondTexts, states) = EncodeTexts(batch.Captions, noise, weights);
        var scale = _model.LogitScale.exp();
        var none = zeros([], device: _state.Device);

        var contrastive = weights.InModal
            ? ContrastiveObjectives.ContrastiveWithInModal(images, texts, augmentedImages!, secondTexts!, scale)
            : ContrastiveObjectives.Contrastive(images, texts, scale);
        var cross = weights.CyclicCross > 0 ? ContrastiveObjectives.CyclicCross(images, texts) : none;
        var inModal = weights.CyclicInModal > 0 ? ContrastiveObjectives.CyclicInModal(images, texts) : none;
        var unsupervised = weights.SentenceUnsupervised > 0 ? SentenceUnsupervised(texts, secondTexts!, states) : none;
        var supervised = weights.SentenceSupervised > 0 ? SentenceSupervised(batch.Triples!, noise) : none;

        var total = contrastive
            .Plus(LastingScalar.Of(weights.CyclicCross) * cross).Plus(LastingScalar.Of(weights.CyclicInModal) * inModal)
            .Plus(LastingScalar.Of(weights.SentenceUnsupervised) * unsupervised)
            .Plus(LastingScalar.Of(weights.SentenceSupervised) * supervised);
        return (total, [contrastive, cross, inModal, unsupervised, supervised]);
    }

    private (Tensor Images, Tensor? Augmented) EncodeImages(Batch batch)
    {
        if (batch.AugmentedPixels is null)
            return (ClipModel.Normalize(_model.EncodeImage(Pixels.ToModel(batch.Pixels, _state.Device))), null);
        var both = Pixels.ToModel(cat([batch.Pixels, batch.AugmentedPixels], 0), _state.Device);
        var views = ClipModel.Normalize(_model.EncodeImage(both)).chunk(2, 0);
        return (views[0], views[1]);
    }

    /// <summary>Text embeddings; where a term needs a second dropout view, both come from one forward pass of 2N rows.</summary>
    private (Tensor Texts, Tensor? Second, Tensor States) EncodeTexts(TextBatch captions, DropoutNoise noise, ObjectiveWeights weights)
    {
        var views = weights.SentenceUnsupervised > 0 || weights.InModal ? 2 : 1;
        var states = EncodeStates(captions, noise, views);
        var embeddings = ClipModel.Normalize(_model.ProjectText(states));
        if (views == 1)
            return (embeddings, null, states);
        var halves = embeddings.chunk(2, 0);
        return (halves[0], halves[1], states);
    }

    /// <summary>[views · texts, width]: all texts of the first view, then all of the second.</summary>
    private Tensor EncodeStates(TextBatch texts, DropoutNoise noise, int views)
    {
        var groups = texts.Groups.Select(g => g.to(_state.Device))
            .Select(g => _model.EncodeTextStates(views == 2 ? cat([g, g], 0) : g, noise).chunk(views, 0)).ToArray();
        return cat([.. Enumerable.Range(0, views).Select(view => texts.Join([.. groups.Select(g => g[view])]))], 0);
    }

    private Tensor SentenceUnsupervised(Tensor texts, Tensor secondTexts, Tensor states)
    {
        if (_state.Head is { } head)
        {
            var views = head.Forward(states).chunk(2, 0);
            (texts, secondTexts) = (views[0], views[1]);
        }
        return ContrastiveObjectives.SentenceUnsupervised(texts, secondTexts, _recipe.SentenceTemperature);
    }

    private Tensor SentenceSupervised(TextBatch triples, DropoutNoise noise)
    {
        var states = EncodeStates(triples, noise, views: 1);
        var z = (_state.Head is { } head ? head.Forward(states) : _model.ProjectText(states)).chunk(3, 0);
        return ContrastiveObjectives.SentenceSupervised(z[0], z[1], z[2], _recipe.SentenceTemperature);
    }

    private static (LossTerms Losses, float LargestGradient) Read(Tensor total, Tensor[] terms, Tensor largestGradient)
    {
        // One copy from the device for all of them.
        var values = stack([total, .. terms, largestGradient]).detach().cpu().data<float>().ToArray();
        return (new LossTerms(values[0], values[1], values[2], values[3], values[4], values[5]), values[6]);
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
        : base(losses.IsFinite
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
