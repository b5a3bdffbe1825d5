namespace ContrastivePipeline.Data.Sources;

/// <summary>A source of texts without media.</summary>
public abstract record TextSourceSpec : SourceSpec
{
    /// <summary>Longer sentences, in UTF-16 characters, are quarantined.</summary>
    public const int MostCharacters = 10_000;

    /// <summary>Reads every row, good or damaged, in the source's own order.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public abstract IAsyncEnumerable<TextRow> ReadAsync(CancellationToken cancellationToken = default);
}

/// <summary>A row of a text source: what it holds, or what is wrong with it.</summary>
/// <param name="Item">Null where <paramref name="Fault"/> is not.</param>
public sealed record TextRow(string File, long Row, string Content, TextItem? Item, SourceFault? Fault) : SourceRow(File, Row, Content, Fault);

/// <summary>What a row of a text source holds.</summary>
public abstract record TextItem;

/// <summary>A sentence.</summary>
public sealed record Sentence(string Text, string Split) : TextItem;

/// <summary>Two sentences, and how alike people found them.</summary>
/// <param name="Subset">The part of a task that it belongs to; null where the task has none.</param>
public sealed record SentencePair(string First, string Second, double Score, string Split, string? Subset = null) : TextItem;

/// <summary>A sentence with one that it entails and one that it does not.</summary>
public sealed record SentenceTriple(string Anchor, string Positive, string Negative) : TextItem;
