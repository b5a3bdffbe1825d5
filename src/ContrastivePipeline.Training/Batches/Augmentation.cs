namespace ContrastivePipeline.Training.Batches;

/// <summary>Random changes of training pictures.</summary>
/// <param name="Shift">Greatest shift in each direction, pixels; the border is repeated.</param>
/// <param name="Flip">Whether half of the pictures are mirrored left to right.</param>
public sealed record Augmentation(int Shift = 0, bool Flip = false)
{
    /// <summary>Writes a changed copy of a picture.</summary>
    /// <param name="source">[3, side, side], one byte a channel.</param>
    /// <param name="target">[3, side, side].</param>
    /// <param name="side">Pixels.</param>
    /// <param name="random">Draws the change.</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target, int side, Randomness random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var dx = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var dy = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var mirror = Flip && random.Next(2) == 1;
        for (var row = 0; row < 3 * side; row++)
        {
            var y = Math.Clamp(row % side + dy, 0, side - 1);
            var from = source.Slice((row - row % side + y) * side, side);
            var to = target.Slice(row * side, side);
            ShiftRow(from, to, dx);
            if (mirror)
                to.Reverse();
        }
    }

    private static void ShiftRow(ReadOnlySpan<byte> from, Span<byte> to, int dx)
    {
        if (dx >= 0)
        {
            from[dx..].CopyTo(to);
            to[(to.Length - dx)..].Fill(from[^1]);
        }
        else
        {
            to[..-dx].Fill(from[0]);
            from[..^(-dx)].CopyTo(to[-dx..]);
        }
    }
}
