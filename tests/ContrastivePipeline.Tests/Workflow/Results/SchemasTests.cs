using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Parquet;

namespace ContrastivePipeline.Tests.Workflow.Results;

/// <summary>Holds docs/schemas.md against the files that the program writes.</summary>
[Collection<ShapesRuns>]
public sealed partial class SchemasTests(ShapesRuns runs)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_table_of_the_page_is_the_schema_of_its_file()
    {
        await runs.RequireAsync();
        var page = await ReadPageAsync();
        var checkedFiles = new List<string>();
        foreach (var (file, content) in await FilesAsync())
        {
            var documented = page[file];
            checkedFiles.Add(file);
            if (file.EndsWith(".parquet", StringComparison.Ordinal))
                Assert.Equal(await ColumnsAsync(content), documented);
            else if (file.EndsWith(".csv", StringComparison.Ordinal))
                Assert.Equal(Encoding.UTF8.GetString(content).Split('\n')[0].Split(','), documented.Select(column => column.Name));
            else
                CheckKeys(file, JsonDocument.Parse(content).RootElement, documented);
        }
        Assert.Equal(page.Keys.Order(StringComparer.Ordinal), checkedFiles.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Csv_and_JSON_have_the_columns_of_the_Parquet_file()
    {
        await runs.RequireAsync();
        var columns = (await ReadPageAsync())["results.parquet"].Select(column => column.Name).ToArray();
        var numbers = await new RunProducts(runs.Store, runs.First).ReadMeasurementsAsync(Cancellation);

        Assert.Equal(columns, ResultsFiles.Csv(numbers).Split('\n')[0].Split(','));
        Assert.Equal(
            columns, JsonDocument.Parse(ResultsFiles.Json(numbers)).RootElement[0].EnumerateObject().Select(member => member.Name));
        var measurements = (await RunArtifacts.ReadAsync(runs.Store, runs.First, Cancellation)).All.First(a => a.Kind == "measurements");
        Assert.Equal(columns,
            JsonDocument.Parse(await runs.Store.ReadAsync(measurements.Blob(), Cancellation)).RootElement[0].EnumerateObject()
            .Select(member => member.Name));
    }

    private static void CheckKeys(string file, JsonElement document, IReadOnlyList<(string Name, string Type)> documented)
    {
        var keys = document.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ValueKind);
        var required = documented.Where(key => !key.Type.Contains("may be absent", StringComparison.Ordinal)).Select(key => key.Name)
            .ToHashSet();
        Assert.True(
            required.IsSubsetOf(keys.Keys), $"{file} has {string.Join(", ", keys.Keys)}, and not all of {string.Join(", ", required)}");
        foreach (var (name, kind) in keys)
        {
            var type = documented.FirstOrDefault(key => key.Name == name).Type;
            Assert.True(type is not null, $"{file} has a key '{name}' that the page lacks");
            Assert.True(kind == JsonValueKind.Null ? type.Contains("null", StringComparison.Ordinal)
                : type.StartsWith($"{kind}", StringComparison.OrdinalIgnoreCase), $"{file}: {name} is a {kind}, not {type}");
        }
    }

    private static async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(byte[] file)
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), cancellationToken: Cancellation);
        return
        [
            .. reader.Schema.DataFields.Select(field =>
            {
                // Parquet.Net calls every repeated field nullable.
                Assert.True(field.IsArray || !field.IsNullable, field.Name);
                var type = field.ClrType == typeof(ReadOnlyMemory<char>) ? "string"
                    : field.ClrType == typeof(int) ? "int32"
                    : field.ClrType == typeof(long) ? "int64"
                    : field.ClrType == typeof(float) ? "float"
                    : field.ClrType == typeof(double) ? "double"
                    : field.ClrType == typeof(ReadOnlyMemory<byte>) ? "binary"
                    : throw new InvalidDataException($"{field.Name} is a {field.ClrType}");
                return (field.Name, field.IsArray ? $"list of {type}" : type);
            }),
        ];
    }

    /// <summary>A file of every kind, by its heading on the page.</summary>
    private async Task<List<(string File, byte[] Content)>> FilesAsync()
    {
        var (store, run) = (runs.Store, runs.Refreshed);
        var artifacts = await RunArtifacts.ReadAsync(store, run, Cancellation);
        Task<byte[]> Artifact(string kind) => store.ReadAsync(artifacts.All.First(a => a.Kind == kind).Blob(), Cancellation);
        async Task<byte[]> Blob(string path) => (await store.TryReadAsync(path, Cancellation))!.Content;
        using var folder = new TemporaryFolder();
        await new RunPull(store, run).PullAsync(folder.Path, _ => false, new Progress<StageProgress>(), Cancellation);
        return
        [
            ("results.parquet", await File.ReadAllBytesAsync(Path.Combine(folder.Path, "results.parquet"), Cancellation)),
            ("evaluate/{variant}-seed-{seed}-{dataset}/{split}-ranks.parquet", await Artifact("ranks")),
            ("evaluate/{variant}-seed-{seed}-{dataset}/{split}-leave-one-out.parquet", await Artifact("leave-one-out")),
            ("report/costs.csv", await Artifact("costs")),
            ("embed/{variant}-seed-{seed}-{dataset}/{split}-media.parquet", await Artifact("media-embeddings")),
            ("embed/{variant}-seed-{seed}-{dataset}/{split}-captions.parquet", await Artifact("caption-embeddings")),
            ("embed/{variant}-seed-{seed}-{dataset}/prompts-{labels}-{templates}.parquet",
                await WriteAsync(Tables.Texts, new TextEmbedding("c", "a c", [1]))),
            ("embed/{variant}-seed-{seed}-{dataset}/{split}-sentences.parquet", await WriteAsync(Tables.Texts, new TextEmbedding("", "a", [1]))),
            ("train/{variant}-seed-{seed}-steps-{from}-{to}/curve.parquet", await Artifact("curve")),
            ("dataset/{name}/media/part-*.parquet", await Artifact("dataset-media")),
            ("dataset/{name}/captions/part-*.parquet", await Artifact("dataset-captions")),
            ("dataset/{name}/labels/part-*.parquet", await WriteAsync(ShardTables.Labels, new LabelRow("m", "s", 0))),
            ("dataset/{name}/triples/part-*.parquet", await WriteAsync(ShardTables.Triples, new TripleRow("a", "p", "n", "s"))),
            ("dataset/{name}/sentence-pairs/part-*.parquet",
                await WriteAsync(ShardTables.SentencePairs, new SentencePairRow("a", "b", 1, "s", "test"))),
            ("dataset/{name}/quarantine/part-*.parquet", await Artifact("dataset-quarantine")),
            ("dataset/{name}/manifest.json", await Artifact("dataset-manifest")),
            ("datasets/{name}/current.json", await Blob("datasets/shapes/current.json")),
            ("datasets/{name}/refreshes/{id}/record.json", await Blob($"datasets/shapes/refreshes/{runs.Refresh.Id}/record.json")),
            ("artifacts.json", await File.ReadAllBytesAsync(Path.Combine(folder.Path, "artifacts.json"), Cancellation)),
            ("runs/{experiment}/{id}/run.json", await Blob($"runs/{run.Experiment}/{run.Id}/run.json")),
            ("stages/{name}/{label}-{fingerprint}/manifest.json", await Blob(run.Stages[0].Manifest)),
        ];
    }

    private static async Task<byte[]> WriteAsync<T>(ShardTable<T> table, T row)
    {
        using var file = new MemoryStream();
        await table.WriteAsync(file, [row], Cancellation);
        return file.ToArray();
    }

    /// <summary>The tables of the page, by the file name in the heading above each.</summary>
    private static async Task<Dictionary<string, IReadOnlyList<(string Name, string Type)>>> ReadPageAsync()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "docs", "schemas.md"), Encoding.UTF8, Cancellation);
        var page = new Dictionary<string, IReadOnlyList<(string, string)>>(StringComparer.Ordinal);
        foreach (var section in text.Split("\n### `").Skip(1))
        {
            var rows = Row().Matches(section.Split("\n## ")[0]).Select(row => (row.Groups["name"].Value, row.Groups["type"].Value))
                .ToArray();
            if (rows.Length > 0)
                page.Add(section[..section.IndexOf('`')], rows);
        }
        return page;
    }

    [GeneratedRegex("^\\| `(?<name>[^`]+)` \\| (?<type>[^|]+?) \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
