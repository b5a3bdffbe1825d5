namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Turns captions into token ids. Implementations are safe for concurrent use.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids, special tokens included.</summary>
    int VocabularySize { get; }

    /// <summary>Id that starts every text.</summary>
    int StartOfText { get; }

    /// <summary>Id that ends every text: the highest of all, because the text encoder reads its feature there.</summary>
    int EndOfText { get; }

    /// <summary>Ids of a text with start and end, cut to <paramref name="contextLength"/> with the end kept; not padded.</summary>
    /// <param name="text">Any text, the empty one included.</param>
    /// <param name="contextLength">Greatest number of ids, at least 2.</param>
    int[] Encode(string text, int contextLength);
}
