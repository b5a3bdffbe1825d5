namespace ContrastivePipeline.Web;

/// <summary>Checks of what clients send.</summary>
internal static class RequestCheck
{
    private const int LongestName = 200;

    /// <summary>A number between two others.</summary>
    public static void Range(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ApiException(Problem.BadRequest($"'{name}' is {value}; it must be between {least} and {most}."));
    }

    /// <summary>A word that may be part of a path in the store.</summary>
    public static void Name(string? value, string name)
    {
        if (value is not null && !IsName(value))
            throw new ApiException(Problem.BadRequest($"'{name}' is no name: letters, digits, '-', '_' and '.', at most {LongestName}."));
    }

    /// <summary>The name of a file, which is a label and no path: it may have blanks, brackets and letters of all scripts.</summary>
    public static void FileName(string value, string name)
    {
        if (value.Length is 0 or > LongestName || value is "." or ".." || value.AsSpan().IndexOfAny('/', '\\') >= 0
            || value.Any(char.IsControl))
        {
            throw new ApiException(Problem.BadRequest(
                $"'{name}' is no name of a file: no folders and no control characters, at most {LongestName} characters."));
        }
    }

    /// <summary>One of a few words: the names of an enumeration in lower case.</summary>
    public static T? OneOf<T>(string? value, string name)
        where T : struct, Enum
    {
        if (value is null)
            return null;
        if (WordsOf<T>().Contains(value))
            return Enum.Parse<T>(value, ignoreCase: true);
        throw new ApiException(Problem.BadRequest($"'{name}' is none of {string.Join(", ", WordsOf<T>())}."));
    }

    /// <summary>The words of an enumeration.</summary>
    public static IEnumerable<string> WordsOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(word => word.ToLowerInvariant());

    /// <summary>Whether it may be part of a path in the store.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= LongestName && text is not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
