using System.Runtime.InteropServices;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Random changes of training pictures.</summary>
/// <param name="Shift">Greatest shift in each direction, pixels; the border is repeated.</param>
/// <param name="Flip">Whether half of the pictures are mirrored left to right.</param>
public sealed record Augmentation(int Shift = 0, bool Flip = false)
{
    /// <summary>Writes a changed copy of a picture.</summary>
    /// <param name="source">[side, side, 3], one byte a channel.</param>
    /// <param name="target">[side, side, 3].</param>
    /// <param name="side">Pixels.</param>
    /// <param name="random">Draws the change.</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target, int side, Randomness random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var dx = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var dy = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var mirror = Flip && random.Next(2) == 1;
        var from = MemoryMarshal.Cast<byte, Rgb>(source);
        var to = MemoryMarshal.Cast<byte, Rgb>(target);
        for (var y = 0; y < side; y++)
        {
            var row = to.Slice(y * side, side);
            ShiftRow(from.Slice(Math.Clamp(y + dy, 0, side - 1) * side, side), row, dx);
            if (mirror)
                row.Reverse();
        }
    }

    private static void ShiftRow(ReadOnlySpan<Rgb> from, Span<Rgb> to, int dx)
    {
        if (dx >= 0)
        {
            from[dx..].CopyTo(to);
            to[(to.Length - dx)..].Fill(from[^1]);
        }
        else
        {
            to[..-dx].Fill(from[0]);
            from[..^-dx].CopyTo(to[-dx..]);
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Rgb
    {
        private readonly byte _r;
        private readonly byte _g;
        private readonly byte _b;
    }
}
