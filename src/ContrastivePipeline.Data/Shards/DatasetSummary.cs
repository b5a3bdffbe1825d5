namespace ContrastivePipeline.Data.Shards;

/// <summary>What a dataset version holds, for a person to look at.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Version">The version.</param>
/// <param name="MediaSize">Short side of the images, pixels.</param>
/// <param name="Media">Number of images.</param>
/// <param name="MediaBytes">Length of their parts.</param>
/// <param name="Captions">Number of captions.</param>
/// <param name="ShortestCaption">Words.</param>
/// <param name="MedianCaption">Words.</param>
/// <param name="LongestCaption">Words.</param>
/// <param name="Splits">By name.</param>
/// <param name="Classes">Images of every class, by label set and class.</param>
/// <param name="Triples">Number of sentence triples.</param>
/// <param name="Accounting">Where every source row went.</param>
/// <param name="QuarantineExamples">The first quarantined row of every reason.</param>
public sealed record DatasetSummary(
    string Name,
    string Version,
    int MediaSize,
    long Media,
    long MediaBytes,
    long Captions,
    int ShortestCaption,
    int MedianCaption,
    int LongestCaption,
    IReadOnlyList<SplitSummary> Splits,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Classes,
    long Triples,
    DataAccounting Accounting,
    IReadOnlyList<QuarantineRow> QuarantineExamples)
{
    /// <summary>Images that several splits have under different names.</summary>
    public IReadOnlyList<SplitCopies> Copies { get; init; } = [];
}

/// <summary>What a split holds.</summary>
/// <param name="Name">Name of the split.</param>
/// <param name="Media">Images.</param>
/// <param name="Captions">Captions.</param>
/// <param name="Concepts">Different concepts.</param>
/// <param name="Example">Its first caption.</param>
public sealed record SplitSummary(string Name, long Media, long Captions, long Concepts, string Example);
