namespace ContrastivePipeline.Data.Tables;

/// <summary>Which columns of a table hold what. Names are compared without regard to case.</summary>
internal sealed class CaptionColumns
{
    private const string Known =
        "the media item as 'media_id', 'id', 'image' or 'path'; 'caption'; and, if you like, 'caption_index', 'source' and 'split'";

    // A file that is no table may have a header of a megabyte.
    private const int MostNames = 20;
    private const int LongestName = 100;

    private static readonly Dictionary<string, CaptionField> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["media_id"] = CaptionField.Media,
        ["id"] = CaptionField.Media,
        ["image"] = CaptionField.Media,
        ["path"] = CaptionField.Media,
        ["caption"] = CaptionField.Caption,
        ["caption_index"] = CaptionField.CaptionIndex,
        ["source"] = CaptionField.Source,
        ["split"] = CaptionField.Split,
    };

    private readonly Dictionary<CaptionField, (string Name, int Position)> _columns = [];

    private CaptionColumns(int count) => Count = count;

    public int Count { get; }

    /// <summary>Whether the media item is named by the path of its image, which is then normalised.</summary>
    public bool IsPath => !NameOf(CaptionField.Media).EndsWith("id", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="SourceException">One is unknown or there twice, or none holds the media item or the caption.</exception>
    public static CaptionColumns Find(string table, IReadOnlyList<string> names)
    {
        // Programs that number rows write the numbers so, and a delimiter at the end of the header makes a column of nothing.
        if (names.Index().FirstOrDefault(column => column.Item.Trim().Length == 0
            || column.Item.StartsWith("Unnamed: ", StringComparison.Ordinal))
            is { Item: not null } nameless)
        {
            throw new SourceException(
                $"{table}: column {nameless.Index + 1} of {names.Count} has no name. Remove it, or name it (pandas writes row numbers " +
                $"unless index=False is given; a delimiter at the end of a line begins a column). Known are {Known}.");
        }

        var unknown = names.Where(name => !Fields.ContainsKey(name)).ToArray();
        if (unknown.Length > 0)
        {
            throw new SourceException(
                $"{table}: unknown {(unknown.Length == 1 ? "column" : "columns")} {Quote(unknown)}. Known are {Known}. Remove or rename." +
                (names.Count == 1 ? " If it is several, check what delimits them: comma, tab, semicolon or '|'." : ""));
        }

        var columns = new CaptionColumns(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var field = Fields[names[i]];
            if (columns._columns.TryAdd(field, (names[i], i)))
                continue;
            throw new SourceException($"{table}: the columns {Quote([columns.NameOf(field), names[i]])} hold the same; keep one of them.");
        }

        return columns.Has(CaptionField.Media) && columns.Has(CaptionField.Caption)
            ? columns
            : throw new SourceException($"{table}: no column holds the {(columns.Has(CaptionField.Media) ? "caption" : "media item")}; " +
                $"there {(names.Count == 0 ? "are no columns" : $"is only {Quote(names)}")}. Known are {Known}.");
    }

    /// <summary>What a name means; null where it means nothing.</summary>
    public static CaptionField? FieldOf(string name) => Fields.TryGetValue(name, out var field) ? field : null;

    public bool Has(CaptionField field) => _columns.ContainsKey(field);

    /// <summary>What the table calls a column; its usual name where the table has none.</summary>
    public string NameOf(CaptionField field) =>
        _columns.TryGetValue(field, out var column) ? column.Name : Fields.First(known => known.Value == field).Key;

    /// <summary>Position of a column, from 0; null where the table has none.</summary>
    public int? PositionOf(CaptionField field) => _columns.TryGetValue(field, out var column) ? column.Position : null;

    private static string Quote(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNames).Select(name => $"'{ShortText.Cut(name, LongestName)}'")) +
        (names.Count > MostNames ? $" and {names.Count - MostNames:N0} more" : "");
}
