namespace ContrastivePipeline.Data.Sources;

/// <summary>Makes source rows of records.</summary>
/// <param name="labelOf">Gives the label of a class; null where the table has none.</param>
internal sealed class PairRows(PairsSourceSpec spec, PairColumns columns, Func<string, SourceLabel>? labelOf)
{
    private readonly string _file = Path.GetFileName(spec.Path);
    private readonly ImagePlace _place = new(spec.ImageFolder, spec.ConfinedTo is not null);

    public PairRow Read(DelimitedRecord record)
    {
        var fault = record.Fault;
        var pair = fault is null ? Read(record.Fields, out fault) : null;
        return new PairRow(_file, record.Row, TableText.DecodeWithEscapes(record.Raw), fault is null ? pair : null, fault);
    }

    private SourcePair? Read(IReadOnlyList<byte[]> fields, out SourceFault? fault)
    {
        if (fields.Count != columns.Count)
        {
            fault = FieldChecks.WrongCount(fields.Count, columns.Count);
            return null;
        }

        if (!FieldChecks.TryDecode(fields[columns.Image], spec.ImageColumn, out var image, out fault))
            return null;
        (var path, fault) = ImagePath.Normalise(image, spec.ImageColumn, _place);
        if (fault is not null)
            return null;
        if (!FieldChecks.TryDecode(fields[columns.Caption], spec.CaptionColumn, out var caption, out fault))
            return null;
        caption = TableText.Fold(caption);
        fault = FieldChecks.CheckCaption(caption, spec.CaptionColumn, spec.MaxCaptionLength);
        if (fault is not null)
            return null;

        string? split = null;
        if (columns.Split is { } index && !FieldChecks.TrySplit(fields[index], spec.SplitColumn!, out split, out fault))
            return null;

        // Last, so that only rows that are sound otherwise name classes.
        if (!TryLabel(fields, out var labels, out fault))
            return null;
        return new SourcePair(path, Path.Combine(_place.Folder, path), spec.ImageColumn, caption, path, _file, split, labels)
        {
            ConfinedTo = _place.IsConfined ? _place.Folder : null,
        };
    }

    private bool TryLabel(IReadOnlyList<byte[]> fields, out IReadOnlyList<SourceLabel> labels, out SourceFault? fault)
    {
        (labels, fault) = ([], null);
        if (columns.Class is not { } index || labelOf is null)
            return true;
        if (!FieldChecks.TryDecode(fields[index], spec.ClassColumn!, out var name, out fault))
            return false;
        name = TableText.Fold(name);
        if (name.Length == 0 || name == TableText.DatabaseNull)
            return true;
        fault = FieldChecks.CheckControl(name, spec.ClassColumn!, "class");
        if (fault is null)
            labels = [labelOf(name)];

        return fault is null;
    }
}

/// <summary>Where the fields of a pair are in a record.</summary>
/// <param name="Count">Fields of a whole record.</param>
/// <param name="Split">Index of the split; null where the table has none.</param>
/// <param name="Class">Index of the class; null where the table has none.</param>
internal sealed record PairColumns(int Count, int Image, int Caption, int? Split, int? Class)
{
    /// <exception cref="SourceException">One is missing or there twice.</exception>
    public static PairColumns Of(PairsSourceSpec spec, TableColumns columns) => new(
        columns.Count, columns.Find(spec.ImageColumn), columns.Find(spec.CaptionColumn), columns.FindOptional(spec.SplitColumn),
        columns.FindOptional(spec.ClassColumn));
}
