using System.Buffers;
using System.Globalization;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Characters side by side that are, as bytes of a one-byte character set, the UTF-8 of one character.</summary>
/// <param name="Length">How many characters they are; 0 where there is no such sequence.</param>
/// <param name="Decoded">What they stand for.</param>
/// <param name="IsUnlikely">Whether writing hardly has them so, with their neighbours.</param>
internal readonly record struct MojibakeSequence(int Length, string Decoded, bool IsUnlikely)
{
    private const char Lost = '\uFFFD';

    /// <summary>The sequence at a place of a text.</summary>
    /// <param name="mayLose">Whether bytes may be lost, as U+FFFD or one question mark; the sequence then stands for U+FFFD.</param>
    public static MojibakeSequence At(ReadOnlySpan<char> text, int index, SingleByteCharset charset, bool mayLose)
    {
        int lead = charset.ByteOf(text[index]);
        int length = lead switch { < 0xC2 => 0, <= 0xDF => 2, <= 0xEF => 3, <= 0xF4 => 4, _ => 0 };
        if (length == 0 || text.Length < index + length)
            return default;

        var sequence = text.Slice(index, length);
        Span<byte> bytes = stackalloc byte[length];
        bytes[0] = (byte)lead;
        for (int i = 1; i < length; i++)
        {
            int code = sequence[i] switch { ' ' => 0xA0, Lost or '?' => 0x80, _ => charset.ByteOf(sequence[i]) };
            if (code is < 0x80 or > 0xBF)
                return default;
            bytes[i] = (byte)code;
        }

        // Dashes and quotes, currencies, check marks: what is broken most often.
        bool unlikely = (lead == 0xE2 && bytes[1] is 0x80 or 0x82 or 0x9C) || IsUnlikelyAt(text, index, length, charset);
        int spaces = sequence.Count(' '), marks = sequence.Count('?');
        if (marks > 0 || sequence.Contains(Lost))
            return mayLose && spaces == 0 && marks < 2 ? new(length, "\uFFFD", unlikely) : default;
        if (spaces > 0 && !MayHaveSpace(lead, spaces))
            return default;
        if (Rune.DecodeFromUtf8(bytes, out var rune, out _) != OperationStatus.Done)
            return default;
        // Of an à the second byte became a space. It ends a word here, so that the space stays.
        return spaces > 0 && rune.Value == 'à' ? new(1, "à", unlikely) : new(length, rune.ToString(), unlikely);
    }

    /// <summary>Whether a plain space stands for the byte of a no-break space: in Latin, Indian and other small alphabets, in signs and
    /// in emoji.</summary>
    private static bool MayHaveSpace(int lead, int spaces) => spaces == 1 && lead is 0xC2 or 0xC3 or (>= 0xE0 and <= 0xE3) or 0xF0;

    private static bool IsUnlikelyAt(ReadOnlySpan<char> text, int index, int length, SingleByteCharset charset)
    {
        char before = index > 0 ? text[index - 1] : ' ', first = text[index], second = text[index + 1];
        if (second == ' ' && first is 'Â' or 'Ã')
            return !char.IsUpper(before);
        // In Windows-1252 the beginnings of Latin, Greek and Cyrillic letters; words end in them before few signs.
        bool ends = char.IsLetter(second) ? !"œŠšŸž".Contains(second) : second is '’' or '…' or '?' or Lost;
        if (first is 'Â' or 'Ã' or 'Î' or 'Ð' && !ends)
            return true;
        // Words in capitals may end before money, and before what is quoted.
        bool inSmall = KindOf(first) == Kind.Capital && (char.IsLower(before) || (index > 0 && before == ' '));
        if (inSmall && (KindOf(second) == Kind.Money || (KindOf(second) == Kind.Opening && before != ' ')))
            return true;
        // A sign between capitals of Greek or Cyrillic.
        bool isCapital = char.IsUpper(first) && first > '\u036F';
        if (isCapital && KindOf(second) >= Kind.Sign && index + 2 < text.Length && BeginsLetter(first) && BeginsLetter(text[index + 2]))
            return true;
        for (int i = index; i < index + length - 1; i++)
        {
            var (one, two) = (KindOf(text[i]), KindOf(text[i + 1]));
            if (IsUnlikelyPair(one, two) || (IsLetter(one) && IsInsideWord(two, KindAt(text, i + 2))))
                return true;
        }

        return false;

        // Whether a byte begins the UTF-8 of a letter of Latin, Greek or Cyrillic.
        bool BeginsLetter(char c) => charset.ByteOf(c) is 0xC2 or 0xC3 or 0xCE or 0xCF or 0xD0 or 0xD1;
    }

    private static bool IsUnlikelyPair(Kind first, Kind second) => (first, second) switch
    {
        (_, Kind.Control) => true,
        (Kind.Other, _) or (_, Kind.Other) => false,
        (Kind.Alone, _) or (_, Kind.Alone) => true,
        (Kind.Small, Kind.Capital) or (Kind.Small or Kind.Closing, Kind.Money) => true,
        (Kind.Small or Kind.Capital, Kind.Sign or Kind.Number) => true,
        (Kind.Sign or Kind.Money or Kind.Number or Kind.Closing, Kind.Small or Kind.Capital) => true,
        _ => false,
    };

    // Where a letter stands before.
    private static bool IsInsideWord(Kind edge, Kind next) => edge switch
    {
        Kind.Opening => IsLetter(next) || next == Kind.Number,
        Kind.Closing => IsLetter(next) || next == Kind.Opening,
        _ => false,
    };

    private static bool IsLetter(Kind kind) => kind is Kind.Small or Kind.Capital;

    private static Kind KindAt(ReadOnlySpan<char> text, int index) => index < text.Length ? KindOf(text[index]) : Kind.Other;

    private static Kind KindOf(char c) => char.GetUnicodeCategory(c) switch
    {
        // Letters of Latin, but o and u, with which faces are drawn.
        UnicodeCategory.UppercaseLetter when c <= '\u017F' && c is not (>= 'Ò' and <= 'Ö' or >= 'Ù' and <= 'Ü') => Kind.Capital,
        UnicodeCategory.LowercaseLetter when c <= '\u017F' && c is not ('µ' or 'ƒ' or >= 'ò' and <= 'ö' or >= 'ø' and <= 'ü') => Kind.Small,
        UnicodeCategory.Control => Kind.Control,
        UnicodeCategory.OtherNumber => Kind.Number,
        UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.OpenPunctuation => Kind.Opening,
        UnicodeCategory.FinalQuotePunctuation when c != '’' => Kind.Closing,
        _ when c is '¡' or '¿' or '©' or '•' => Kind.Opening,
        _ when c is '®' or '™' => Kind.Closing,
        _ when c is 'ƒ' or '¤' or '¦' or '¬' or '†' or '‡' or '‰' => Kind.Alone,
        UnicodeCategory.ModifierSymbol when c != '´' => Kind.Alone,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Alone,
        _ when c is 'µ' or '§' or '¶' => Kind.Sign,
        UnicodeCategory.CurrencySymbol => Kind.Money,
        UnicodeCategory.MathSymbol or UnicodeCategory.OtherSymbol => Kind.Sign,
        _ => Kind.Other,
    };

    /// <summary>What a character is to a word: one of its letters, a number, then signs: that stand in none, of money, that begin or end
    /// one, that stand beside nothing.</summary>
    private enum Kind
    {
        Other,
        Control,
        Small,
        Capital,
        Number,
        Sign,
        Money,
        Opening,
        Closing,
        Alone,
    }
}
