namespace ContrastivePipeline.Data.Tables;

/// <summary>A line of a table as bytes, without its line end.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Bytes">At most <see cref="ByteLines.MaxLength"/>.</param>
/// <param name="Length">Bytes of the whole line.</param>
internal sealed record ByteLine(long Number, byte[] Bytes, long Length)
{
    /// <summary>Whether the line is longer than what is kept of it.</summary>
    public bool IsCut => Length > ByteLines.MaxLength;
}

/// <summary>Reads lines as bytes, because damaged text must neither stop the reading nor be repaired silently. Lines can be
/// returned.</summary>
internal sealed class ByteLines(Stream stream) : IDisposable
{
    /// <summary>Bytes kept of a line: 1 MiB.</summary>
    public const int MaxLength = 1 << 20;

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly Stack<ByteLine> _returned = new();
    private int _at;
    private int _end;
    private long _number;

    /// <summary>The next line, or null at the end.</summary>
    public ByteLine? Next()
    {
        if (_returned.TryPop(out var returned))
            return returned;
        using var line = new MemoryStream();
        var length = 0L;
        var any = false;
        while (_at < _end || Fill())
        {
            any = true;
            var rest = _buffer.AsSpan(_at, _end - _at);
            var newline = rest.IndexOf((byte)'\n');
            var piece = newline < 0 ? rest : rest[..newline];
            var space = (int)(MaxLength - line.Length);
            length += piece.Length;
            line.Write(piece[..Math.Min(piece.Length, space)]);
            _at += piece.Length;
            if (newline < 0)
                continue;
            _at++;
            break;
        }

        if (!any)
            return null;
        var bytes = line.ToArray();
        if (bytes.Length > 0 && bytes[^1] == '\r')
            bytes = bytes[..^1];

        return new ByteLine(++_number, bytes, length);
    }

    /// <summary>Returns lines, in the order in which they were read, to be read again.</summary>
    public void Return(IReadOnlyList<ByteLine> lines)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
            _returned.Push(lines[i]);
    }

    public void Dispose() => stream.Dispose();

    private bool Fill()
    {
        (_at, _end) = (0, stream.Read(_buffer));
        return _end > 0;
    }
}

/// <summary>Lines that were looked at and not yet taken.</summary>
internal sealed class LineWindow(ByteLines lines)
{
    private readonly List<ByteLine> _ahead = [];
    private int _first;

    /// <summary>The line that many after the next one; null behind the end.</summary>
    public ByteLine? At(int offset)
    {
        while (_ahead.Count - _first <= offset)
        {
            if (lines.Next() is not { } line)
                return null;
            _ahead.Add(line);
        }

        return _ahead[_first + offset];
    }

    /// <summary>The next lines, a line feed between them.</summary>
    public byte[] Join(int count)
    {
        if (count == 1)
            return At(0)!.Bytes;
        using var joined = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                joined.WriteByte((byte)'\n');

            joined.Write(At(i)!.Bytes);
        }

        return joined.ToArray();
    }

    public void Drop(int count)
    {
        _first += count;
        if (_first < 256)
            return;
        _ahead.RemoveRange(0, _first);
        _first = 0;
    }
}
