using System.Text.RegularExpressions;

namespace ContrastivePipeline.Cli;

/// <summary>What is wrong with a command line, in the words of whoever typed it: the parser speaks of the types of .NET.</summary>
internal static partial class ParseErrors
{
    /// <summary>The message for people.</summary>
    public static string Describe(string message) => TypeError().Match(message) is { Success: true } wrong
        ? $"{wrong.Groups["name"].Value} cannot be '{wrong.Groups["value"].Value}'" + (wrong.Groups["type"].Value.Contains("Int", StringComparison.Ordinal)
            ? ": it must be a whole number."
            : ".")
        : message;

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for (option|command) '(?<name>.*)' as expected type '(?<type>.*)'\\.", RegexOptions.Singleline)]
    private static partial Regex TypeError();
}
