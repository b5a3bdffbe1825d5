using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Re-reads every part of a version and compares it with the manifest.</summary>
internal sealed class DatasetVerifier(ArtifactStore store, DatasetManifest manifest)
{
    private const int MaxProblems = 100;

    private readonly MediaFormat _format = StoredFormat.Of(manifest);
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _kept = new(StringComparer.Ordinal);
    private int _parts;
    private long _rows;

    // Beside media, triples are no rows of the source.
    private bool IsOfTexts => _format is TextFormat;

    public async Task<DatasetVerification> RunAsync(IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        await ReadAsync(ShardTables.Media, manifest.Media, CheckMedia, progress, cancellationToken);
        var captions = new CaptionChecks(IsOfTexts ? null : _ids, Keep, Problem);
        await ReadAsync(ShardTables.Captions, manifest.Captions, captions.Check, progress, cancellationToken);
        if (manifest.Refresh is null)
            captions.RequireAllCaptioned();
        var classes = manifest.LabelSets.ToDictionary(set => set.Name, set => set.Classes.Count, StringComparer.Ordinal);
        await ReadAsync(ShardTables.Labels, manifest.Labels, row => CheckLabel(row, classes), progress, cancellationToken);
        await ReadAsync(ShardTables.Triples, manifest.Triples, CheckTriple, progress, cancellationToken);
        await ReadAsync(ShardTables.SentencePairs, manifest.SentencePairs ?? [], CheckSentencePair, progress, cancellationToken);
        var reasons = new Dictionary<string, long>(StringComparer.Ordinal);
        await ReadAsync(ShardTables.Quarantine, manifest.Quarantine,
            row => reasons[row.Reason] = reasons.GetValueOrDefault(row.Reason) + 1, progress, cancellationToken);
        CheckAccounting(manifest.Accounting, reasons);
        return new DatasetVerification(_parts, _rows, _problems);
    }

    private async Task ReadAsync<T>(
        ShardTable<T> table, IReadOnlyList<DatasetPart> parts, Action<T> check, IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            var rows = 0;
            try
            {
                using var stream = new MemoryStream(await store.ReadAsync(part.Artifact, cancellationToken), writable: false);
                await foreach (var row in table.ReadAsync(stream, cancellationToken))
                {
                    rows++;
                    check(row);
                }

                if (rows != part.Rows)
                    Problem($"{part.Artifact.Path} has {rows:N0} rows; the manifest says {part.Rows:N0}.");
            }
            catch (Exception error) when (error is ArtifactMissingException or ArtifactCorruptException or InvalidDataException)
            {
                Problem(error.Message);
            }

            _rows += rows;
            progress?.Report(new DataProgress("verify", ++_parts, null, manifest.Accounting.Quarantined));
        }
    }

    private void CheckMedia(MediaRow row)
    {
        if (!_ids.Add(row.Id))
            Problem($"Media item '{row.Id}' is there twice.");

        if (Convert.ToHexStringLower(SHA256.HashData(row.Bytes)) != row.Sha256)
            Problem($"Media item '{row.Id}' does not have its SHA-256.");

        if (_format.FindFault(row) is { } fault)
            Problem(fault);
    }

    private void CheckLabel(LabelRow row, Dictionary<string, int> classes)
    {
        if (!_ids.Contains(row.MediaId))
            Problem($"A label of set '{row.LabelSet}' belongs to '{row.MediaId}', which is no media item.");

        if (!classes.TryGetValue(row.LabelSet, out var count) || row.Label < 0 || row.Label >= count)
            Problem($"Media item '{row.MediaId}' has label {row.Label} of set '{row.LabelSet}', which the manifest does not know.");
    }

    private void Keep(string split) => _kept[split] = _kept.GetValueOrDefault(split) + 1;

    private void CheckSentencePair(SentencePairRow row)
    {
        Keep(row.Split);
        if (row.First.Length == 0 || row.Second.Length == 0 || !double.IsFinite(row.Score))
            Problem($"A sentence pair has an empty sentence or no score: '{row.First}', '{row.Second}', {row.Score}.");
    }

    private void CheckTriple(TripleRow row)
    {
        if (IsOfTexts)
            Keep(Splits.Train);
        if (row.Anchor.Length == 0 || row.Positive.Length == 0 || row.Negative.Length == 0)
            Problem($"A triple has an empty sentence: '{row.Anchor}', '{row.Positive}', '{row.Negative}'.");
    }

    private void CheckAccounting(DataAccounting books, Dictionary<string, long> reasons)
    {
        if (!books.AddsUp)
        {
            Problem($"The accounting does not add up: {books.SourceRows:N0} source rows, {books.Kept:N0} kept, " +
                $"{books.Duplicates:N0} duplicates, {books.Quarantined:N0} quarantined, {books.Superseded:N0} superseded.");
        }

        if (_kept.Values.Sum() != books.Kept || !Same(books.KeptBySplit, _kept))
            Problem($"The accounting has {books.Kept:N0} kept rows; the parts have {_kept.Values.Sum():N0}, or other splits.");

        if (books.Quarantined != reasons.Values.Sum() || !Same(books.Reasons, reasons))
        {
            Problem($"The accounting has {books.Quarantined:N0} quarantined rows; " +
                $"the parts have {reasons.Values.Sum():N0}, or other reasons.");
        }
    }

    private static bool Same(IReadOnlyDictionary<string, long> expected, Dictionary<string, long> actual) =>
        expected.Count == actual.Count && expected.All(entry => actual.GetValueOrDefault(entry.Key) == entry.Value);

    private void Problem(string text)
    {
        if (_problems.Count < MaxProblems)
            _problems.Add(text);
    }
}

/// <summary>What re-reading a whole dataset version found.</summary>
/// <param name="Problems">What is wrong, for a person; empty where the version is sound. At most 100.</param>
public sealed record DatasetVerification(int Parts, long Rows, IReadOnlyList<string> Problems)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;
}
