namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>Classes that a table's column names.</summary>
public sealed class PairClassesTests(AzuriteFixture azurite) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Different_values_become_classes_in_ordinal_order()
    {
        var spec = Spec("image,caption,kind\n1.png,a,zebra\n2.png,b, Big   cat \n3.png,c,\n4.png,d,\\N\n5.png,,lost\n6.png,e,big cat\n");
        var set = Assert.Single((await spec.ReadExtrasAsync(Ct)).LabelSets);
        Assert.Equal("kind", set.Name);
        Assert.Equal(["Big cat", "big cat", "zebra"], set.Classes);
        var rows = await spec.ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal(
            [[new SourceLabel("kind", 2)], [new SourceLabel("kind", 0)], [], [], [new SourceLabel("kind", 1)]],
            rows.Where(row => row.Pair is not null).Select(row => row.Pair!.Labels));
        Assert.Empty((await (spec with { ClassColumn = null }).ReadExtrasAsync(Ct)).LabelSets);
    }

    [Theory]
    [InlineData("image,caption,Class Name", "image", "caption", "Class Name")]
    [InlineData("0.png,x,one", "1", "2", "3")]
    public async Task A_column_that_can_name_no_list_makes_the_list_class(string first, string image, string caption, string column)
    {
        var spec = new PairsSourceSpec(_folder.Write("t.csv", first + "\n1.png,a,one\n"), image, caption, ClassColumn: column);
        Assert.Equal("class", Assert.Single((await spec.ReadExtrasAsync(Ct)).LabelSets).Name);
    }

    [Theory]
    [InlineData("image,caption\n1.png,a\n", "there is no column 'kind'")]
    [InlineData("image,caption,kind\n1.png,a,\n", "no row that can be kept has a class in column 'kind'")]
    public async Task A_table_without_classes_is_refused(string table, string message) => Assert.Contains(
        message, (await Assert.ThrowsAsync<SourceException>(() => Spec(table).ReadExtrasAsync(Ct))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(10_000)]
    [InlineData(10_001)]
    public async Task Ten_thousand_classes_are_the_most(int classes)
    {
        var spec = Spec("image,caption,kind\n" + string.Concat(Enumerable.Range(0, classes).Select(i => $"{i}.png,a,{i}\n")));
        if (classes == PairClasses.MostClasses)
        {
            Assert.Equal(classes, Assert.Single((await spec.ReadExtrasAsync(Ct)).LabelSets).Classes.Count);
            return;
        }

        var error = await Assert.ThrowsAsync<SourceException>(() => spec.ReadExtrasAsync(Ct));
        Assert.Contains("column 'kind' has more than 10,000 different values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_classes_and_contradictions_are_quarantined_and_an_image_takes_the_first_class_that_a_row_names()
    {
        for (var i = 1; i <= 3; i++)
            _folder.Write($"{i}.png", PngMaker.Solid(8, 8, (byte)i, 0, 0));
        var spec = Spec("image,caption,kind\n1.png,a,\n1.png,b,cat\n1.png,c,dog\n1.png,d,cat\n2.png,e,do\u0007g\n2.png,f,dog\n3.png,g,\n");
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("d", spec, 8), null, Ct);
        var reader = new DatasetReader(store);
        Assert.Equal(
            [(4, "kind", "class-conflict"), (6, "kind", "control-character")],
            await reader.ReadQuarantineAsync(manifest, Ct).Select(row => (row.Row, row.Column, row.Reason)).ToListAsync(Ct));
        Assert.Equal(
            [new LabelRow("1.png", "kind", 0), new LabelRow("2.png", "kind", 1)],
            await reader.ReadLabelsAsync(manifest, Ct).ToListAsync(Ct));
        Assert.Empty((await reader.VerifyAsync(manifest, null, Ct)).Problems);
    }

    [Fact]
    public async Task Real_clip_art_has_its_categories()
    {
        var spec = new PairsSourceSpec(Shared.Require("data/openclipart/pairs.tsv"), ClassColumn: "category");
        var set = Assert.Single((await spec.ReadExtrasAsync(Ct)).LabelSets);
        Assert.Equal("category", set.Name);
        Assert.InRange(set.Classes.Count, 5, 100);
        Assert.Equal(set.Classes.Order(StringComparer.Ordinal), set.Classes);
    }

    private PairsSourceSpec Spec(string table) => new(_folder.Write("t.csv", table), ClassColumn: "kind");
}
