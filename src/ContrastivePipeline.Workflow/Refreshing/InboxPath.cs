namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>The path of a file in the inbox: <c>{dataset}/{mode}/{file}</c>.</summary>
internal sealed record InboxPath(string Dataset, RefreshMode Mode, string File)
{
    /// <summary>Where files lie that were refreshed with.</summary>
    public const string Done = "done";

    /// <summary>Where files lie that could not be refreshed with.</summary>
    public const string Failed = "failed";

    /// <summary>Where the inbox keeps a lock for each dataset.</summary>
    public const string Locks = "locks";

    /// <summary>Whether a folder is the inbox's own and no dataset's.</summary>
    public static bool IsReserved(string folder) => folder is Done or Failed or Locks;

    /// <summary>The lock of the files that are taken one after the other: those of one dataset, and those that are of none.</summary>
    public static string LockOf(string path) => $"{Locks}/{(path.Split('/') is [var dataset, _, _] ? dataset : "-misplaced")}";

    /// <exception cref="FormatException">It is none; the message says where the file belongs.</exception>
    public static InboxPath Parse(string path)
    {
        if (path.Split('/') is not [var dataset, var mode, var file])
        {
            throw new FormatException($"'{path}' is not where a caption table belongs, which is DATASET/MODE/FILE, for example "
                + $"cc3m/patch/{path.Split('/')[^1]}.");
        }
        return Enum.GetValues<RefreshMode>().Where(m => m.ToString().Equals(mode, StringComparison.OrdinalIgnoreCase))
            .ToArray() is [var known]
            ? new InboxPath(dataset, known, file)
            : throw new FormatException(
                $"'{path}': '{mode}' is no mode; put the file into {dataset}/patch, {dataset}/replace or {dataset}/append.");
    }

    /// <summary>Where a file is moved to, with its upload time in the name: two files may have one name.</summary>
    public static string Target(string folder, BlobEntry entry)
    {
        var slash = entry.Artifact.Path.LastIndexOf('/') + 1;
        return $"{folder}/{entry.Artifact.Path[..slash]}{entry.LastModified.UtcDateTime:yyyyMMdd-HHmmss}-{entry.Artifact.Path[slash..]}";
    }
}
