using System.Globalization;
using System.Numerics;

namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>Reads the keys of one mapping; whatever is wrong is collected, and a default takes its place.</summary>
internal sealed class ConfigSection
{
    private const int LongestNumber = 100;

    private readonly string _path;
    private readonly ConfigProblems _problems;
    private readonly Dictionary<string, ConfigEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Opens a mapping; anything else is a problem, and reads as an empty one.</summary>
    /// <param name="path">Keys from the root, for messages; empty at the root.</param>
    public ConfigSection(ConfigNode node, string path, ConfigProblems problems)
    {
        (Node, _path, _problems) = (node, path, problems);
        if (node is not ConfigMapping mapping)
        {
            if (node is not ConfigScalar { IsEmpty: true })
                problems.Add(node, $"{Name()} must be a mapping of keys to values, not {node.Kind}");
            return;
        }
        foreach (var entry in mapping.Entries)
        {
            if (!_entries.TryAdd(entry.Key.Text, entry))
            {
                problems.Add(
                    entry.Key, $"{PathOf(entry.Key.Text)} is given twice; the first is in line {_entries[entry.Key.Text].Key.Line}");
            }
        }
    }

    /// <summary>The value as a whole, for problems that belong to no key.</summary>
    public ConfigNode Node { get; }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The value of a key, or null where there is none.</summary>
    public ConfigNode? Find(string key)
    {
        _known.Add(key);
        _problems.Ask(PathOf(key));
        return _entries.TryGetValue(key, out var entry) && entry.Value is not ConfigScalar { IsEmpty: true } ? entry.Value : null;
    }

    /// <summary>A mapping under a key; an empty one where there is none.</summary>
    public ConfigSection Section(string key) => new(Find(key) ?? new ConfigMapping(Node.Line, Node.Column, []), PathOf(key), _problems);

    /// <summary>A mapping under a key that must be there.</summary>
    public ConfigSection RequiredSection(string key)
    {
        if (!Has(key))
            Missing(key);
        return Section(key);
    }

    public string? Text(string key, string? fallback = null) => Find(key) is { } node ? TextOf(node, PathOf(key)) ?? fallback : fallback;

    public string RequiredText(string key)
    {
        if (!Has(key))
            Missing(key);
        return Text(key) ?? "";
    }

    /// <summary>One of a few words.</summary>
    public string Choice(string key, string fallback, params string[] words)
    {
        if (Find(key) is not { } node || TextOf(node, PathOf(key)) is not { } text)
            return fallback;
        if (words.Contains(text))
            return text;
        _problems.Add(node, $"{PathOf(key)} cannot be '{text}': use {OneOf(words)}{Spelling.Hint(text, words)}");
        return fallback;
    }

    /// <summary>A whole number between two bounds, both allowed.</summary>
    public int Int(string key, int fallback, int least, int most = int.MaxValue) =>
        Find(key) is { } node ? IntOf(node, PathOf(key), least, most) ?? fallback : fallback;

    /// <summary>A number that <paramref name="allowed"/> accepts.</summary>
    public double Real(string key, double fallback, Func<double, bool> allowed, string rule)
    {
        if (Find(key) is not { } node)
            return fallback;
        if (node is not ConfigScalar { Plain: true } scalar
            || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            _problems.Add(node, $"{PathOf(key)} must be a number, not {node.Kind}{NumberHint(node)}");
            return fallback;
        }
        if (allowed(value))
            return value;
        _problems.Add(node, $"{PathOf(key)} cannot be {scalar.Text}: it must be {rule}");
        return fallback;
    }

    public bool Flag(string key, bool fallback)
    {
        switch (Find(key))
        {
            case null:
                return fallback;
            case ConfigScalar { Plain: true, Text: "true" }:
                return true;
            case ConfigScalar { Plain: true, Text: "false" }:
                return false;
            case { } node:
                _problems.Add(node, $"{PathOf(key)} must be true or false, not {node.Kind}{FlagHint(node)}");
                return fallback;
        }
    }

