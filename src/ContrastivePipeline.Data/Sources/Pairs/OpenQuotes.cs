namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>
/// Finds where records end that a quoted field carries over line ends. Where a line leaves a quoted field open, what follows does
/// not depend on how the field began: what was found out for an earlier line is remembered for the lines that it passed over, so
/// that no table makes the reader scan a line again and again.
/// </summary>
internal sealed class OpenQuotes(LineWindow window, FieldCutter cutter)
{
    /// <summary>Line ends in one record.</summary>
    private const int MaxLineEnds = 100;

    // Counts from the next line: the lines before it pass over an open quoted field that an earlier line began.
    private int _frontier;
    private Fate _fate = Fate.Unknown;

    private enum Fate
    {
        Unknown,
        Closes,
        Never,
        Text,
    }

    /// <summary>Lines that were looked at and not yet taken.</summary>
    public LineWindow Window => window;

    /// <summary>Takes lines.</summary>
    public void Drop(int count)
    {
        window.Drop(count);
        _frontier = Math.Max(0, _frontier - count);
    }

    /// <summary>Lines of the next record; 0 where a quote opens and does not close.</summary>
    /// <param name="columns">Fields of a whole record; null while unknown.</param>
    public int Measure(int? columns)
    {
        var end = cutter.EndOf(window.At(0)!.Bytes, isOpen: false);
        if (end == LineEnding.Whole) return 1;
        var last = end == LineEnding.Open ? FindEnd() : null;
        if (!cutter.QuotesAreOptional) return last is { } closing ? closing + 1 : 0;
        if (last is not { } final || _fate == Fate.Text) return 1;
        if (IsQuoted(final, columns)) return final + 1;
        // The lines between are rows of their own, and so will be those that begin with them.
        _fate = Fate.Text;
        return 1;
    }

    // The line on which the quoted field closes for good that the next line leaves open.
    private int? FindEnd()
    {
        if (_frontier == 0) (_frontier, _fate) = (1, Fate.Unknown);
        while (_fate == Fate.Unknown && _frontier <= MaxLineEnds)
        {
            var end = window.At(_frontier) is { IsCut: false } line ? cutter.EndOf(line.Bytes, isOpen: true) : LineEnding.Bad;
            if (end == LineEnding.Open) _frontier++;
            else _fate = end == LineEnding.Whole ? Fate.Closes : Fate.Never;
        }

        return _fate is Fate.Closes or Fate.Text && _frontier <= MaxLineEnds ? _frontier : null;
    }

    // Between tabs a quote may be just a quote. It is one where every line is a whole row without it.
    private bool IsQuoted(int last, int? columns)
    {
        var first = cutter.CountAsText(window.At(0)!.Bytes);
        var wanted = columns ?? first;
        var areRows = first == wanted;
        for (var i = 1; areRows && i <= last; i++) areRows = cutter.CountAsText(window.At(i)!.Bytes) == wanted;
        return !areRows && (columns is null || cutter.Cut(window.Join(last + 1), out _).Count == columns);
    }
}
