using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>Input of <c>match-embeddings</c>.</summary>
public sealed record MatchEmbeddingsInput(
    string Variant,
    EmbeddingsSection Embeddings,
    DatasetVersion Dataset,
    IReadOnlyList<string> Splits,
    IReadOnlyList<ZeroShotPrompts> ZeroShot)
{
    /// <inheritdoc cref="EmbedInput.Sentences"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Sentences { get; init; }
}

/// <summary>Finds the vector of every media item, caption and prompt of a dataset in a file that another program wrote, and writes them as
/// a model's embeddings are.</summary>
internal sealed class MatchEmbeddingsStage() : Stage<MatchEmbeddingsInput, EmbeddedTrial>("match-embeddings", 1, StageResource.Cpu)
{
    private const int NamedAtMost = 3;

    public override async Task<EmbeddedTrial> RunAsync(
        MatchEmbeddingsInput input, StageContext context, CancellationToken cancellationToken)
    {
        var vectors = await VectorsAsync(input.Embeddings, cancellationToken);
        var reader = new DatasetReader(context.Store);
        var manifest = await reader.ReadManifestAsync(input.Dataset.Name, input.Dataset.Version, cancellationToken);
        var captions = await reader.ReadCaptionsAsync(manifest, cancellationToken)
            .Where(row => input.Splits.Contains(row.Split)).ToListAsync(cancellationToken);
        var ids = captions.Select(row => row.MediaId).Distinct().ToArray();
        var media = ids.Zip(vectors.Find(ids, isMedia: true, $"media item of {manifest.Name}")).ToDictionary(
            item => item.First, item => item.Second, StringComparer.Ordinal);
        var writer = new EmbeddingWriter(context, manifest, texts => vectors.Find(texts, isMedia: false, $"text of {manifest.Name}"));
        return await writer.WriteAsync(captions, media, input.ZeroShot, input.Sentences, cancellationToken);
    }

    protected override string Label(MatchEmbeddingsInput input) => $"{input.Variant}-seed-{PipelineWorkflow.NoSeed}-{input.Dataset.Name}";

    private static async Task<Vectors> VectorsAsync(EmbeddingsSection file, CancellationToken cancellationToken)
    {
        await using (var content = File.OpenRead(file.Path))
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)) != file.Sha256)
                throw new PermanentStageException($"{file.Path} changed since the run began. Run again.");
        }
        var rows = await VectorTable.ReadAsync(file.Path, cancellationToken);
        return new Vectors(Path.GetFileName(file.Path), rows.ToDictionary(
            row => (row.MediaId is not null, row.MediaId ?? row.Text!), row => Unit(row.Vector)));
    }

    private static float[] Unit(float[] vector)
    {
        var length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return Array.ConvertAll(vector, value => (float)(value / length));
    }

    private sealed record Vectors(string File, Dictionary<(bool IsMedia, string Name), float[]> ByName)
    {
        public float[][] Find(IReadOnlyList<string> names, bool isMedia, string what)
        {
            var missing = names.Where(name => !ByName.ContainsKey((isMedia, name))).Distinct().ToArray();
            if (missing.Length == 0)
                return [.. names.Select(name => ByName[(isMedia, name)])];
            var named = string.Join(", ", missing.Take(NamedAtMost).Select(name => $"'{name}'"));
            var more = missing.Length > NamedAtMost ? $" and {missing.Length - NamedAtMost:N0} more" : "";
            throw new PermanentStageException(
                $"{File} has no row with the {what} {named}{more}. Every media item, caption, prompt and sentence that is evaluated needs a vector: "
                + "add the rows, or evaluate less.");
        }
    }
}
