namespace ContrastivePipeline.Data.Images;

/// <summary>For one axis: which source samples make each target sample, and with what weights. The arithmetic is PIL's
/// (src/libImaging/Resample.c, 8 bits a channel): Catmull-Rom family with a = -0.5, widened by the scale when shrinking, weights normalised
/// in double precision and then rounded to 22-bit fixed point.</summary>
internal sealed class BicubicTaps
{
    /// <summary>Bits after the point in <see cref="Weights"/>.</summary>
    public const int Precision = 32 - 8 - 2;

    private BicubicTaps(int targets, int stride)
    {
        First = new int[targets];
        Count = new int[targets];
        Weights = new int[targets * stride];
        Stride = stride;
    }

    /// <summary>First source sample of each target sample.</summary>
    public int[] First { get; }

    /// <summary>Number of source samples of each target sample.</summary>
    public int[] Count { get; }

    /// <summary>Fixed-point weights [targets, <see cref="Stride"/>].</summary>
    public int[] Weights { get; }

    /// <summary>Weights reserved for each target sample.</summary>
    public int Stride { get; }

    public static BicubicTaps Create(int sources, int targets)
    {
        var scale = (double)sources / targets;
        var widening = Math.Max(scale, 1.0);
        var support = 2.0 * widening;
        var narrowing = 1.0 / widening;
        var taps = new BicubicTaps(targets, ((int)Math.Ceiling(support) * 2) + 1);
        var raw = new double[taps.Stride];
        for (var target = 0; target < targets; target++)
        {
            var centre = (target + 0.5) * scale;
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), sources) - first;
            var sum = 0.0;
            for (var i = 0; i < count; i++)
            {
                raw[i] = Bicubic((i + first - centre + 0.5) * narrowing);
                sum += raw[i];
            }

            for (var i = 0; i < count; i++)
            {
                var weight = (sum != 0.0 ? raw[i] / sum : raw[i]) * (1 << Precision);
                taps.Weights[(target * taps.Stride) + i] = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            }

            taps.First[target] = first;
            taps.Count[target] = count;
        }

        return taps;
    }

    private static double Bicubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1.0)
            return ((((a + 2.0) * x) - (a + 3.0)) * x * x) + 1;
        return x < 2.0 ? ((((((x - 5) * x) + 8) * x) - 4) * a) : 0.0;
    }
}
