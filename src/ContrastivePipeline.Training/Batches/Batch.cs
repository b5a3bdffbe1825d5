using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>What one training step sees.</summary>
/// <param name="Pixels">[n, 3, side, side]: bytes, or floats that are normalised already.</param>
/// <param name="Captions">n captions.</param>
/// <param name="AugmentedPixels">Another augmentation of the same images, for CyCLIP's in-modal option; else null.</param>
/// <param name="Triples">m anchors, m positives, m negatives, for L_n; else null.</param>
public sealed record Batch(Tensor Pixels, TextBatch Captions, Tensor? AugmentedPixels = null, TextBatch? Triples = null)
{
    /// <summary>[n, n], bool: pairs that share a caption, an image or a concept, and are no negatives of one another; null where there
    /// are none.</summary>
    public Tensor? PairMatches { get; init; }

    /// <summary>[m, 2m], bool: positives and negatives of other triples that are no negatives of an anchor; null where there are
    /// none.</summary>
    public Tensor? TripleMatches { get; init; }
}

/// <summary>A batch in the making. What is random about its images is drawn at once and in order; the images are then made one by one, by
/// whichever thread has time, each into its own place.</summary>
internal sealed class BatchDraw : IDisposable
{
    private readonly TrainingSet _set;
    private readonly IReadOnlyList<int> _pairs;
    private readonly AugmentationDraw[][] _changes;
    private readonly byte[][] _views;
    private readonly CountdownEvent _missing;
    private ExceptionDispatchInfo? _fault;

    /// <param name="views">Augmented views of each image, 1 or 2.</param>
    /// <param name="random">The step's stream.</param>
    public BatchDraw(TrainingSet set, IReadOnlyList<int> pairs, int views, Augmentation augmentation, Randomness random)
    {
        (_set, _pairs) = (set, pairs);
        _changes = [.. Enumerable.Range(0, views).Select(_ => pairs.Select(_ => augmentation.Draw(random)).ToArray())];
        _views = [.. _changes.Select(_ => new byte[pairs.Count * ImageLength])];
        _missing = new CountdownEvent(pairs.Count);
    }

    /// <summary>Images to make.</summary>
    public int Count => _pairs.Count;

    private int ImageLength => 3 * _set.ImageSize * _set.ImageSize;

    /// <summary>Makes an image, on any thread. What goes wrong is kept for <see cref="Pixels"/>.</summary>
    public void Make(int item)
    {
        try
        {
            var image = _set.Images[_set.Pairs.ImageOf(_pairs[item])];
            for (var view = 0; view < _views.Length; view++)
                _changes[view][item].Apply(image, _views[view].AsSpan(item * ImageLength, ImageLength), _set.ImageSize);
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

    /// <summary>Waits for the images; the caller's scope owns the tensors.</summary>
    /// <returns>Each view, [n, 3, side, side], in the layout that convolutions are fastest in: channels last.</returns>
    public Tensor[] Pixels()
    {
        _missing.Wait();
        _fault?.Throw();
        var side = _set.ImageSize;
        return [.. _views.Select(view => tensor(view, [_pairs.Count, side, side, 3]).permute(0, 3, 1, 2))];
    }

    /// <summary>The captions; the caller's scope owns the tensors.</summary>
    public TextBatch Captions() => TextBatch.Of([.. _pairs.Select(_set.Pairs.TokensOf)]);

    public void Dispose() => _missing.Dispose();
}
