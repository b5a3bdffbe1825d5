namespace ContrastivePipeline.Tests.Cli;

public sealed class ExperimentLocatorTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("contrastive-locator-").FullName;
    private readonly ExperimentLocator _locator;
    private readonly string _demo;

    public ExperimentLocatorTests()
    {
        _demo = Path.Combine(_root, "demo.yaml");
        File.WriteAllText(_demo, "name: demo\n");
        File.WriteAllText(Path.Combine(_root, "other.yaml"), "name: other\n");
        _locator = new ExperimentLocator(new ExperimentLibrary(_root));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("demo")]
    [InlineData("demo.yaml")]
    public void A_name_is_found_in_the_library(string name) => Assert.Equal(_demo, _locator.Find(name));

    [Fact]
    public void A_path_is_taken_as_it_is() => Assert.Equal(_demo, _locator.Find(_demo));

    [Theory]
    [InlineData("dmo", "there are demo, other")]
    [InlineData("no/such.yaml", "There is no file 'no/such.yaml'")]
    public void What_is_not_there_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => _locator.Find(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_is_no_file() =>
        Assert.Contains("is a folder", Assert.Throws<UsageException>(() => _locator.Find(_root)).Message, StringComparison.Ordinal);
}
