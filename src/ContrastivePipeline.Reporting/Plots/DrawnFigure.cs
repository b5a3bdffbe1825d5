using Microsoft.AspNetCore.Components;

namespace ContrastivePipeline.Reporting.Plots;

/// <summary>A figure, drawn.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Alt">What it shows, for those who do not see it.</param>
/// <param name="Shapes">Lines, areas and markers, as SVG.</param>
/// <param name="Texts">Its words.</param>
public sealed record DrawnFigure(float Width, float Height, string Alt, MarkupString Shapes, IReadOnlyList<FigureText> Texts);

/// <summary>A text in a drawing.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the upper edge to the base line.</param>
/// <param name="Text">The text; names of objectives get subscripts.</param>
/// <param name="Anchor">Which part of the text is there: <c>start</c>, <c>middle</c> or <c>end</c>.</param>
/// <param name="Css">Its class in the style sheet.</param>
public sealed record FigureText(double X, double Y, string Text, string Anchor, string Css);
