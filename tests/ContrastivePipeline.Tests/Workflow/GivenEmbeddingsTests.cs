using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Vectors of any model are evaluated like those of a model of this program.</summary>
public sealed class GivenEmbeddingsTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_s_own_vectors_from_a_file_give_its_numbers()
    {
        var store = await azurite.OpenStoreAsync();
        var yaml = await File.ReadAllTextAsync(ShapesExperiment.Draw(_folder.Path), Cancellation);
        var trained = (await LocalRun.RunAsync(store, yaml, _folder)).Output.Trials[0];
        var split = trained.Evaluated.Single().Embedded.Splits.Single();
        var media = await Tables.Media.ReadAllAsync(store, split.Media, Cancellation);
        var texts = await Tables.Texts.ReadAllAsync(store, split.Captions, Cancellation);
        // Of another length, in another order: only directions and names count.
        await WriteAsync("given.parquet",
        [
            .. texts.Select(text => ((string?)null, (string?)text.Text, text.Embedding.Select(v => 3 * v).ToArray())).Reverse(),
            .. media.Select(item => ((string?)item.MediaId, (string?)null, item.Embedding.Select(v => 3 * v).ToArray())),
        ]);

        var (output, _) = await LocalRun.RunAsync(store, Given(yaml), _folder);
        var trial = Assert.Single(output.Trials);
        Assert.Equal(("given", 0, null, null), (trial.Variant, trial.Seed, trial.Recipe, trial.Checkpoint));
        var expected = await EvaluateStage.ReadAsync(store, trained.Evaluated.Single().Measurements, Cancellation);
        var numbers = await EvaluateStage.ReadAsync(store, trial.Evaluated.Single().Measurements, Cancellation);
        Assert.Equal(expected.Select(m => (m.Metric, m.N)), numbers.Select(m => (m.Metric, m.N)));
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-6));
    }

    /// <summary>Angles of 80, 45, 60 and 20 degrees for scores of 1, 2, 3 and 4: the ranks of the cosines are 1, 3, 2, 4.</summary>
    [Fact]
    public async Task Vectors_of_sentences_are_measured_against_scores()
    {
        var store = await azurite.OpenStoreAsync();
        double[] degrees = [80, 45, 60, 20];
        _folder.Write("sts.csv", "sentence1,sentence2,score\n" + string.Concat(degrees.Select((_, i) => $"left {i},right {i},{i + 1}\n")));
        const string yaml =
            """
            name: t
            datasets: { sts: { source: { kind: sentence_pairs, path: sts.csv } } }
            variants: [{ name: given, embeddings: given.parquet }]

            """;
        var failed = await RunWithoutAsync();
        Assert.Contains("given.parquet has no row with the text of sts 'right 3'.", failed.Message, StringComparison.Ordinal);

        await WriteAsync("given.parquet", [.. degrees.SelectMany(Pair)]);
        var trial = Assert.Single((await LocalRun.RunAsync(store, yaml, _folder)).Output.Trials);
        var numbers = await EvaluateStage.ReadAsync(store, trial.Evaluated.Single().Measurements, Cancellation);
        double[] cosines = [.. degrees.Select(angle => Math.Cos(angle * Math.PI / 180))];
        Assert.Equal(["sentences/sts-all/spearman", "sentences/sts-all/pearson"], numbers.Select(number => number.Metric));
        Assert.Equal(0.8, numbers[0].Value, 1e-9);
        Assert.Equal(Correlation.Pearson(cosines, [1, 2, 3, 4]), numbers[1].Value, 1e-6);

        IEnumerable<(string?, string?, float[])> Pair(double angle, int i) =>
        [
            (null, $"left {i}", [2, 0]),
            (null, $"right {i}", [(float)Math.Cos(angle * Math.PI / 180), (float)Math.Sin(angle * Math.PI / 180)]),
        ];

        async Task<Exception> RunWithoutAsync()
        {
            await WriteAsync("given.parquet", [.. degrees.SelectMany(Pair).SkipLast(1)]);
            return await Assert.ThrowsAnyAsync<Exception>(() => LocalRun.RunAsync(store, yaml, _folder));
        }
    }

    [Fact]
    public async Task What_lacks_a_vector_is_named()
    {
        var store = await azurite.OpenStoreAsync();
        var yaml = await File.ReadAllTextAsync(ShapesExperiment.Draw(_folder.Path), Cancellation);
        await WriteAsync("given.parquet", [("1.png", null, [1, 0])]);
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => LocalRun.RunAsync(store, Given(yaml), _folder));
        Assert.Contains("given.parquet has no row with the media item of shapes '", failed.Message, StringComparison.Ordinal);
        Assert.Contains(" more. Every media item, caption, prompt and sentence that is evaluated needs a vector", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "given.parquet: row 3 must have either 'media_id' or 'text'; the other is null.")]
    [InlineData(1, "given.parquet: row 3: 'a' has a vector in row 1 already. Give each once.")]
    [InlineData(2, "given.parquet: row 3, column 'embedding': 3 numbers, and the rows before have 2. Vectors of one model have one width.")]
    [InlineData(3, "given.parquet: row 3, column 'embedding': number 2 is NaN, which is not finite.")]
    [InlineData(4, "given.parquet: row 3, column 'embedding': a vector of zeros has no direction.")]
    [InlineData(5, "given.parquet: row 3, column 'embedding': the vector is empty or has a missing number.")]
    public async Task A_row_that_cannot_be_used_is_refused_by_its_number(int fault, string expected)
    {
        (string?, string?, float[]) bad = fault switch
        {
            0 => (null, null, [1, 0]),
            1 => ("a", null, [0, 1]),
            2 => ("c", null, [1, 0, 0]),
            3 => ("c", null, [1, float.NaN]),
            4 => ("c", null, [0, 0]),
            _ => ("c", null, []),
        };
        var path = await WriteAsync("given.parquet", [("a", null, [1, 0]), (null, "a", [1, 0]), bad]);
        var refused = await Assert.ThrowsAsync<SourceException>(() => VectorTable.ReadAsync(path, Cancellation));
        Assert.Equal(expected, refused.Message);
    }

    [Fact]
    public async Task A_file_of_another_kind_says_what_it_lacks()
    {
        var text = new DataField("text", typeof(string));
        var path = Path.Combine(_folder.Path, "x.parquet");
        await using (var stream = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text), stream, cancellationToken: Cancellation))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, new[] { "a" });
        }
        Assert.Equal("x.parquet has no column 'embedding'; it has text.",
            (await Assert.ThrowsAsync<SourceException>(() => VectorTable.ReadAsync(path, Cancellation))).Message);
        await Assert.ThrowsAsync<SourceException>(() => VectorTable.ReadAsync(_folder.Write("y.parquet", "no parquet"), Cancellation));
    }

    private static string Given(string yaml) =>
        yaml.Replace("[clip, cyclip+ls]", "[{ name: given, embeddings: given.parquet }]", StringComparison.Ordinal);

    // As pandas and pyarrow write it: nullable texts, and lists of nullable numbers in three levels.
    private async Task<string> WriteAsync(string name, (string? MediaId, string? Text, float[] Vector)[] rows)
    {
        var media = new DataField("media_id", typeof(string), isNullable: true);
        var text = new DataField("text", typeof(string), isNullable: true);
        var element = new DataField("element", typeof(float), isNullable: true);
        var list = new ListField("embedding", element);
        var path = Path.Combine(_folder.Path, name);
        await using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(media, text, list), stream, cancellationToken: Cancellation);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(media, rows.Select(row => row.MediaId).ToArray());
        await group.WriteAsync(text, rows.Select(row => row.Text).ToArray());
        int[] levels = [.. rows.SelectMany(row => Enumerable.Range(0, Math.Max(1, row.Vector.Length)).Select(i => i == 0 ? 0 : 1))];
        float?[] values = [.. rows.SelectMany(row => row.Vector.Length == 0 ? [null] : row.Vector.Select(v => (float?)v))];
        await group.WriteAsync<float>(element, values, levels, null, Cancellation);
        return path;
    }
}
