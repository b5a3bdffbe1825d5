using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>What is done to a caption before it is split into words.</summary>
public enum CaptionCleanup
{
    /// <summary>HTML entities, white space and case alone.</summary>
    Plain,

    /// <summary>All that CLIP's tokenizer does: what the Python package ftfy repairs, then the same as <see cref="Plain"/>.</summary>
    Clip,
}

/// <summary>The clean-up that CLIP's tokenizer does before it splits a caption: with <see cref="CaptionCleanup.Clip"/> the repairs of
/// <see cref="TextRepair"/>, and in any case HTML entities are decoded twice, runs of white space become one space, the ends are trimmed,
/// letters become lower case (openai/CLIP, <c>clip/simple_tokenizer.py</c>).</summary>
public static class CaptionText
{
    private const char CapitalSigma = '\u03A3', FinalSigma = '\u03C2', DottedCapitalI = '\u0130';

    /// <summary>Cleans a caption.</summary>
    public static string Clean(string text, CaptionCleanup cleanup)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (cleanup == CaptionCleanup.Clip)
            text = TextRepair.Repair(text);

        return Lower(JoinSpaces(HtmlEntities.Decode(HtmlEntities.Decode(text))));
    }

    private static string JoinSpaces(string text)
    {
        if (IsJoined(text))
            return text;
        var joined = new StringBuilder(text.Length);
        bool space = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                space = joined.Length > 0;
                continue;
            }

            if (space)
                joined.Append(' ');

            space = false;
            joined.Append(c);
        }

        return joined.ToString();
    }

    private static bool IsJoined(string text)
    {
        bool space = true;
        foreach (char c in text)
        {
            bool isSpace = char.IsWhiteSpace(c);
            if (isSpace && (space || c != ' '))
                return false;
            space = isSpace;
        }

        return !space || text.Length == 0;
    }

    /// <summary>Python's lower case: .NET's, and the two letters whose full mapping Unicode defines differently.</summary>
    private static string Lower(string text)
    {
        if (text.AsSpan().IndexOfAny(CapitalSigma, DottedCapitalI) < 0)
            return text.ToLowerInvariant();
        var lower = new StringBuilder(text.ToLowerInvariant());
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == CapitalSigma && EndsWord(text, i))
                lower[i] = FinalSigma;
        }

        return lower.Replace(DottedCapitalI.ToString(), "i\u0307").ToString();
    }

    /// <summary>Unicode's condition Final_Sigma: a cased letter before and none after, case-ignorable characters skipped.</summary>
    private static bool EndsWord(string text, int index)
    {
        var before = text.AsSpan(0, index);
        Rune rune;
        while (Rune.DecodeLastFromUtf16(before, out rune, out int length) == OperationStatus.Done && IsCaseIgnorable(rune))
            before = before[..^length];

        if (!IsCased(rune))
            return false;
        var after = text.AsSpan(index + 1);
        while (Rune.DecodeFromUtf16(after, out rune, out int length) == OperationStatus.Done && IsCaseIgnorable(rune))
            after = after[length..];

        return !IsCased(rune);
    }

    // Besides letters with case: ordinal indicators, Roman numerals and letters in circles (Unicode's Other_Lowercase, Other_Uppercase).
    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9);

    private static bool IsCaseIgnorable(Rune rune) =>
        rune.Value is '\'' or '.' or ':' or 0xB7 or 0x2018 or 0x2019 or 0x2024 or 0x2027
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}

/// <summary>Decodes HTML entities as Python's <c>html.unescape</c> does, which CLIP's tokenizer uses: numeric references with the
/// Windows-1252 range remapped, HTML 5's named ones, and the old Latin-1 names without their semicolon.</summary>
internal static partial class HtmlEntities
{
    // What browsers make of &#128; to &#159; (HTML standard, "numeric character reference end state").
    public const string Windows1252 =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
        "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    public static string Decode(string text) =>
        text.Contains('&') ? Reference().Replace(text, match => One(match.Groups[1].Value)) : text;

    /// <summary>Decodes only what ends in a semicolon, as ftfy does, and also names all of whose letters were made capitals.</summary>
    public static string DecodeClosed(string text) =>
        text.Contains('&') ? ClosedReference().Replace(text, match => Closed(match.Value)) : text;

    [GeneratedRegex("&#?[0-9A-Za-z]{1,24};")]
    private static partial Regex ClosedReference();

    private static string Closed(string reference)
    {
        if (reference[1] == '#')
            return Decode(reference) is var number && !number.Contains(';') ? number : reference;
        string name = reference[1..];
        if (HtmlEntityProvider.Resolver.GetSymbol(name) is { } known)
            return known;
        bool isCapital = !name.Any(char.IsAsciiLetterLower) && Decode(reference) == reference;
        return isCapital && HtmlEntityProvider.Resolver.GetSymbol(name.ToLowerInvariant()) is { } small ? Upper(small) : reference;
    }

    // Python's upper case.
    private static string Upper(string text) => text switch { "ß" => "SS", "ı" => "I", _ => text.ToUpperInvariant() };

    [GeneratedRegex("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")]
    private static partial Regex Reference();

    private static string One(string reference)
    {
        if (reference[0] == '#')
            return Numeric(reference.AsSpan(1).TrimEnd(';'));
        // The longest name that the reference begins with, as the HTML standard has it: those of Latin-1 need no semicolon.
        for (int length = reference.Length; length > 1; length--)
        {
            if (HtmlEntityProvider.Resolver.GetSymbol(reference[..length]) is { } known)
                return known + reference[length..];
        }

        return "&" + reference;
    }

    private static string Numeric(ReadOnlySpan<char> digits)
    {
        bool hexadecimal = digits[0] is 'x' or 'X';
        bool fits = hexadecimal
            ? uint.TryParse(digits[1..], NumberStyles.AllowHexSpecifier, null, out uint code)
            : uint.TryParse(digits, NumberStyles.None, null, out code);
        if (!fits || code == 0 || !Rune.IsValid(code))
            return "\uFFFD";
        if (code is >= 0x80 and <= 0x9F)
            return Windows1252[(int)code - 0x80].ToString();
        bool noCharacter = code is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or (>= 0xFDD0 and <= 0xFDEF)
            || (code & 0xFFFE) == 0xFFFE;
        return noCharacter ? "" : new Rune(code).ToString();
    }
}
