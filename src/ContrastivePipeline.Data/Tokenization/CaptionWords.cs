using System.Buffers;
using System.Text;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Splits a clean caption as CLIP's pattern does: special tokens, English contractions, runs of letters, single digits, runs of
/// anything else that is not white space. Works on whole code points, so that letters outside the basic plane are letters.</summary>
internal ref struct CaptionWords
{
    public const string StartOfText = "<|startoftext|>";
    public const string EndOfText = "<|endoftext|>";

    private static readonly string[] Fixed = [StartOfText, EndOfText, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly ReadOnlySpan<char> _text;
    private int _end;

    public CaptionWords(ReadOnlySpan<char> text) => _text = text;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly CaptionWords GetEnumerator() => this;

    public bool MoveNext()
    {
        Kind kind = Kind.Space;
        int length = 0;
        while (_end < _text.Length && (kind = KindAt(_end, out length)) == Kind.Space)
            _end += length;

        if (_end >= _text.Length)
            return false;

        int start = _end;
        if (_text[start] is '<' or '\'' && FixedAt(start) is int known and > 0)
        {
            _end += known;
        }
        else
        {
            _end += length;
            if (kind != Kind.Number)
            {
                while (_end < _text.Length && KindAt(_end, out length) == kind)
                    _end += length;
            }
        }

        Current = _text[start.._end];
        return true;
    }

    private readonly int FixedAt(int index)
    {
        foreach (string word in Fixed)
        {
            if (_text[index..].StartsWith(word))
                return word.Length;
        }

        return 0;
    }

    private readonly Kind KindAt(int index, out int length)
    {
        char c = _text[index];
        length = 1;
        if (char.IsAsciiLetterLower(c))
            return Kind.Letter;
        if (c == ' ')
            return Kind.Space;
        if (Rune.DecodeFromUtf16(_text[index..], out var rune, out length) != OperationStatus.Done)
            return Kind.Other;
        return Rune.IsLetter(rune) ? Kind.Letter
            : Rune.IsNumber(rune) ? Kind.Number
            : Rune.IsWhiteSpace(rune) ? Kind.Space
            : Kind.Other;
    }

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }
}
