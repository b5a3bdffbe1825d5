using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>A table of texts without media, CSV or TSV. Columns are named, or numbered from 1 where the table has no header.</summary>
/// <param name="Path">The table, UTF-8.</param>
/// <param name="Delimiter">One ASCII character or <c>tab</c>; null for what the file's extension says.</param>
/// <param name="ConfinedTo">Folder that the table may not lie outside of, links followed; null for anywhere.</param>
public abstract record TextSourceSpec(
    [property: NotInFingerprint] string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Delimiter,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo) : SourceSpec
{
    /// <summary>Longer sentences, in UTF-16 characters, are quarantined.</summary>
    public const int MostCharacters = 10_000;

    private SourcePlace Place => new(Path, null, ConfinedTo);

    private string File => System.IO.Path.GetFileName(Path);

    /// <summary>Reads every row, good or damaged, in the table's order.</summary>
    /// <exception cref="SourceException">The source as a whole cannot be read.</exception>
    public async IAsyncEnumerable<TextRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        using var table = SourceTable.Open(Open(), Place.ShownPath, SourceTable.DelimiterOf(Path, Delimiter, Place.ShownPath), AColumn);
        var read = ReaderOf(table.Columns);
        foreach (var record in table.Records(cancellationToken))
        {
            var fault = record.Fault;
            if (fault is null && record.Fields.Count != table.Columns.Count)
                fault = FieldChecks.WrongCount(record.Fields.Count, table.Columns.Count);
            var item = fault is null ? read(record.Fields, out fault) : null;
            yield return new TextRow(File, record.Row, TableText.DecodeWithEscapes(record.Raw), fault is null ? item : null, fault);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Made of the table's name and content.</remarks>
    public override async Task<string> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        using var snapshot = new SourceSnapshot("texts");
        await using var table = Open();
        await snapshot.AddFileAsync(File, table, cancellationToken);
        return snapshot.Finish();
    }

    /// <summary>One of the columns.</summary>
    private protected abstract string AColumn { get; }

    /// <exception cref="SourceException">A column is missing or there twice.</exception>
    private protected abstract TextReader ReaderOf(TableColumns columns);

    private FileStream Open() => TableFile.OpenText(Place.FindTable(), Place.ShownPath);

    // What a whole record holds; null, and what is wrong with it, where it is not sound.
    private protected delegate TextItem? TextReader(IReadOnlyList<byte[]> fields, out SourceFault? fault);
}

/// <summary>A row of a text source: what it holds, or what is wrong with it.</summary>
/// <param name="Item">Null where <paramref name="Fault"/> is not.</param>
public sealed record TextRow(string File, long Row, string Content, TextItem? Item, SourceFault? Fault) : SourceRow(File, Row, Content, Fault);

/// <summary>What a row of a text source holds.</summary>
public abstract record TextItem;

/// <summary>A sentence.</summary>
public sealed record Sentence(string Text, string Split) : TextItem;

/// <summary>Two sentences, and how alike people found them.</summary>
public sealed record SentencePair(string First, string Second, double Score, string Split) : TextItem;

/// <summary>A sentence with one that it entails and one that it does not.</summary>
public sealed record SentenceTriple(string Anchor, string Positive, string Negative) : TextItem;

/// <summary>Sentences, one a row: what L_s learns from without media.</summary>
/// <param name="SplitColumn">Column that names each row's split; null for <c>train</c>.</param>
public sealed record SentencesSourceSpec(
    string Path, string SentenceColumn = "sentence", string? SplitColumn = null, string? Delimiter = null, string? ConfinedTo = null)
    : TextSourceSpec(Path, Delimiter, ConfinedTo)
{
    private protected override string AColumn => SentenceColumn;

    private protected override TextReader ReaderOf(TableColumns columns)
    {
        var (sentence, split) = (columns.Find(SentenceColumn), columns.FindOptional(SplitColumn));
        return Read;

        TextItem? Read(IReadOnlyList<byte[]> fields, out SourceFault? fault)
        {
            var name = Splits.Train;
            return FieldChecks.TrySentence(fields[sentence], SentenceColumn, MostCharacters, out var text, out fault)
                && (split is not { } at || FieldChecks.TrySplit(fields[at], SplitColumn!, out name, out fault)) ? new Sentence(text, name) : null;
        }
    }
}

/// <summary>Pairs of sentences with a score of how alike they are: semantic textual similarity, as STS-B and SICK have it.</summary>
/// <param name="SplitColumn">Column that names each row's split; null for <c>test</c>.</param>
public sealed record SentencePairsSourceSpec(
    string Path, string FirstColumn = "sentence1", string SecondColumn = "sentence2", string ScoreColumn = "score", string? SplitColumn = null,
    string? Delimiter = null, string? ConfinedTo = null) : TextSourceSpec(Path, Delimiter, ConfinedTo)
{
    private protected override string AColumn => FirstColumn;

    private protected override TextReader ReaderOf(TableColumns columns)
    {
        var (first, second, score) = (columns.Find(FirstColumn), columns.Find(SecondColumn), columns.Find(ScoreColumn));
        var split = columns.FindOptional(SplitColumn);
        return Read;

        TextItem? Read(IReadOnlyList<byte[]> fields, out SourceFault? fault)
        {
            var (value, name, other) = (0.0, Splits.Test, "");
            return FieldChecks.TrySentence(fields[first], FirstColumn, MostCharacters, out var one, out fault)
                && FieldChecks.TrySentence(fields[second], SecondColumn, MostCharacters, out other, out fault)
                && TryScore(fields[score], out value, out fault)
                && (split is not { } at || FieldChecks.TrySplit(fields[at], SplitColumn!, out name, out fault))
                ? new SentencePair(one, other, value, name) : null;
        }
    }

    private bool TryScore(byte[] field, out double score, out SourceFault? fault)
    {
        score = 0;
        if (!FieldChecks.TryDecode(field, ScoreColumn, out var text, out fault))
            return false;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out score) && double.IsFinite(score))
            return true;
        fault = new SourceFault(
            ScoreColumn, "bad-score", $"'{ShortText.Cut(text.Trim(), 40)}' is no score; write a number with a point, such as 3.8.");
        return false;
    }
}

/// <summary>Sentence triples for L_n: a sentence, one that it entails, and one that contradicts it, as SimCSE's <c>nli_for_simcse.csv</c> has
/// them.</summary>
public sealed record TriplesSourceSpec(
    string Path, string AnchorColumn = "sent0", string PositiveColumn = "sent1", string NegativeColumn = "hard_neg", string? Delimiter = null,
    string? ConfinedTo = null) : TextSourceSpec(Path, Delimiter, ConfinedTo)
{
    private protected override string AColumn => AnchorColumn;

    private protected override TextReader ReaderOf(TableColumns columns)
    {
        var (anchor, positive, negative) = (columns.Find(AnchorColumn), columns.Find(PositiveColumn), columns.Find(NegativeColumn));
        return Read;

        TextItem? Read(IReadOnlyList<byte[]> fields, out SourceFault? fault)
        {
            var (second, third) = ("", "");
            return FieldChecks.TrySentence(fields[anchor], AnchorColumn, MostCharacters, out var first, out fault)
                && FieldChecks.TrySentence(fields[positive], PositiveColumn, MostCharacters, out second, out fault)
                && FieldChecks.TrySentence(fields[negative], NegativeColumn, MostCharacters, out third, out fault)
                ? new SentenceTriple(first, second, third) : null;
        }
    }
}
