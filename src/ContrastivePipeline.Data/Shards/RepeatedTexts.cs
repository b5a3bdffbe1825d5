namespace ContrastivePipeline.Data.Shards;

/// <summary>Texts of a held-out split that are not its own. Texts are equal where their characters are, but for white space at their ends;
/// a concept's text counts once, however many media it has.</summary>
/// <param name="Texts">Texts of the split.</param>
/// <param name="OfOthers">Those that several concepts of the split have.</param>
/// <param name="InTrain">Those that occur in <see cref="Splits.Train"/> too.</param>
public sealed record RepeatedTexts(string Split, long Texts, long OfOthers, long InTrain);

/// <summary>Counts <see cref="RepeatedTexts"/>: the held-out texts are kept, those of the training split pass by.</summary>
internal sealed class RepeatedTextCounter
{
    private readonly Dictionary<string, HashSet<(string Split, string Concept)>> _heldOut = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inTrain = new(StringComparer.Ordinal);

    public void AddHeldOut(CaptionRow row)
    {
        if (!_heldOut.TryGetValue(row.Caption.Trim(), out var owners))
            _heldOut.Add(row.Caption.Trim(), owners = []);
        owners.Add((row.Split, row.Concept));
    }

    public void AddTrain(CaptionRow row)
    {
        if (_heldOut.ContainsKey(row.Caption.Trim()))
            _inTrain.Add(row.Caption.Trim());
    }

    /// <summary>The counts of every held-out split, by its name.</summary>
    public IReadOnlyList<RepeatedTexts> Count() => [.. Counts().OrderBy(texts => texts.Split, StringComparer.Ordinal)];

    private IEnumerable<RepeatedTexts> Counts() =>
        from text in _heldOut
        from split in text.Value.GroupBy(owner => owner.Split, (split, owners) => (Name: split, Concepts: owners.LongCount()))
        group (split.Concepts, InTrain: _inTrain.Contains(text.Key)) by split.Name into texts
        select new RepeatedTexts(
            texts.Key, texts.Sum(t => t.Concepts), texts.Where(t => t.Concepts > 1).Sum(t => t.Concepts),
            texts.Where(t => t.InTrain).Sum(t => t.Concepts));
}
