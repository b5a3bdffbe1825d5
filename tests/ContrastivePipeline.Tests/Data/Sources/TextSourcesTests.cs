namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>Tables of sentences, sentence pairs and triples, and the datasets of texts alone that they become.</summary>
public sealed class TextSourcesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sentences_become_captions_without_media()
    {
        var table = _folder.Write("s.csv", "set,text\ntrain,\"A dog, running\"\ntrain,A  dog\ntest,A cat\ntest,A dog\ntrain,\ntrain,two,more\n");
        var (reader, manifest) = await PrepareAsync(new SentencesSourceSpec(table, "text", "set"));
        var captions = await reader.ReadCaptionsAsync(manifest, Ct).ToListAsync(Ct);
        // Rows count from 1, the header among them; the second "A dog" repeats the first.
        Assert.Equal(
            [("0000000002", "A dog, running", "train"), ("0000000003", "A dog", "train"), ("0000000004", "A cat", "test")],
            captions.Select(row => (row.MediaId, row.Caption, row.Split)));
        var books = manifest.Accounting;
        Assert.Equal((6, 3, 1, 2), (books.SourceRows, books.Kept, books.Duplicates, books.Quarantined));
        Assert.Equal(["empty-sentence", "wrong-column-count"], books.Reasons.Keys);
        Assert.Empty(manifest.Media);
        var summary = await reader.InspectAsync(manifest, Ct);
        Assert.Equal((true, 0, 3), (summary.IsOfTexts, summary.Media, summary.Captions));
        Assert.Equal([("test", 0, 1), ("train", 0, 2)], summary.Splits.Select(split => (split.Name, split.Media, split.Captions)));
    }

    /// <summary>As SentEval publishes STS-B: no header, tabs, and quotes that are just quotes. A pair that is there twice counts twice.</summary>
    [Fact]
    public async Task Pairs_have_scores_and_count_as_often_as_they_are_there()
    {
        var table = _folder.Write(
            "sts.tsv", "5.000\tA \"plane\".\tAn air plane.\n0.2\tA man.\tA cat.\n0.2\tA man.\tA cat.\nhigh\tA.\tB.\nNaN\tA.\tB.\n3\t\tB.\n");
        var (reader, manifest) = await PrepareAsync(new SentencePairsSourceSpec(table, "2", "3", "1"));
        var pairs = await reader.ReadSentencePairsAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal(
            [("A \"plane\".", "An air plane.", 5), ("A man.", "A cat.", 0.2), ("A man.", "A cat.", 0.2)],
            pairs.Select(pair => (pair.First, pair.Second, pair.Score)));
        Assert.All(pairs, pair => Assert.Equal(("sts.tsv", "test"), (pair.Source, pair.Split)));
        var bad = await reader.ReadQuarantineAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal([(4, "1", "bad-score"), (5, "1", "bad-score"), (6, "2", "empty-sentence")], bad.Select(row => (row.Row, row.Column, row.Reason)));
        Assert.Equal("'high' is no score; write a number with a point, such as 3.8.", bad[0].Detail);
        var split = Assert.Single((await reader.InspectAsync(manifest, Ct)).Splits);
        Assert.Equal((3, 0.2, 5), (split.SentencePairs, split.LeastScore!.Value, split.GreatestScore!.Value));
    }

    [Fact]
    public async Task Triples_are_those_of_the_table_each_once()
    {
        var table = _folder.Write("nli.csv", "sent0,sent1,hard_neg\nb,c,d\na,c,\"d, e\"\nb,c,d\na,,d\n");
        var (reader, manifest) = await PrepareAsync(new TriplesSourceSpec(table));
        Assert.Equal(
            [new TripleRow("a", "c", "d, e", "nli.csv"), new TripleRow("b", "c", "d", "nli.csv")],
            await reader.ReadTriplesAsync(manifest, Ct).ToListAsync(Ct));
        Assert.Equal((4, 2, 1, 1), Books(manifest));
        Assert.Equal("sent1", (await reader.ReadQuarantineAsync(manifest, Ct).ToListAsync(Ct))[0].Column);
    }

    [Fact]
    public async Task The_same_table_gives_the_same_version_and_another_another()
    {
        var spec = new SentencePairsSourceSpec(_folder.Write("a.csv", "sentence1,sentence2,score\na,b,1\n"));
        var (_, first) = await PrepareAsync(spec);
        Assert.Equal(first.Version, (await PrepareAsync(spec)).Manifest.Version);
        var before = await spec.SnapshotAsync(Ct);
        _folder.Write("a.csv", "sentence1,sentence2,score\na,b,2\n");
        Assert.NotEqual(before, await spec.SnapshotAsync(Ct));
        Assert.NotEqual(first.Version, (await PrepareAsync(spec)).Manifest.Version);
    }

    [Fact]
    public async Task A_part_that_lost_a_pair_is_found()
    {
        var (reader, manifest) = await PrepareAsync(new SentencePairsSourceSpec(_folder.Write("a.csv", "sentence1,sentence2,score\na,b,1\n")));
        var found = await reader.VerifyAsync(manifest with { SentencePairs = [] }, null, Ct);
        Assert.Contains("The accounting has 1 kept rows; the parts have 0, or other splits.", found.Problems);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "there is no column 'sent0'. Its columns are 'a', 'b'.")]
    [InlineData("sent0,sent1,hard_neg\n", "has a header and no row below it")]
    [InlineData("sent0,sent1,hard_neg\n,,\n", "None of the 1 rows of the source could be kept (empty-sentence: 1)")]
    [InlineData("", "is empty; it should have a row for every example.")]
    public async Task What_cannot_be_read_as_a_whole_says_why(string table, string expected)
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => PrepareAsync(new TriplesSourceSpec(_folder.Write("t.csv", table))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_outside_of_the_folder_that_it_is_confined_to_is_not_read()
    {
        var spec = new TriplesSourceSpec(_folder.Write("t.csv", "sent0,sent1,hard_neg\na,b,c\n"), ConfinedTo: Path.Combine(_folder.Path, "data"));
        Assert.Contains("data folder of the server", (await Assert.ThrowsAsync<SourceException>(() => spec.SnapshotAsync(Ct))).Message,
            StringComparison.Ordinal);
    }

    private async Task<(DatasetReader Reader, DatasetManifest Manifest)> PrepareAsync(TextSourceSpec source)
    {
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("texts", source, new TextFormat()), null, Ct);
        var reader = new DatasetReader(store);
        Assert.Empty((await reader.VerifyAsync(manifest, null, Ct)).Problems);
        Assert.True(manifest.Accounting.AddsUp);
        return (reader, manifest);
    }

    private static (long, long, long, long) Books(DatasetManifest manifest) => (
        manifest.Accounting.SourceRows, manifest.Accounting.Kept, manifest.Accounting.Duplicates, manifest.Accounting.Quarantined);
}
