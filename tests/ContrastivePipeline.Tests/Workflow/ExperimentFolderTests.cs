namespace ContrastivePipeline.Tests.Workflow;

/// <summary>What an experiment that comes over the network may name.</summary>
public sealed class ExperimentFolderTests : IDisposable
{
    private readonly TemporaryFolder _outside = new();
    private readonly string _data;

    public ExperimentFolderTests()
    {
        _outside.Write("secret.csv", "image,caption\n");
        _outside.Write("data/pairs.csv", "image,caption\n");
        _outside.Write("data/merges.txt", "");
        _data = Path.Combine(_outside.Path, "data");
    }

    public void Dispose() => _outside.Dispose();

    [Fact]
    public void Without_a_data_folder_no_file_may_be_named_and_every_error_is_reported()
    {
        var problems = Problems(null,
            """
            name: My Experiment
            dataset: { source: { kind: pairs, path: pairs.csv, image_root: / } }
            tokenizer: { kind: clip, path: /etc/passwd }
            training: { batch: 0, steps: 1 }
            """);

        Assert.Equal([(1, 7), (2, 41), (2, 64), (3, 32), (4, 20)], problems.Select(p => (p.Line, p.Column)));
        Assert.Equal(3, problems.Count(p => p.Message.Contains("names a file of the server", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.csv")]
    [InlineData("../no-such-file.csv")]
    [InlineData("a/../../secret.csv")]
    [InlineData("..")]
    public void A_path_that_leaves_the_data_folder_is_refused_whether_or_not_there_is_such_a_file(string path)
    {
        var problem = Assert.Single(Problems(_data, Yaml(path)));
        Assert.Equal("dataset.source.path must be relative to the data folder of the server and stay inside it", problem.Message);
    }

    [Fact]
    public void A_link_inside_the_data_folder_is_not_followed()
    {
        Directory.CreateSymbolicLink(Path.Combine(_data, "link"), _outside.Path);
        File.CreateSymbolicLink(Path.Combine(_data, "pairs-too.csv"), Path.Combine(_outside.Path, "secret.csv"));
        foreach (var path in new[] { "link/secret.csv", "pairs-too.csv" })
            Assert.Contains("symbolic link", Assert.Single(Problems(_data, Yaml(path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_inside_is_reported_without_the_path_of_the_folder()
    {
        var problem = Assert.Single(Problems(_data, Yaml("pears.csv")));
        Assert.Equal("dataset.source.path: there is no file 'pears.csv' in the data folder of the server", problem.Message);
    }

    [Fact]
    public void A_url_is_refused()
    {
        var hash = new string('a', 64);
        var text =
            $"name: x\ndataset: {{ source: {{ kind: emoji }} }}\ntokenizer: {{ kind: clip, url: 'http://127.0.0.1:1/', sha256: {hash} "
            + $"}}\ntraining: {{ steps: 1 }}\n";
        Assert.Contains("tokenizer.url is not for", Assert.Single(Problems(_data, text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_data_folder_may_be_named()
    {
        var experiment = ExperimentFile.Parse(
            Yaml("pairs.csv") + "tokenizer: { kind: clip, path: merges.txt }\n", "x", ExperimentFolder.Confined(_data));
        Assert.Equal(Path.Combine(_data, "pairs.csv"), Assert.IsType<PairsSection>(experiment.Dataset.Source).Path);
        Assert.Equal(_data, Assert.IsType<PairsSection>(experiment.Dataset.Source).ImageRoot);
        Assert.Equal(_data, Assert.IsType<PairsSection>(experiment.Dataset.Source).ConfinedTo);
        var own = ExperimentFile.Parse(Yaml("pairs.csv"), "x", ExperimentFolder.Of(_data));
        Assert.Null(Assert.IsType<PairsSection>(own.Dataset.Source).ConfinedTo);
    }

    private static string Yaml(string path) =>
        $"name: x\ndataset: {{ source: {{ kind: pairs, path: '{path}' }} }}\ntraining: {{ steps: 1 }}\nvariants: [clip]\n";

    private static IReadOnlyList<ExperimentProblem> Problems(string? folder, string text) =>
        Assert.Throws<ExperimentInvalidException>(() => ExperimentFile.Parse(text, "x.yaml", ExperimentFolder.Confined(folder))).Problems;
}
