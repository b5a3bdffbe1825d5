namespace ContrastivePipeline.Tests.Cli;

public sealed class FailureTests
{
    private static readonly StageIdentity Stage = new("train", "clip-seed-1", new string('0', 64));

    public static TheoryData<Exception, int> Codes => new()
    {
        { new UsageException("no"), ExitCode.Usage },
        { new StoreUnavailableException("away"), ExitCode.Store },
        { new StoreAccessDeniedException("closed"), ExitCode.Store },
        { new StoreFullException("full"), ExitCode.Store },
        { new ArtifactMissingException("gone"), ExitCode.Failed },
        { new ArtifactCorruptException(new Artifact("a", 1, ""), "b", "c"), ExitCode.Failed },
        { new StageFailedException(Stage, 3, new StoreUnavailableException("away")), ExitCode.Store },
        { new StageFailedException(Stage, 1, new PermanentStageException("bad")), ExitCode.Failed },
        { new RunBusyException("demo"), ExitCode.Busy },
        { new SourceException("no table"), ExitCode.Usage },
        { new OperationCanceledException(), ExitCode.Interrupted },
        { new InvalidOperationException("bug"), ExitCode.Failed },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_failure_has_its_code(Exception fault, int code) => Assert.Equal(code, Failure.Of(fault, verbose: false).Code);

    [Fact]
    public void An_expected_failure_is_its_message_alone() =>
        Assert.Equal("away", Failure.Of(new StoreUnavailableException("away"), verbose: false).Message);

    [Fact]
    public void A_bug_says_so_and_how_to_see_more()
    {
        var message = Failure.Of(new InvalidOperationException("bug"), verbose: false).Message;

        Assert.StartsWith("InvalidOperationException: bug", message, StringComparison.Ordinal);
        Assert.Contains("--verbose", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_trace_comes_only_when_asked_for()
    {
        var fault = Assert.Throws<UsageException>(() => Throw());

        Assert.DoesNotContain(nameof(Throw), Failure.Of(fault, verbose: false).Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Throw), Failure.Of(fault, verbose: true).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AccountName=a;AccountKey=abc==;EndpointSuffix=x", "AccountName=a;AccountKey=…;EndpointSuffix=x")]
    [InlineData("https://a/b?sv=1&sig=abc%3D&se=2", "https://a/b?sv=1&sig=…&se=2")]
    [InlineData("SharedAccessSignature=sv=1&sig=abc;", "SharedAccessSignature=…&sig=…;")]
    [InlineData("design=good", "design=good")]
    public void Secrets_are_hidden(string text, string shown) => Assert.Equal(shown, Failure.HideSecrets(text));

    [Fact]
    public void An_invalid_experiment_is_wrong_usage_and_tells_every_error()
    {
        var fault = Assert.Throws<ExperimentInvalidException>(() => ExperimentFile.Parse("nam: x\nvariants: [klip]\n", "my.yaml", ExperimentFolder.Of(".")));
        var failure = Failure.Of(fault, verbose: false);

        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Contains("my.yaml:1:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("my.yaml:2:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_dotnet_says_of_files_is_said_in_our_words()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("file", "x");
        var absent = Path.Combine(folder.Path, "absent");

        Assert.Equal($"There is no file '{absent}'.", MessageOf(() => File.ReadAllText(absent)));
        Assert.StartsWith($"There is no '{absent}/x': a folder on the way", MessageOf(() => File.ReadAllText(Path.Combine(absent, "x"))),
            StringComparison.Ordinal);
        Assert.Equal($"'{folder.Path}' cannot be opened: it is a folder.", MessageOf(() => File.ReadAllText(folder.Path)));
        Assert.Equal($"'{file}' is a file already.", MessageOf(() => Directory.CreateDirectory(file)));
    }

    [Fact]
    public void Our_own_words_about_files_stay() => Assert.Equal(
        "There is no experiment file 'a.yaml'.",
        MessageOf(() => throw new FileNotFoundException("There is no experiment file 'a.yaml'.", "a.yaml")));

    private static string MessageOf(Action action) => Failure.Of(Record.Exception(action)!, verbose: false).Message;

    private static void Throw() => throw new UsageException("no");
}
