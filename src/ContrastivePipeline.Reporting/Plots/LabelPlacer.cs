namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Finds a place beside each marker for its label where it hides no marker and no other label.</summary>
internal sealed class LabelPlacer((double Left, double Top, double Right, double Bottom) area)
{
    private const double LineHeight = 14, Gap = 9;
    private readonly List<Box> _taken = [];

    /// <summary>Keeps labels off a marker.</summary>
    public void AddMarker(double x, double y, double radius) => _taken.Add(new(x - radius, y - radius, x + radius, y + radius));

    /// <summary>Where the text's baseline starts; the text is <paramref name="width"/> wide.</summary>
    public (double X, double Y) Place(double x, double y, double width)
    {
        (double X, double Y)[] places =
        [
            (x + Gap, y - (LineHeight / 2)), (x - Gap - width, y - (LineHeight / 2)),
            (x - (width / 2), y - Gap - LineHeight), (x - (width / 2), y + Gap),
            (x + Gap, y - Gap - LineHeight), (x + Gap, y + Gap), (x - Gap - width, y - Gap - LineHeight), (x - Gap - width, y + Gap),
            (x - (width / 2), y - Gap - (2 * LineHeight)), (x - (width / 2), y + Gap + LineHeight),
        ];
        var best = places.Select(p => new Box(p.X, p.Y, p.X + width, p.Y + LineHeight)).MinBy(Cost);
        _taken.Add(best);
        return (best.Left, best.Bottom - 3);
    }

    private double Cost(Box box)
    {
        double outside = Math.Max(0, area.Left - box.Left) + Math.Max(0, box.Right - area.Right)
            + Math.Max(0, area.Top - box.Top) + Math.Max(0, box.Bottom - area.Bottom);
        return (outside * 100) + _taken.Sum(box.Overlap);
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public double Overlap(Box other) =>
            Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left))
            * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
    }
}
