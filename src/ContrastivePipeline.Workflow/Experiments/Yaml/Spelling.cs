namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    /// <summary>A hint for a message, or nothing when no known word is near.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var candidates = known.ToArray();
        var near = candidates.Select(candidate => (candidate, distance: Distance(word, candidate)))
            .Where(pair => pair.distance <= Math.Max(1, Math.Max(word.Length, pair.candidate.Length) / 3))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault() ?? candidates.Order(StringComparer.Ordinal).FirstOrDefault(candidate => IsRelated(word, candidate));
        return near is null ? "" : $"; did you mean '{near}'?";
    }

    private static bool IsRelated(string word, string candidate) =>
        IsLonger(word, candidate) || IsLonger(candidate, word) || Initials(candidate).Equals(word, StringComparison.OrdinalIgnoreCase);

    // 'batch_size' of 'batch', 'max_steps' of 'steps'.
    private static bool IsLonger(string word, string part) =>
        part.Length > 2 && (word.StartsWith(part + "_", StringComparison.OrdinalIgnoreCase)
            || word.EndsWith("_" + part, StringComparison.OrdinalIgnoreCase));

    // 'lr' of 'learning_rate'.
    private static string Initials(string name) =>
        name.Contains('_', StringComparison.Ordinal)
            ? string.Concat(name.Split('_').Where(part => part.Length > 0).Select(part => part[0])) : "";

    /// <summary>Levenshtein's distance with swaps of neighbours (optimal string alignment), regardless of case.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
