namespace ContrastivePipeline.Benchmarks.Measuring;

/// <summary>A few cases that belong together.</summary>
internal interface IBenchmark
{
    /// <summary>What the command line calls it.</summary>
    string Name { get; }

    /// <summary>Measures each case.</summary>
    /// <param name="folder">An empty folder, deleted afterwards.</param>
    IAsyncEnumerable<CaseResult> RunAsync(string folder);
}
