namespace ContrastivePipeline.Data;

/// <summary>Cuts texts without cutting characters.</summary>
public static class ShortText
{
    /// <summary>The beginning of a text, without half of a surrogate pair at its end.</summary>
    /// <param name="length">Greatest length, in UTF-16 characters, at least 1.</param>
    public static string Head(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    /// <summary>The same, with an ellipsis where something was cut off.</summary>
    /// <inheritdoc cref="Head"/>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : Head(text, length) + "…";
    }
}