    /// <summary>The items of a list; null where there is none.</summary>
    public IReadOnlyList<ConfigNode>? Items(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case ConfigSequence { Items.Count: > 0 } sequence:
                return sequence.Items;
            case ConfigSequence empty:
                _problems.Add(empty, $"{PathOf(key)} is empty");
                return null;
            case { } node:
                _problems.Add(node, $"{PathOf(key)} must be a list, not {node.Kind}");
                return null;
        }
    }

    /// <summary>A list of different texts; null where there is none.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (Items(key) is not { } items)
            return null;
        var texts = new List<string>();
        foreach (var item in items)
        {
            if (TextOf(item, $"An entry of {PathOf(key)}") is not { } text)
                continue;
            if (texts.Contains(text))
                _problems.Add(item, $"{PathOf(key)} has '{text}' twice");
            else
                texts.Add(text);
        }
        return texts;
    }

    /// <summary>A list of whole numbers; null where there is none.</summary>
    public IReadOnlyList<int>? Ints(string key, int least) =>
        Items(key)?.Select(item => IntOf(item, $"An entry of {PathOf(key)}", least, int.MaxValue) ?? least).ToArray();

    /// <summary>Reports something about a key's value, or about the mapping where the key is absent.</summary>
    public void Fail(string key, string message) => _problems.Add(Find(key) ?? Node, message);

    /// <summary>Reports every key that was never looked up.</summary>
    public void Close()
    {
        foreach (var (name, entry) in _entries)
        {
            if (!_known.Contains(name))
                _problems.Add(entry.Key, $"{PathOf(name)} is not a key that exists here{Spelling.Hint(name, _known)}");
        }
    }

    private void Missing(string key) => _problems.Add(Node, $"{PathOf(key)} is missing");

    private string? TextOf(ConfigNode node, string what)
    {
        if (node is not ConfigScalar { IsEmpty: false, Text.Length: > 0 } scalar)
        {
            _problems.Add(node, $"{what} must be a text, not {node.Kind}");
            return null;
        }
        if (scalar.Text.AsSpan().IndexOfAny('\n', '\r', '\0') < 0)
            return scalar.Text;
        _problems.Add(node, $"{what} must be one line without a line end: write it behind the colon, without '|' or '>'");
        return null;
    }

    private int? IntOf(ConfigNode node, string what, int least, int most)
    {
        if (node is not ConfigScalar { Plain: true, Text.Length: < LongestNumber } scalar
            || !BigInteger.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            _problems.Add(node, $"{what} must be a whole number, not {node.Kind}{NumberHint(node)}");
            return null;
        }
        // Eight to some readers of YAML, ten to others.
        if (scalar.Text.TrimStart('-', '+') is ['0', _, ..])
        {
            _problems.Add(node, $"{what} cannot be {scalar.Text}: some read a number that begins with 0 as octal; write {value}");
            return null;
        }
        if (value >= least && value <= most)
            return (int)value;
        var rule = most < int.MaxValue ? $"{least} to {most}" : value > most ? $"at most {most}" : $"at least {least}";
        _problems.Add(node, $"{what} cannot be {scalar.Text}: it must be {rule}");
        return null;
    }

    private static string NumberHint(ConfigNode node) => node switch
    {
        ConfigScalar { Plain: false } quoted when IsNumber(quoted.Text) => "; leave out the quotes",
        ConfigScalar { Plain: true, Text: var text } when text.Contains('_')
            && IsNumber(text.Replace("_", "")) => $"; write {text.Replace("_", "")}",
        ConfigScalar { Plain: true, Text: var text } when text.Count(c => c == ',') == 1 && IsNumber(text.Replace(',', '.')) =>
            $"; write {text.Replace(',', '.')}",
        _ => "",
    };

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);

    private static string FlagHint(ConfigNode node) => node is not ConfigScalar { Text: var text } ? "" : text.ToLowerInvariant() switch
    {
        "yes" or "on" or "y" or "true" or "1" => "; write true",
        "no" or "off" or "n" or "false" or "0" => "; write false",
        _ => "",
    };

    /// <summary>A key with those above it, for messages.</summary>
    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private string Name() => _path.Length == 0 ? "The file" : _path;

    private static string OneOf(string[] words) => words.Length == 1 ? words[0] : $"{string.Join(", ", words[..^1])} or {words[^1]}";
}
