using ScottPlot;
using SkiaSharp;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>Triangles and diamonds as markers. ScottPlot's own draw a path that nothing keeps alive: a garbage collection at that moment
/// frees it under Skia, which ends the process. Its circles and squares are no paths. See docs/adr/0007.</summary>
/// <param name="isFilled">Whether the shape is filled, without an outline; else it is an outline.</param>
/// <param name="corners">Where its corners lie, in marker sizes from its centre; y grows downwards.</param>
internal sealed class PolygonMarker(bool isFilled, params (float X, float Y)[] corners) : IMarker
{
    // A triangle of three equal sides, each as long as the marker's size, around its centre.
    private const float Tip = .5774f, Base = .2887f;

    /// <summary>An outline, a corner upwards.</summary>
    public static IMarker OpenTriangleUp { get; } = new PolygonMarker(false, (0, -Tip), (.5f, Base), (-.5f, Base));

    /// <summary>Filled, a corner upwards.</summary>
    public static IMarker TriangleUp { get; } = new PolygonMarker(true, (0, -Tip), (.5f, Base), (-.5f, Base));

    /// <summary>Filled, a corner downwards.</summary>
    public static IMarker TriangleDown { get; } = new PolygonMarker(true, (0, Tip), (.5f, -Base), (-.5f, -Base));

    /// <summary>Filled, as wide and as high as the marker's size.</summary>
    public static IMarker Diamond { get; } = new PolygonMarker(true, (.5f, 0), (0, .5f), (-.5f, 0), (0, -.5f));

    public void Render(SKCanvas canvas, ScottPlot.Paint paint, Pixel center, float size, MarkerStyle markerStyle)
    {
        using var path = new SKPath();
        path.AddPoly([.. corners.Select(corner => new SKPoint(center.X + (corner.X * size), center.Y + (corner.Y * size)))], close: true);
        if (isFilled)
            Drawing.FillPath(canvas, paint, path, markerStyle.FillStyle, new PixelRect(center, size));
        else
            Drawing.DrawPath(canvas, paint, path, markerStyle.LineStyle);
    }
}
