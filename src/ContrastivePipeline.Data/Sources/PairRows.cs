using System.Globalization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Makes source rows of records.</summary>
internal sealed class PairRows(PairsSourceSpec spec, PairColumns columns)
{
    private readonly string _file = Path.GetFileName(spec.Path);
    private readonly ImagePlace _place = new(spec.ImageFolder, spec.ConfinedTo is not null);

    public SourceRow Read(DelimitedRecord record)
    {
        var fault = record.Fault;
        var pair = fault is null ? Read(record.Fields, out fault) : null;
        return new SourceRow(_file, record.Row, TableText.DecodeWithEscapes(record.Raw), fault is null ? pair : null, fault);
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
        if (columns.Split is { } index)
        {
            if (!FieldChecks.TryDecode(fields[index], spec.SplitColumn!, out split, out fault))
                return null;
            split = split.Trim();
            fault = FieldChecks.CheckSplit(split, spec.SplitColumn!);
            if (fault is not null)
                return null;
        }

        return new SourcePair(path, Path.Combine(_place.Folder, path), spec.ImageColumn, caption, path, _file, split, [])
        {
            ConfinedTo = _place.IsConfined ? _place.Folder : null,
        };
    }
}

/// <summary>Where the fields of a pair are in a record.</summary>
/// <param name="Count">Fields of a whole record.</param>
/// <param name="Split">Index of the split; null where the table has none.</param>
internal sealed record PairColumns(int Count, int Image, int Caption, int? Split)
{
    private const int MostShown = 30;

    /// <summary>Finds the columns by the header's names.</summary>
    /// <exception cref="SourceException">One is missing or there twice.</exception>
    public static PairColumns ByName(PairsSourceSpec spec, IReadOnlyList<string> header)
    {
        return new PairColumns(
            header.Count, Find(spec.ImageColumn), Find(spec.CaptionColumn), spec.SplitColumn is null ? null : Find(spec.SplitColumn));

        int Find(string name)
        {
            var found = Enumerable.Range(0, header.Count).Where(i => header[i] == name).ToArray();
            if (found.Length == 1)
                return found[0];
            var columns = string.Join(", ", header.Take(MostShown).Select(column => $"'{TableText.Printable(column)}'"))
                + (header.Count > MostShown ? $" and {header.Count - MostShown:N0} more" : "");
            throw new SourceException(found.Length == 0
                ? $"{spec.ShownPath}: there is no column '{name}'. Its columns are {columns}. Name one of these, " +
                    "check the delimiter, or use column numbers from 1 for a table without a header."
                : $"{spec.ShownPath}: {found.Length} columns are called '{name}'; rename all but one of {columns}.");
        }
    }

    /// <summary>Finds the columns by number, 1 being the first.</summary>
    /// <param name="count">Fields of the first record, which the others must have too.</param>
    /// <exception cref="SourceException">The first record has fewer.</exception>
    public static PairColumns ByNumber(PairsSourceSpec spec, int count)
    {
        return new PairColumns(
            count, Find(spec.ImageColumn), Find(spec.CaptionColumn), spec.SplitColumn is null ? null : Find(spec.SplitColumn));

        int Find(string name)
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw new SourceException(
                    $"{spec.ShownPath}: give either all columns by number or all by name, not '{name}' among numbers.");
            }

            return number >= 1 && number <= count ? number - 1 : throw new SourceException(
                $"{spec.ShownPath}: there is no column {number}; the first row has {count}. Check the delimiter.");
        }
    }
}
