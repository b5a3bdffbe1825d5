namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>SentEval's files with what is odd about them: scores that are missing, quotes that never close, columns that some lines have.
/// </summary>
public sealed class SentEvalSourceTests : IDisposable
{
    private static readonly string[] Years = ["MSRpar", "MSRvid", "SMTeuroparl", "surprise.OnWN", "surprise.SMTnews"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pairs_that_nobody_scored_are_quarantined_and_the_others_keep_their_scores()
    {
        WriteYear();
        Write("STS12-en-test/STS.input.MSRpar.txt", "A man plays.\tA man is playing.\r\nHe said \"no.\tHe refused.\r\nDogs run.\tTwo dogs \"run\".\r\n");
        Write("STS12-en-test/STS.gs.MSRpar.txt", "5\n\n3.8\n");
        var rows = await ReadAsync("sts12");
        var own = rows.Where(row => row.File == "STS.input.MSRpar.txt").ToArray();
        Assert.Equal(
            [
                new SentencePair("A man plays.", "A man is playing.", 5, "test", "MSRpar"),
                new SentencePair("Dogs run.", "Two dogs \"run\".", 3.8, "test", "MSRpar"),
            ],
            own.Select(row => row.Item).OfType<SentencePair>());
        Assert.Equal((2, "no-score"), (own[1].Row, own[1].Fault!.Reason));
        Assert.Equal(Years, rows.Select(row => row.Item).OfType<SentencePair>().Select(pair => pair.Subset!).Distinct());
    }

    [Fact]
    public async Task Sts_b_takes_quotes_as_they_are_and_ignores_further_columns()
    {
        foreach (var split in new[] { "train", "dev", "test" })
        {
            Write($"STSBenchmark/sts-{split}.csv",
                "main-news\tMSRpar\t2012\t0001\t3.200\tHe said \"no.\tHe refused.\nmain-news\tM\t2012\t2\t4.6\t\"It rains.\tIt rains.\thttp://licence\tx\n");
        }
        var pairs = (await ReadAsync("sts-b")).Select(row => row.Item).OfType<SentencePair>().ToArray();
        Assert.Equal(["train", "train", "dev", "dev", "test", "test"], pairs.Select(pair => pair.Split));
        Assert.Equal(("He said \"no.", "\"It rains.", 4.6), (pairs[4].First, pairs[5].First, pairs[5].Score));
    }

    [Fact]
    public async Task Sick_has_a_header_and_scores_from_1()
    {
        const string head = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n";
        Write("../SICK/SICK_train.txt", head + "1\ta\tb\t4.5\tNEUTRAL\n");
        Write("../SICK/SICK_trial.txt", head + "2\ta\tb\t0.5\tNEUTRAL\n");
        Write("../SICK/SICK_test_annotated.txt", head + "3\ta\tb\n4\ta\tb\t2\tENTAILMENT\n");
        var rows = await ReadAsync("sick-r");
        Assert.Equal([("train", 4.5), ("test", 2.0)], rows.Select(row => row.Item).OfType<SentencePair>().Select(pair => (pair.Split, pair.Score)));
        Assert.Equal(
            [("bad-score", 2L, "A score of 0.5 is outside of the task's 1 to 5; fetch the file again."),
                ("wrong-column-count", 2L, "The row has 3 columns instead of 4; check its delimiters and quotes.")],
            rows.Where(row => row.Fault is not null).Select(row => (row.Fault!.Reason, row.Row, row.Fault.Detail)));
    }

    [Fact]
    public async Task Files_that_do_not_belong_together_are_refused()
    {
        WriteYear();
        Write("STS12-en-test/STS.gs.MSRvid.txt", "5\n4\n");
        Assert.Contains("STS.input.MSRvid.txt has 1 lines and ", await RefusalAsync("sts12"), StringComparison.Ordinal);
        File.Delete(Path.Combine(_folder.Path, "STS", "STS12-en-test", "STS.gs.MSRvid.txt"));
        Assert.Contains("STS.gs.MSRvid.txt is missing. The folder must have SentEval's files", await RefusalAsync("sts12"), StringComparison.Ordinal);
        Assert.Contains("SentEval has no task 'sts11' with scores; it has sts12, ", await RefusalAsync("sts11"), StringComparison.Ordinal);
        Write("STS12-en-test/STS.gs.MSRvid.txt", "");
        Assert.Contains("STS.gs.MSRvid.txt is empty", await RefusalAsync("sts12"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_is_of_every_file()
    {
        WriteYear();
        var before = await new SentEvalSourceSpec(_folder.Path, "sts12").SnapshotAsync(Ct);
        Write("STS12-en-test/STS.gs.surprise.OnWN.txt", "1\n");
        Assert.NotEqual(before, await new SentEvalSourceSpec(_folder.Path, "sts12").SnapshotAsync(Ct));
    }

    /// <summary>The numbers of pairs that are published for STS12.</summary>
    [Fact]
    public async Task Sts12_is_whole()
    {
        Assert.SkipWhen(Shared.Folder is null, "Needs shared/data beside the checkout.");
        var rows = await new SentEvalSourceSpec(Path.Combine(Shared.Folder!, "data", "senteval"), "sts12").ReadAsync(Ct).ToListAsync(Ct);
        Assert.All(rows, row => Assert.Null(row.Fault));
        Assert.Equal(
            [("MSRpar", 750), ("MSRvid", 750), ("SMTeuroparl", 459), ("surprise.OnWN", 750), ("surprise.SMTnews", 399)],
            rows.Select(row => row.Item).OfType<SentencePair>().CountBy(pair => pair.Subset!).Select(count => (count.Key, count.Value)));
    }

    private void WriteYear()
    {
        foreach (var subset in Years)
        {
            Write($"STS12-en-test/STS.input.{subset}.txt", "one\tother\n");
            Write($"STS12-en-test/STS.gs.{subset}.txt", "2\n");
        }
    }

    private void Write(string name, string content)
    {
        var path = Path.GetFullPath(Path.Combine(_folder.Path, "STS", name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private async Task<List<TextRow>> ReadAsync(string task) => await new SentEvalSourceSpec(_folder.Path, task).ReadAsync(Ct).ToListAsync(Ct);

    private async Task<string> RefusalAsync(string task) => (await Assert.ThrowsAsync<SourceException>(() => ReadAsync(task))).Message;
}
