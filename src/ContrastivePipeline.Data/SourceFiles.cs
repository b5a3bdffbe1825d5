using System.Runtime.InteropServices;

namespace ContrastivePipeline.Data;

/// <summary>Checks files that a source names: only regular files are opened, and none outside the folder that a source is confined
/// to.</summary>
internal static partial class SourceFiles
{
    /// <summary>Longer files are no images of a dataset: 256 MiB.</summary>
    public const long MaxImageLength = 256L << 20;

    private const int MaxLinks = 40;

    /// <summary>The real path of a file, every link on the way followed; null where it lies outside <paramref name="folder"/>.</summary>
    /// <param name="folder">The folder that must not be left; its own path may have links.</param>
    /// <param name="path">Full path.</param>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static string? Confine(string folder, string path)
    {
        var (root, real) = (RealPath(folder), RealPath(path));
        var relative = Path.GetRelativePath(root, real);
        return Path.IsPathRooted(relative) || relative.Split(Path.DirectorySeparatorChar)[0] == ".." ? null : real;
    }

    /// <summary>As <see cref="Confine"/>, but null instead of an exception where links lead in a circle.</summary>
    public static string? TryConfine(string folder, string path)
    {
        try
        {
            return Confine(folder, path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>What is at a path where a file should be, if it is something that must not be opened: reading a pipe or a device may never
    /// end. Null for a file, and where nothing is.</summary>
    public static string? FindOther(string path)
    {
        if (Directory.Exists(path))
            return "a folder";
        return OperatingSystem.IsLinux() && KindOnLinux(path) is { } kind && kind != RegularFile ? "a pipe, a socket or a device" : null;
    }

    private static string RealPath(string path)
    {
        var real = Path.GetPathRoot(Path.GetFullPath(path))!;
        var steps = new Stack<string>();
        Push(Path.GetFullPath(path));
        for (var links = 0; steps.TryPop(out var step);)
        {
            if (step is "" or ".")
                continue;
            if (step == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, step);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new IOException("Symbolic links lead in a circle.");
            if (Path.IsPathRooted(target))
                real = Path.GetPathRoot(target)!;

            Push(target);
        }

        return real;

        void Push(string relative)
        {
            var names = relative[Path.GetPathRoot(relative)!.Length..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
            foreach (var name in names.Reverse())
                steps.Push(name);
        }
    }

    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    // .NET distinguishes files from folders only. Null where the system call fails: opening the file then reports the error.
    private static unsafe int? KindOnLinux(string path)
    {
        const int currentFolder = -100, typeOnly = 1, length = 256, modeOffset = 28;
        var status = stackalloc byte[length];
        try
        {
            return Statx(currentFolder, path, 0, typeOnly, status) == 0 ? *(ushort*)(status + modeOffset) & FileTypeMask : null;
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
