using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Batches;

/// <summary>The texts of a batch, sorted by length and cut into groups that are each padded to their own longest. Padding changes nothing
/// but time: about half of it goes where lengths vary as captions' do.</summary>
public sealed class TextBatch
{
    private const int SmallestGroup = 32;
    private const int MostGroups = 4;

    private readonly Tensor? _order;

    private TextBatch(IReadOnlyList<TokenBatch> groups, Tensor? order)
    {
        Groups = groups;
        _order = order;
    }

    /// <summary>The groups.</summary>
    public IReadOnlyList<TokenBatch> Groups { get; }

    /// <summary>Sorts and pads token ids; the caller's scope owns the tensors.</summary>
    public static TextBatch Of(IReadOnlyList<int[]> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var groups = Math.Clamp(texts.Count / SmallestGroup, 1, MostGroups);
        // A stable sort: equal lengths keep their order.
        var sorted = Enumerable.Range(0, texts.Count).OrderBy(i => texts[i].Length).ToArray();
        var position = new long[texts.Count];
        for (var i = 0; i < sorted.Length; i++)
            position[sorted[i]] = i;
        var size = (texts.Count + groups - 1) / groups;
        return new TextBatch([.. sorted.Chunk(size).Select(rows => TokenBatch.Of([.. rows.Select(i => texts[i])]))], tensor(position));
    }

    /// <summary>Texts as one group.</summary>
    public static TextBatch Of(TokenBatch texts) => new([texts], order: null);

    /// <summary>Puts the groups' features, one after the other, back into the order of the texts.</summary>
    /// <param name="features">[rows, width] of each group.</param>
    /// <returns>[texts, width].</returns>
    public Tensor Join(IReadOnlyList<Tensor> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return _order is null ? features[0] : cat([.. features], 0).index_select(0, _order.to(features[0].device));
    }
}
