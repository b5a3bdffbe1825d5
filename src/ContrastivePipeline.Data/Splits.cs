using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Data;

/// <summary>Names of splits.</summary>
public static class Splits
{
    /// <summary>What encoders are trained on.</summary>
    public const string Train = "train";

    /// <summary>Held-out media of a pairs source.</summary>
    public const string Test = "test";

    /// <summary>Held-out drawings of concepts that are in training in another drawing.</summary>
    public const string Seen = "seen";

    /// <summary>All drawings of concepts that training never sees.</summary>
    public const string Unseen = "unseen";
}

/// <summary>Hashes that are the same on every machine and in every version, for splits and choices.</summary>
internal static class StableHash
{
    /// <summary>The first 64 bits of the SHA-256 of <c>purpose/text</c>.</summary>
    /// <param name="purpose">Keeps choices for different purposes independent.</param>
    public static ulong Of(string purpose, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{purpose}/{text}"), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public static double Fraction(string purpose, string text) => (Of(purpose, text) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="count"/>).</summary>
    public static int Choose(string purpose, string text, int count) => (int)(Of(purpose, text) % (ulong)count);
}
