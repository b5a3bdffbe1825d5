namespace ContrastivePipeline.Workflow.Results;

/// <summary>Which splits a search covers, by one rule for the command line, the API and the dashboard: those that the run evaluates, unless
/// others are named. So the same question has the same answer everywhere, and captions that the model was trained on are not found unasked.
/// </summary>
public static class SearchSplits
{
    /// <summary>The splits to search, in the order of the run.</summary>
    /// <param name="wanted">Splits that were asked for; empty for the run's own.</param>
    /// <exception cref="ResultMissingException">The dataset version has no such split, or there are no media to search.</exception>
    public static IReadOnlyList<string> Choose(ModelChoice choice, DatasetVersion dataset, IReadOnlyList<string> wanted)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(wanted);
        if (dataset.IsOfTexts || !MediaKinds.Of(choice.Model.Model).HasMedia)
        {
            throw new ResultMissingException(dataset.IsOfTexts
                ? $"{dataset.Name}@{dataset.Version} has texts alone: there are no media to search."
                : $"Variant '{choice.Variant}' takes texts alone: it cannot search media.");
        }
        if (wanted.FirstOrDefault(split => !dataset.Splits.Contains(split)) is { } unknown)
        {
            throw new ResultMissingException(
                $"{dataset.Name}@{dataset.Version} has no split '{unknown}'; it has {string.Join(", ", dataset.Splits)}.");
        }
        if (wanted.Count > 0)
            return [.. dataset.Splits.Where(wanted.Contains)];
        string[] evaluated = [.. choice.Embedded.Splits.Select(split => split.Split).Where(dataset.Splits.Contains)];
        return evaluated.Length > 0 ? evaluated : dataset.Splits;
    }

    /// <summary>In words, which splits are searched and why: <c>splits seen, unseen (those that the run evaluates)</c>.</summary>
    /// <param name="splits">What <see cref="Choose"/> gave.</param>
    public static string Describe(IReadOnlyList<string> splits, bool asked, IReadOnlyList<string> all)
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(all);
        string[] others = [.. all.Except(splits)];
        var names = $"{(splits.Count == 1 ? "split" : "splits")} {string.Join(", ", splits)}";
        return asked ? names
            : others.Length == 0 ? $"{names} (all that the dataset has)"
            : $"{names} ({(splits.Count == 1 ? "the one" : "those")} that the run evaluates; not {string.Join(", ", others)})";
    }
}
