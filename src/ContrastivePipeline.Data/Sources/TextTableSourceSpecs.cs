using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>A table of texts without media, CSV or TSV. Columns are named, or numbered from 1 where the table has no header.</summary>
/// <param name="Path">The table, UTF-8.</param>
/// <param name="Delimiter">One ASCII character or <c>tab</c>; null for what the file's extension says.</param>
/// <param name="ConfinedTo">Folder that the table may not lie outside of, links followed; null for anywhere.</param>
public abstract record TextTableSourceSpec(
    [property: NotInFingerprint] string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Delimiter,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo) : TextSourceSpec
{
    private SourcePlace Place => new(Path, null, ConfinedTo);

    private string File => System.IO.Path.GetFileName(Path);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<TextRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
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

/// <summary>Sentences, one a row: what L_s learns from without media.</summary>
/// <param name="SplitColumn">Column that names each row's split; null for <c>train</c>.</param>
public sealed record SentencesSourceSpec(
    string Path, string SentenceColumn = "sentence", string? SplitColumn = null, string? Delimiter = null, string? ConfinedTo = null)
    : TextTableSourceSpec(Path, Delimiter, ConfinedTo)
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
    string? Delimiter = null, string? ConfinedTo = null) : TextTableSourceSpec(Path, Delimiter, ConfinedTo)
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
                && FieldChecks.TryScore(fields[score], ScoreColumn, out value, out fault)
                && (split is not { } at || FieldChecks.TrySplit(fields[at], SplitColumn!, out name, out fault))
                ? new SentencePair(one, other, value, name) : null;
        }
    }
}

/// <summary>Sentence triples for L_n: a sentence, one that it entails, and one that contradicts it, as SimCSE's <c>nli_for_simcse.csv</c> has
/// them.</summary>
public sealed record TriplesSourceSpec(
    string Path, string AnchorColumn = "sent0", string PositiveColumn = "sent1", string NegativeColumn = "hard_neg", string? Delimiter = null,
    string? ConfinedTo = null) : TextTableSourceSpec(Path, Delimiter, ConfinedTo)
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
