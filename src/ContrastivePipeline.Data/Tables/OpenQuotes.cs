namespace ContrastivePipeline.Data.Tables;

/// <summary>Finds where records end that a quoted field carries over line ends. Where a line leaves a quoted field open, what follows does
/// not depend on how the field began: what was found out for an earlier line is remembered for the lines that it passed over, so that no
/// table makes the reader scan a line again and again.</summary>
internal sealed class OpenQuotes(LineWindow window, FieldCutter cutter)
{
    /// <summary>Line ends in one record.</summary>
    private const int MaxLineEnds = 100;

    // Counts from the next line: the lines before it pass over an open quoted field that an earlier line began.
    private int _frontier;
    private Fate _fate = Fate.Unknown;

    // Of the lines behind the next one, up to where the field closes: how often they are cut, and whether they are no rows by themselves.
    private readonly Queue<(int Cuts, int NoRow)> _passed = new();
    private (int Cuts, int NoRow) _sum;
    private int? _columns;

    private enum Fate
    {
        Unknown,
        Closes,
        Never,
    }

    public LineWindow Window => window;

    public void Drop(int count)
    {
        window.Drop(count);
        _frontier = Math.Max(0, _frontier - count);
        for (; count > 0 && _passed.TryDequeue(out var line); count--)
            _sum = (_sum.Cuts - line.Cuts, _sum.NoRow - line.NoRow);
    }

    /// <summary>Lines of the next record; 0 where a quote opens and does not close.</summary>
    /// <param name="columns">Fields of a whole record; null while unknown.</param>
    public int Measure(int? columns)
    {
        var (end, cuts) = cutter.EndOf(window.At(0)!.Bytes, isOpen: false);
        if (end == LineEnding.Whole)
            return 1;
        var last = end == LineEnding.Open ? FindEnd(columns) : null;
        if (!cutter.QuotesAreOptional)
            return last + 1 ?? 0;
        return last is { } closing && IsQuoted(closing, cuts, columns) ? closing + 1 : 1;
    }

    // The line on which the quoted field closes for good that the next line leaves open.
    private int? FindEnd(int? columns)
    {
        if (_frontier == 0 || columns != _columns)
        {
            (_frontier, _fate, _sum, _columns) = (1, Fate.Unknown, default, columns);
            _passed.Clear();
        }

        while (_fate == Fate.Unknown && _frontier <= MaxLineEnds)
        {
            if (window.At(_frontier) is not { IsCut: false } line
                || cutter.EndOf(line.Bytes, isOpen: true) is not (not LineEnding.Bad, _) end)
            {
                _fate = Fate.Never;
                break;
            }

            var passed = (end.Cuts, NoRow: columns is { } wanted && cutter.QuotesAreOptional
                && cutter.CountAsText(line.Bytes) != wanted ? 1 : 0);
            _passed.Enqueue(passed);
            _sum = (_sum.Cuts + passed.Cuts, _sum.NoRow + passed.NoRow);
            if (end.Ending == LineEnding.Open)
            {
                _frontier++;
            }
            else
            {
                _fate = Fate.Closes;
            }
        }

        return _fate == Fate.Closes && _frontier <= MaxLineEnds ? _frontier : null;
    }

    // Between tabs a quote may be just a quote. It is one where every line is a whole row without it.
    private bool IsQuoted(int last, int cuts, int? columns)
    {
        var first = cutter.CountAsText(window.At(0)!.Bytes);
        if (columns is { } wanted)
            return (first != wanted || _sum.NoRow > 0) && cuts + _sum.Cuts + 1 == wanted;
        for (var i = 1; i <= last; i++)
        {
            if (cutter.CountAsText(window.At(i)!.Bytes) != first)
                return true;
        }

        return false;
    }
}
