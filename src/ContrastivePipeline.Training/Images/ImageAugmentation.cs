using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Training.Images;

/// <summary>Random changes of training images.</summary>
/// <param name="Shift">Greatest shift in each direction, pixels; the border is repeated.</param>
/// <param name="Flip">Whether half of the images are mirrored left to right.</param>
/// <param name="Zoom">Greatest change of size about the centre, as a share: 0.2 draws from 0.8 to 1.2; the border is repeated.</param>
/// <param name="Tint">Greatest change of each channel's brightness, as a share: 0.2 multiplies by 0.8 to 1.2.</param>
public sealed record ImageAugmentation(int Shift = 0, bool Flip = false, double Zoom = 0, double Tint = 0) : Augmentation
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsNone => this is { Shift: 0, Flip: false, Zoom: 0, Tint: 0 };

    /// <inheritdoc/>
    public override IMediaChange Draw(MediaInput input, Randomness random) => Draw(((ImageInput)input).Side, random);

    /// <summary>Writes a changed copy of an image.</summary>
    /// <param name="source">[side, side, 3], one byte a channel.</param>
    /// <param name="target">[side, side, 3].</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target, int side, Randomness random) =>
        Draw(side, random).Apply(source, target);

    /// <summary>Draws the change of one image.</summary>
    /// <param name="random">A step's stream: its images must be drawn in their order.</param>
    private ImageChange Draw(int side, Randomness random)
    {
        ArgumentNullException.ThrowIfNull(random);
        // The order of these lines is the order of the stream.
        var dx = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var dy = Shift > 0 ? random.Next(2 * Shift + 1) - Shift : 0;
        var mirror = Flip && random.Next(2) == 1;
        var zoom = Zoom > 0 ? 1 + Zoom * Uniform(random) : 1;
        return Tint > 0
            ? new ImageChange(side, dx, dy, mirror, zoom, 1 + Tint * Uniform(random), 1 + Tint * Uniform(random), 1 + Tint * Uniform(random))
            : new ImageChange(side, dx, dy, mirror, zoom, 1, 1, 1);
    }

    /// <summary>A number in [−1, 1).</summary>
    private static double Uniform(Randomness random) => (random.Next() >> 11) * (2.0 / (1L << 53)) - 1;
}

/// <summary>The change of one image.</summary>
/// <param name="Side">Side of the image, pixels.</param>
/// <param name="Dx">Shift to the left, pixels.</param>
/// <param name="Dy">Shift up, pixels.</param>
/// <param name="Mirror">Whether it is mirrored left to right.</param>
/// <param name="Zoom">Factor of its size; 1 leaves it alone.</param>
/// <param name="Red">Factor of the channel's brightness, as those of the others; 1 leaves it alone.</param>
internal sealed record ImageChange(int Side, int Dx, int Dy, bool Mirror, double Zoom, double Red, double Green, double Blue) : IMediaChange
{
    /// <param name="source">[side, side, 3], one byte a channel.</param>
    /// <param name="target">[side, side, 3].</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var side = Side;
        if (Zoom != 1)
            source = Zoomed(source, side, Zoom);
        var from = MemoryMarshal.Cast<byte, Rgb>(source);
        var to = MemoryMarshal.Cast<byte, Rgb>(target);
        for (var y = 0; y < side; y++)
        {
            var row = to.Slice(y * side, side);
            ShiftRow(from.Slice(Math.Clamp(y + Dy, 0, side - 1) * side, side), row, Dx);
            if (Mirror)
                row.Reverse();
        }
        Tint(target, 0, Red);
        Tint(target, 1, Green);
        Tint(target, 2, Blue);
    }

    /// <summary>Bilinear resampling about the centre.</summary>
    private static byte[] Zoomed(ReadOnlySpan<byte> source, int side, double zoom)
    {
        // Weights in 1/256; the same for rows and columns.
        Span<int> first = stackalloc int[side], second = stackalloc int[side], weight = stackalloc int[side];
        var centre = (side - 1) / 2.0;
        for (var i = 0; i < side; i++)
        {
            var at = Math.Clamp(centre + (i - centre) / zoom, 0, side - 1);
            first[i] = (int)at;
            second[i] = Math.Min(first[i] + 1, side - 1);
            weight[i] = (int)Math.Round((at - first[i]) * 256);
        }
        var zoomed = new byte[source.Length];
        for (var y = 0; y < side; y++)
        {
            var upper = source.Slice(first[y] * side * 3, side * 3);
            var lower = source.Slice(second[y] * side * 3, side * 3);
            for (var x = 0; x < side; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var (left, right) = (first[x] * 3 + c, second[x] * 3 + c);
                    var top = upper[left] * (256 - weight[x]) + upper[right] * weight[x];
                    var bottom = lower[left] * (256 - weight[x]) + lower[right] * weight[x];
                    zoomed[(y * side + x) * 3 + c] = (byte)((top * (256 - weight[y]) + bottom * weight[y] + (1 << 15)) >> 16);
                }
            }
        }
        return zoomed;
    }

    private static void Tint(Span<byte> target, int channel, double factor)
    {
        if (factor == 1)
            return;
        Span<byte> table = stackalloc byte[256];
        for (var v = 0; v < table.Length; v++)
            table[v] = (byte)Math.Clamp(Math.Round(v * factor), 0, 255);
        for (var i = channel; i < target.Length; i += 3)
            target[i] = table[target[i]];
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
