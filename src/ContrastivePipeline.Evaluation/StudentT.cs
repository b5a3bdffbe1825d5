namespace ContrastivePipeline.Evaluation;

/// <summary>Student's t distribution with any positive number of degrees of freedom, whole or not.</summary>
public static class StudentT
{
    /// <summary>The probability that |T| is at least |t|; 0 for an infinite t. Accurate to about 1e-12 of its value.</summary>
    public static double TwoSided(double t, double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degrees);
        if (double.IsInfinity(t))
            return 0;
        // The regularised incomplete beta function I_x(a, 1/2); its fraction converges fast on one side of its mean, 1 − I_{1−x} on the
        // other.
        double a = degrees / 2, x = degrees / (degrees + (t * t)), rest = t * t / (degrees + (t * t));
        double front = Math.Exp((a * Math.Log(x)) + (0.5 * Math.Log(rest))) * GammaRatio(a) / Math.Sqrt(Math.PI);
        return x < (a + 1) / (a + 2.5) ? front * Fraction(a, 0.5, x) / a : 1 - (front * Fraction(0.5, a, rest) / 0.5);
    }

    /// <summary>The t that |T| reaches with a probability.</summary>
    /// <param name="probability">Between 0 and 1, for example 0.05 for the ends of a 95 % interval.</param>
    public static double Critical(double probability, double degrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        double low = 0, high = 1;
        for (; TwoSided(high, degrees) > probability; high *= 2)
            low = high;
        while (high - low > 1e-12 * high)
        {
            double middle = (low + high) / 2;
            (low, high) = TwoSided(middle, degrees) > probability ? (middle, high) : (low, middle);
        }

        return high;
    }

    // Γ(x + 1/2) / Γ(x): Stirling's series far out, and the way back by Γ(x + 1) = x Γ(x).
    private static double GammaRatio(double x)
    {
        double back = 1;
        for (; x < 30; x++)
            back *= x / (x + 0.5);
        double y = 1 / x;
        double series = 1 + (y * (-1 / 8.0 + (y * (1 / 128.0 + (y * (5 / 1_024.0 + (y * (-21 / 32_768.0 - (y * 399 / 262_144)))))))));
        return back * Math.Sqrt(x) * series;
    }

    // The continued fraction of I_x(a, b) (NIST, Digital Library of Mathematical Functions, 8.17.22), from the front by Lentz's method.
    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        double c = double.PositiveInfinity, d = 1, value = 1;
        for (int m = 0; m < 10_000; m++)
        {
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            if (m > 0)
                Step(m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))));
            double change = Step(odd);
            if (Math.Abs(change - 1) < 1e-15)
                break;
        }

        return value;

        double Step(double coefficient)
        {
            d = 1 / NotZero(1 + (coefficient * d));
            c = NotZero(1 + (coefficient / c));
            value *= c * d;
            return c * d;
        }

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }
}
