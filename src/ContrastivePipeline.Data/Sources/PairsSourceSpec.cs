using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>A table of image paths and captions, one pair a row, as CyCLIP and open_clip read it: CSV with quotes as in RFC 4180, or TSV.
/// Several rows may name one image; their captions are numbered in the order of the rows.</summary>
/// <param name="Path">The table, UTF-8.</param>
/// <param name="ImageColumn">Column with the image's path; its number from 1 where the table has no header.</param>
/// <param name="CaptionColumn">Column with the caption; its number from 1 where the table has no header.</param>
/// <param name="Delimiter">One ASCII character or <c>tab</c>; by default a comma for <c>.csv</c>, a tab for <c>.tsv</c> and
/// <c>.txt</c>.</param>
/// <param name="ImageRoot">Folder that the paths are relative to and must not leave; by default the table's folder.</param>
/// <param name="SplitColumn">Column that names each row's split; by default the split is chosen by <paramref name="TestFraction"/>.</param>
/// <param name="TestFraction">Share of the images in split <c>test</c>, by a stable hash of their paths; the rest are <c>train</c>.</param>
/// <param name="MaxCaptionLength">Longer captions, in UTF-16 characters, are quarantined.</param>
/// <param name="ConfinedTo">Folder that neither the table nor the image root may lie outside of, and then no image outside of the image
/// root, links followed; null for anywhere.</param>
/// <param name="ClassColumn">Column that names each image's class; null where the table has no classes.</param>
public sealed record PairsSourceSpec(
    [property: NotInFingerprint] string Path,
    string ImageColumn = "image",
    string CaptionColumn = "caption",
    string? Delimiter = null,
    [property: NotInFingerprint] string? ImageRoot = null,
    string? SplitColumn = null,
    double TestFraction = 0.1,
    int MaxCaptionLength = PairsSourceSpec.DefaultMaxCaptionLength,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClassColumn = null) : MediaSourceSpec
{
    /// <summary>How long a caption may be unless the experiment says otherwise.</summary>
    public const int DefaultMaxCaptionLength = 1_000;

    /// <summary>Full path of the folder that image paths are relative to.</summary>
    [JsonIgnore]
    public string ImageFolder => Place.ImageFolder;

    /// <inheritdoc cref="SourcePlace.ShownPath"/>
    [JsonIgnore]
    internal string ShownPath => Place.ShownPath;

    private SourcePlace Place => new(Path, ImageRoot, ConfinedTo);

    /// <inheritdoc/>
    public override string SplitOf(string mediaId) =>
        StableHash.Fraction("pairs-test", mediaId) < TestFraction ? Splits.Test : Splits.Train;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<PairRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var classes = FindClasses(cancellationToken);
        foreach (var row in ReadRows(classes is null ? null : classes.LabelOf, cancellationToken))
            yield return row;
    }

    /// <inheritdoc/>
    public override async Task<SourceExtras> ReadExtrasAsync(CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return FindClasses(cancellationToken) is { } classes ? new SourceExtras([classes.ToLabelSet()], []) : SourceExtras.None;
    }

    /// <inheritdoc/>
    /// <remarks>Made of the table's name and content and every image's path and content, wherever they are and whenever they were written:
    /// reads every image.</remarks>
    public override Task<string> SnapshotAsync(CancellationToken cancellationToken = default) =>
        SourceSnapshot.OfAsync("pairs", this, Place, OpenTable, cancellationToken);

    private FileStream OpenTable() => TableFile.OpenText(Place.FindTable(), ShownPath);

    // Labels are numbers of a sorted list, so the whole table is read before its first row is.
    private PairClasses? FindClasses(CancellationToken cancellationToken)
    {
        if (ClassColumn is null)
            return null;
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in ReadRows(name => PairClasses.Collect(this, found, name), cancellationToken))
            cancellationToken.ThrowIfCancellationRequested();

        return new PairClasses(this, found);
    }

    private IEnumerable<PairRow> ReadRows(Func<string, SourceLabel>? labelOf, CancellationToken cancellationToken)
    {
        Validate();
        using var table = SourceTable.Open(OpenTable(), ShownPath, SourceTable.DelimiterOf(Path, Delimiter, ShownPath), ImageColumn);
        var rows = new PairRows(this, PairColumns.Of(this, table.Columns), labelOf);
        foreach (var record in table.Records(cancellationToken))
            yield return rows.Read(record);
    }

    private void Validate()
    {
        if (TestFraction is not (>= 0 and < 1))
            throw new SourceException($"{ShownPath}: a test fraction of {TestFraction} is impossible; use 0 or more, and less than 1.");
        if (MaxCaptionLength < 1)
            throw new SourceException($"{ShownPath}: a greatest caption length of {MaxCaptionLength} is impossible; use 1 or more.");
        Place.CheckImageFolder();
    }
}
