using static TorchSharp.torch;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Copies between buffers and tensors of any length; a span over a whole tensor ends at 2 GiB.</summary>
internal static class TensorBytes
{
    private const int LongestSpan = 1 << 30;

    /// <summary>Copies bytes of a tensor: as many as the buffer takes, or as are left.</summary>
    /// <param name="flat">[elements], on the CPU, contiguous.</param>
    /// <param name="offset">The first byte in the tensor.</param>
    /// <returns>How many.</returns>
    public static int Read(Tensor flat, long offset, Span<byte> to)
    {
        var count = (int)Math.Min(Math.Min(to.Length, LongestSpan), (flat.numel() * flat.ElementSize) - offset);
        if (count <= 0)
            return 0;
        using var slice = Slice(flat, offset, count);
        slice.bytes.Slice((int)(offset % flat.ElementSize), count).CopyTo(to);
        return count;
    }

    /// <summary>Copies a buffer into a tensor, at most 1 GiB.</summary>
    /// <param name="flat">[elements], on the CPU, contiguous, without gradient.</param>
    /// <param name="offset">The first byte in the tensor.</param>
    public static void Write(ReadOnlySpan<byte> from, Tensor flat, long offset)
    {
        using var slice = Slice(flat, offset, from.Length);
        from.CopyTo(slice.bytes.Slice((int)(offset % flat.ElementSize), from.Length));
    }

    /// <summary>The elements that the bytes lie in.</summary>
    private static Tensor Slice(Tensor flat, long offset, int count)
    {
        var first = offset / flat.ElementSize;
        var end = (offset + count + flat.ElementSize - 1) / flat.ElementSize;
        return flat.narrow(0, first, end - first);
    }
}
