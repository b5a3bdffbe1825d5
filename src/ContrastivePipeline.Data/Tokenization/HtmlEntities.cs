using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>
/// Decodes HTML entities as Python's <c>html.unescape</c> does, which CLIP's tokenizer uses: numeric references with the
/// Windows-1252 range remapped, HTML 5's named ones, and the old Latin-1 names without their semicolon.
/// </summary>
internal static partial class HtmlEntities
{
    // What browsers make of &#128; to &#159; (HTML standard, "numeric character reference end state").
    private const string Windows1252 =
        "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
        "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    public static string Decode(string text) =>
        text.Contains('&') ? Reference().Replace(text, match => One(match.Groups[1].Value)) : text;

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
