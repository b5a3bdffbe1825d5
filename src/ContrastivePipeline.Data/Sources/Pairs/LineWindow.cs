namespace ContrastivePipeline.Data.Sources.Pairs;

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
            if (lines.Next() is not { } line) return null;
            _ahead.Add(line);
        }

        return _ahead[_first + offset];
    }

    /// <summary>The next lines, a line feed between them.</summary>
    public byte[] Join(int count)
    {
        if (count == 1) return At(0)!.Bytes;
        using var joined = new MemoryStream();
        for (var i = 0; i < count; i++)
        {
            if (i > 0) joined.WriteByte((byte)'\n');
            joined.Write(At(i)!.Bytes);
        }

        return joined.ToArray();
    }

    /// <summary>Takes lines.</summary>
    public void Drop(int count)
    {
        _first += count;
        if (_first < 256) return;
        _ahead.RemoveRange(0, _first);
        _first = 0;
    }
}
