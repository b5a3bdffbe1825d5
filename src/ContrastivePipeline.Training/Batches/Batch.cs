using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>What one training step sees.</summary>
/// <param name="Media">The model's input, [n, …]; null where no objective needs media.</param>
/// <param name="Captions">n captions.</param>
/// <param name="SecondMedia">Another augmented view of the same media; null where no objective needs one.</param>
/// <param name="Triples">m anchors, m positives, m negatives, for L_n; else null.</param>
public sealed record Batch(Tensor? Media, TextBatch Captions, Tensor? SecondMedia = null, TextBatch? Triples = null)
{
    /// <summary>[n, n], bool: pairs that share a caption, a media item or a concept, and are no negatives of one another; null where there
    /// are none.</summary>
    public Tensor? PairMatches { get; init; }

    /// <summary>[m, 2m], bool: positives and negatives of other triples that are no negatives of an anchor; null where there are
    /// none.</summary>
    public Tensor? TripleMatches { get; init; }
}

/// <summary>A batch in the making. What is random about its media is drawn at once and in order; they are then made one by one, by
/// whichever thread has time, each into its own place.</summary>
internal sealed class BatchDraw : IDisposable
{
    private readonly TrainingSet _set;
    private readonly IReadOnlyList<int> _pairs;
    private readonly IMediaChange[][] _changes;
    private readonly byte[][] _views;
    private readonly CountdownEvent _missing;
    private ExceptionDispatchInfo? _fault;

    /// <param name="views">Augmented views of each media item, 0 to 2.</param>
    /// <param name="random">The step's stream.</param>
    public BatchDraw(TrainingSet set, IReadOnlyList<int> pairs, int views, Augmentation augmentation, Randomness random)
    {
        (_set, _pairs) = (set, pairs);
        _changes = [.. Enumerable.Range(0, views).Select(_ => pairs.Select(_ => augmentation.Draw(set.Media.Input, random)).ToArray())];
        _views = [.. _changes.Select(_ => new byte[pairs.Count * ItemLength])];
        _missing = new CountdownEvent(Count);
    }

    /// <summary>Media items to make.</summary>
    public int Count => _views.Length > 0 ? _pairs.Count : 0;

    private int ItemLength => _set.Media.Input.ItemLength;

    /// <summary>Makes an item, on any thread. What goes wrong is kept for <see cref="Media"/>.</summary>
    public void Make(int item)
    {
        try
        {
            var decoded = _set.Media[_set.Pairs.MediaOf(_pairs[item])];
            for (var view = 0; view < _views.Length; view++)
                _changes[view][item].Apply(decoded, _views[view].AsSpan(item * ItemLength, ItemLength));
        }
        catch (Exception fault)
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(fault), null);
        }
        finally
        {
            _missing.Signal();
        }
    }

    /// <summary>Waits for the media; the caller's scope owns the tensors.</summary>
    /// <returns>The model's input for each view, [n, …].</returns>
    public Tensor[] Media(Device device)
    {
        _missing.Wait();
        _fault?.Throw();
        var input = _set.Media.Input;
        return [.. _views.Select(view => input.ToModel(input.ToTensor(view, _pairs.Count), device))];
    }

    /// <summary>The captions; the caller's scope owns the tensors.</summary>
    public TextBatch Captions() => TextBatch.Of([.. _pairs.Select(_set.Pairs.TokensOf)]);

    public void Dispose() => _missing.Dispose();
}
