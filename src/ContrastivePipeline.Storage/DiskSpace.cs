namespace ContrastivePipeline.Storage;

/// <summary>Room on the disks of this machine.</summary>
public static class DiskSpace
{
    private const long NearlyFull = 32 << 20;

    /// <summary>Free bytes on the disk that holds a folder, or would hold it: the nearest folder above that exists counts.</summary>
    public static long FreeBytes(string folder)
    {
        var existing = new DirectoryInfo(Path.GetFullPath(folder));
        while (!existing.Exists && existing.Parent is { } parent)
            existing = parent;
        return new DriveInfo(existing.FullName).AvailableFreeSpace;
    }

    /// <summary>Whether a failed write into a folder is likely a lack of space. False where the folder is unknown.</summary>
    internal static bool IsNearlyFull(string? folder) => folder is not null && FreeBytes(folder) < NearlyFull;
}
