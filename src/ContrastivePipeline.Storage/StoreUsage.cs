namespace ContrastivePipeline.Storage;

/// <summary>What was asked of a store.</summary>
/// <param name="Requests">HTTP requests, repeated ones among them.</param>
/// <param name="Writes">Those of them that write or list, which Azure prices alike and at about ten times the others.</param>
/// <param name="BytesSent">Bytes of request bodies.</param>
/// <param name="BytesReceived">Bytes of response bodies.</param>
/// <param name="BytesStored">Bytes of blobs that were written and not deleted again.</param>
public sealed record StoreUsage(long Requests, long Writes, long BytesSent, long BytesReceived, long BytesStored)
{
    /// <summary>Nothing.</summary>
    public static StoreUsage None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>The sum.</summary>
    public static StoreUsage operator +(StoreUsage left, StoreUsage right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new StoreUsage(
            left.Requests + right.Requests, left.Writes + right.Writes, left.BytesSent + right.BytesSent,
            left.BytesReceived + right.BytesReceived, left.BytesStored + right.BytesStored);
    }
}
