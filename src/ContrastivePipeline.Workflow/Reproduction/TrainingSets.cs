using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Pictures;
using ContrastivePipeline.Data.Shards;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Training.Batches;

namespace ContrastivePipeline.Workflow.Reproduction;

/// <summary>
/// The training sets that were read from the store last: variants that train side by side, and segments in a row, share them. Two are
/// kept, for a process may live for days.
/// </summary>
public sealed class TrainingSets
{
    private const int Kept = 2;

    private readonly Lock _lock = new();
    private readonly List<(SetKey Key, Lazy<Task<TrainingSet>> Set)> _sets = [];

    /// <summary>The pairs of the split train and the sentence triples, decoded and tokenised.</summary>
    /// <param name="store">The store.</param>
    /// <param name="dataset">The data.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="imageSize">Side of the square pictures, pixels; larger ones are cut at the centre.</param>
    /// <param name="context">Greatest number of tokens of a text.</param>
    public async Task<TrainingSet> GetAsync(
        ArtifactStore store, DatasetVersion dataset, PreparedTokenizer tokenizer, int imageSize, int context, CancellationToken cancellationToken)
    {
        var key = new SetKey(dataset.Manifest.Sha256, tokenizer.Vocabulary.Sha256, imageSize, context);
        // No caller's cancellation: others may wait for the same set.
        var set = Find(key, () => Task.Run(() => LoadAsync(store, dataset, tokenizer, imageSize, context)));
        try
        {
            return await set.Value.WaitAsync(cancellationToken);
        }
        catch when (set.Value.IsFaulted)
        {
            lock (_lock)
                _sets.Remove((key, set));
            throw;
        }
    }

    private Lazy<Task<TrainingSet>> Find(SetKey key, Func<Task<TrainingSet>> load)
    {
        lock (_lock)
        {
            var found = _sets.Find(entry => entry.Key == key);
            var set = found.Set ?? new Lazy<Task<TrainingSet>>(load);
            _sets.Remove(found);
            _sets.Add((key, set));
            if (_sets.Count > Kept)
                _sets.RemoveAt(0);
            return set;
        }
    }

    private static async Task<TrainingSet> LoadAsync(
        ArtifactStore store, DatasetVersion dataset, PreparedTokenizer tokenizer, int imageSize, int context)
    {
        var reader = new DatasetReader(store);
        var manifest = await reader.ReadManifestAsync(dataset.Name, dataset.Version);
        var bytePairs = await tokenizer.LoadAsync(store, CancellationToken.None);
        var captions = new List<CaptionRow>();
        await foreach (var row in reader.ReadCaptionsAsync(manifest))
        {
            if (row.Split == Splits.Train)
                captions.Add(row);
        }

        var (pictures, index) = await DecodeAsync(reader, manifest, captions.Select(c => c.MediaId).ToHashSet(), imageSize);
        int[] Encode(string text) => bytePairs.Encode(text, context);
        var triples = new List<TokenTriple>();
        await foreach (var row in reader.ReadTriplesAsync(manifest))
            triples.Add(new TokenTriple(Encode(row.Anchor), Encode(row.Positive), Encode(row.Negative)));
        return new TrainingSet(imageSize, pictures, [.. captions.Select(c => new TrainingPair(index[c.MediaId], Encode(c.Caption)))], triples);
    }

    private static async Task<(byte[][] Pictures, Dictionary<string, int> Index)> DecodeAsync(
        DatasetReader reader, DatasetManifest manifest, HashSet<string> wanted, int imageSize)
    {
        var encoded = new List<byte[]>();
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var row in reader.ReadMediaAsync(manifest))
        {
            if (!wanted.Contains(row.Id))
                continue;
            index.Add(row.Id, encoded.Count);
            encoded.Add(row.Bytes);
        }
        var pictures = new byte[encoded.Count][];
        Parallel.For(0, encoded.Count, i => pictures[i] = PictureDecoder.Decode(encoded[i]).CentreCrop(imageSize).Pixels);
        return (pictures, index);
    }

    private sealed record SetKey(string Manifest, string Vocabulary, int ImageSize, int Context);
}
