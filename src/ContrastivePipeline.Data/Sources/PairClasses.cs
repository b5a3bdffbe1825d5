namespace ContrastivePipeline.Data.Sources;

/// <summary>The classes of a table: the different values of its class column, in ordinal order.</summary>
internal sealed class PairClasses
{
    /// <summary>The most classes of a table.</summary>
    public const int MostClasses = 10_000;

    private readonly PairsSourceSpec _spec;
    private readonly string _list;
    private readonly string[] _names;

    /// <exception cref="SourceException">There is no class.</exception>
    public PairClasses(PairsSourceSpec spec, IEnumerable<string> names)
    {
        _spec = spec;
        // Numbers and words that no metric's address can hold name no list.
        _list = FieldChecks.IsName(spec.ClassColumn!) && !spec.ClassColumn!.All(char.IsAsciiDigit) ? spec.ClassColumn! : "class";
        _names = [.. names.Order(StringComparer.Ordinal)];
        if (_names.Length == 0)
            throw new SourceException($"{spec.ShownPath}: no row that can be kept has a class in column '{spec.ClassColumn}'.");
    }

    /// <summary>Adds a class that a row names; what it returns is no label yet.</summary>
    /// <exception cref="SourceException">There are too many.</exception>
    public static SourceLabel Collect(PairsSourceSpec spec, HashSet<string> found, string name)
    {
        if (found.Add(name) && found.Count > MostClasses)
        {
            throw new SourceException($"{spec.ShownPath}: column '{spec.ClassColumn}' has more than {MostClasses:N0} different values; " +
                "name a column of classes.");
        }

        return new SourceLabel("", -1);
    }

    /// <summary>The label of a class.</summary>
    /// <exception cref="SourceException">The table has changed since its classes were collected.</exception>
    public SourceLabel LabelOf(string name) => Array.BinarySearch(_names, name, StringComparer.Ordinal) is var label and >= 0
        ? new SourceLabel(_list, label)
        : throw new SourceException($"{_spec.ShownPath} changed while it was read; start again.");

    public LabelSet ToLabelSet() => new(_list, _names);
}
