using System.Text.Json;

namespace ContrastivePipeline.Data.Tables;

/// <summary>Reads the elements of one list in a JSON object, one at a time: a file of any length takes the memory of its longest element,
/// at most <see cref="MaxElement"/> bytes, and that element once more as it is parsed.</summary>
/// <param name="name">What messages call the file.</param>
/// <param name="property">Property of the object that holds the list.</param>
internal sealed class JsonArrayReader(Stream stream, string name, string property) : IDisposable
{
    /// <summary>Longest element, bytes: 16 MiB.</summary>
    public const int MaxElement = 16 << 20;

    private const int MostNames = 30;

    private readonly List<string> _properties = [];
    private byte[] _buffer = new byte[1 << 16];
    private int _at;
    private int _end;
    private bool _isLast;
    private bool _isInside;
    private bool _isNext;
    private JsonReaderState _state;

    private enum Step
    {
        Element,
        MoreBytes,
        End,
    }

    /// <summary>Elements that were read.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the list was met.</summary>
    public bool IsFound { get; private set; }

    /// <summary>The first properties of the object, for messages.</summary>
    public IReadOnlyList<string> Properties => _properties;

    /// <summary>The next element, or null at the end of the object.</summary>
    /// <exception cref="SourceException">The text is no JSON, ends too early, or has no list under the property.</exception>
    public JsonElement? Next()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_at, _end - _at), _isLast, _state);
            JsonElement? element;
            Step step;
            try
            {
                step = Advance(ref reader, out element);
            }
            catch (JsonException error)
            {
                throw new SourceException($"{name} is damaged behind entry {Count:N0} of '{property}', or is no JSON: " +
                    $"{error.Message} Fetch it again.", error);
            }

            _at += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (step != Step.MoreBytes)
                return element;
            Fill();
        }
    }

    public void Dispose() => stream.Dispose();

    private Step Advance(ref Utf8JsonReader reader, out JsonElement? element)
    {
        element = null;
        while (true)
        {
            var before = reader;
            if (!reader.Read())
                return _isLast ? Step.End : Step.MoreBytes;
            if (!_isInside)
            {
                Pass(ref reader);
            }
            else if (reader.TokenType == JsonTokenType.EndArray)
            {
                _isInside = false;
            }
            else if (JsonElement.TryParseValue(ref reader, out element))
            {
                Count++;
                return Step.Element;
            }
            else
            {
                reader = before;
                return Step.MoreBytes;
            }
        }
    }

    // A token outside of the list.
    private void Pass(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth != 1)
            return;
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _isNext = reader.ValueTextEquals(property);
            if (_properties.Count < MostNames)
                _properties.Add(TableText.Printable(TableText.DecodeWithEscapes(reader.ValueSpan.ToArray())));
        }
        else if (_isNext)
        {
            _isNext = false;
            _isInside = IsFound = reader.TokenType == JsonTokenType.StartArray
                ? true
                : throw new SourceException($"{name}: '{property}' is no list; it should have an entry for every image.");
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        (_at, _end) = (0, _end - _at);
        if (_end == _buffer.Length)
        {
            if (_end >= MaxElement)
            {
                throw new SourceException(
                    $"{name}: what follows entry {Count:N0} of '{property}' is longer than {MaxElement >> 20} MiB; check the file.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = stream.Read(_buffer.AsSpan(_end));
        _isLast = read == 0;
        _end += read;
    }
}
