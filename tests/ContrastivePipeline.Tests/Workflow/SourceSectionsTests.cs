namespace ContrastivePipeline.Tests.Workflow;

/// <summary>The sources that an experiment file may name beside tables and emoji.</summary>
public sealed class SourceSectionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SourceSectionsTests()
    {
        _folder.Write("set.json", "{}");
        _folder.Write("images/1.jpg", "");
        _folder.Write("pairs.csv", "image,caption,kind\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Karpathy_s_splits_need_a_file_and_may_have_an_image_folder()
    {
        Assert.Equal(new KarpathySection(At("set.json"), _folder.Path), Read("kind: karpathy, path: set.json"));
        var section = Assert.IsType<KarpathySection>(Read("kind: karpathy, path: set.json, images: images"));
        Assert.Equal(new KarpathySection(At("set.json"), At("images")), section);
        Assert.Equal(new KarpathySourceSpec(At("set.json"), At("images")), section.ToSpec());
        Assert.Equal(_folder.Path, Assert.IsType<KarpathySection>(Read("kind: karpathy, path: set.json", isConfined: true)).ConfinedTo);
    }

    [Fact]
    public void Pairs_may_name_a_column_of_classes() =>
        Assert.Equal("kind", Assert.IsType<PairsSection>(Read("kind: pairs, path: pairs.csv, class_column: kind")).ClassColumn);

    [Fact]
    public void Cifar_needs_a_folder()
    {
        var section = Assert.IsType<CifarSection>(Read("kind: cifar, path: images"));
        Assert.Equal(new CifarSection(At("images")), section);
        Assert.Equal(new CifarSourceSpec(At("images")), section.ToSpec());
        Assert.Equal(_folder.Path, Assert.IsType<CifarSection>(Read("kind: cifar, path: images", isConfined: true)).ConfinedTo);
    }

    [Theory]
    [InlineData("kind: cifar", "dataset.source.path is missing")]
    [InlineData("kind: cifar, path: set.json", "there is no folder")]
    [InlineData("kind: karpathy", "dataset.source.path is missing")]
    [InlineData("kind: karpathy, path: absent.json", "there is no file")]
    [InlineData("kind: karpathy, path: set.json, images: absent", "there is no folder")]
    [InlineData("kind: karpathy, path: set.json, image_root: images", "dataset.source.image_root is not a key that exists here")]
    public void A_source_that_cannot_be_is_a_problem_of_the_file(string source, string message) =>
        Assert.Contains(message, Assert.Throws<ExperimentInvalidException>(() => Read(source)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("kind: karpathy, path: ../set.json")]
    [InlineData("kind: karpathy, path: set.json, images: ..")]
    [InlineData("kind: cifar, path: ..")]
    public void A_run_from_outside_stays_in_the_data_folder(string source) => Assert.Contains(
        "must be relative to the data folder of the server and stay inside it",
        Assert.Throws<ExperimentInvalidException>(() => Read(source, isConfined: true)).Message, StringComparison.Ordinal);

    private string At(string name) => Path.Combine(_folder.Path, name);

    private SourceSection Read(string source, bool isConfined = false) => ExperimentFile.Parse(
        $"name: t\ndataset: {{ source: {{ {source} }} }}\ntraining: {{ steps: 5 }}\nvariants: [clip]\n", "t.yaml",
        isConfined ? ExperimentFolder.Confined(_folder.Path) : ExperimentFolder.Of(_folder.Path)).Dataset.Source;
}
