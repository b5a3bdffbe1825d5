namespace ContrastivePipeline.Data.Sources;

/// <summary>A task of SentEval (Conneau and Kiela, arXiv 1803.05449) that people have scored: where its files are, as SentEval's own script
/// puts them.</summary>
/// <param name="Least">Of the scores.</param>
/// <param name="Greatest">Of the scores.</param>
internal sealed record SentEvalTask(string Name, double Least, double Greatest, IReadOnlyList<SentEvalPart> Parts)
{
    // STS13's SMT is not among them: its licence keeps it out of SentEval's download.
    private static readonly (string Name, string Folder, string[] Subsets)[] Years =
    [
        ("sts12", "STS12-en-test", ["MSRpar", "MSRvid", "SMTeuroparl", "surprise.OnWN", "surprise.SMTnews"]),
        ("sts13", "STS13-en-test", ["FNWN", "headlines", "OnWN"]),
        ("sts14", "STS14-en-test", ["deft-forum", "deft-news", "headlines", "images", "OnWN", "tweet-news"]),
        ("sts15", "STS15-en-test", ["answers-forums", "answers-students", "belief", "headlines", "images"]),
        ("sts16", "STS16-en-test", ["answer-answer", "headlines", "plagiarism", "postediting", "question-question"]),
    ];

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<SentEvalTask> All { get; } =
    [
        .. Years.Select(year => new SentEvalTask(year.Name, 0, 5, [.. year.Subsets.Select(subset => OfYear(year.Folder, subset))])),
        new("sts-b", 0, 5, [.. BenchmarkSplits.Select(split => Benchmark(split, $"STS/STSBenchmark/sts-{split}.csv"))]),
        new("sick-r", 1, 5, [Sick(Splits.Train, "train"), Sick("dev", "trial"), Sick(Splits.Test, "test_annotated")]),
    ];

    private static string[] BenchmarkSplits => [Splits.Train, "dev", Splits.Test];

    /// <summary>A task by its name; null where there is none.</summary>
    public static SentEvalTask? Find(string name) => All.FirstOrDefault(task => task.Name == name);

    private static SentEvalPart OfYear(string folder, string subset) => new(
        Splits.Test, subset, $"STS/{folder}/STS.input.{subset}.txt", 0, 1, 0)
    {
        ScoreFile = $"STS/{folder}/STS.gs.{subset}.txt",
    };

    // Further columns are licences and sources of some pairs.
    private static SentEvalPart Benchmark(string split, string file) => new(split, null, file, 5, 6, 4);

    private static SentEvalPart Sick(string split, string name) => new(split, null, $"SICK/SICK_{name}.txt", 1, 2, 3) { HasHeader = true };
}

/// <summary>A file of pairs between tabs, one a line, in which a quote is just a quote.</summary>
/// <param name="Subset">Of a task that has some.</param>
/// <param name="File">Relative to SentEval's folder of data.</param>
/// <param name="First">0-based field of a pair's first sentence.</param>
/// <param name="Second">0-based field of its second.</param>
/// <param name="Score">0-based field of its score, in <see cref="ScoreFile"/> where there is one.</param>
internal sealed record SentEvalPart(string Split, string? Subset, string File, int First, int Second, int Score)
{
    /// <summary>File of the scores, a line a pair; null where they stand beside the sentences.</summary>
    public string? ScoreFile { get; init; }

    public bool HasHeader { get; init; }
}
