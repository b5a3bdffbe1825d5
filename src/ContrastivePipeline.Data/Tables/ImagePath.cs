using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Tables;

/// <summary>Checks and normalises what an image column says.</summary>
internal static partial class ImagePath
{
    /// <summary>The path under the image folder, '/' between folders, or what is wrong with it.</summary>
    /// <param name="column">Its column, for messages.</param>
    /// <param name="place">Where the images are; null where only names are known, which are then tidied up.</param>
    public static (string Path, SourceFault? Fault) Normalise(string text, string column, ImagePlace? place = null)
    {
        var tidy = CaptionNumber().Replace(text.Trim(), "").Replace('\\', '/');
        if (tidy.Length == 0 || text == TableText.DatabaseNull)
            return Fault("empty-image", "The row names no image; write its path.");
        if (TableText.FindControl(text.Trim()) is { } control)
            return Fault("control-character", $"The path of the image contains the control character {control}; remove it.");
        if (Scheme().IsMatch(tidy))
            return Fault("image-is-url", $"'{Head(text.Trim())}' is an address; fetch the image and write the path of its file.");

        // A name is taken as it stands if there is such a file, for every character but '/' may be part of one. Otherwise blanks
        // around it, a Flickr token file's caption number ('name.jpg#0') and Windows' separators are not.
        if (place is not null && text != tidy)
        {
            foreach (var candidate in Candidates(text))
            {
                if (Fold(candidate, place) is ({ Length: > 0 } found, null) && place.Has(found))
                    return (found, null);
            }
        }

        var (path, problem) = Fold(tidy, place);
        return problem switch
        {
            null when path.Length > 0 => (path, null),
            null => Fault("empty-image", $"'{tidy}' is the image folder itself; write the path of an image."),
            _ => Fault("path-outside-root", $"'{tidy}' {problem}"),
        };

        (string, SourceFault?) Fault(string reason, string detail) => ("", new SourceFault(column, reason, detail));
    }

    private static IEnumerable<string> Candidates(string text)
    {
        foreach (var name in new[] { text, text.Trim() }.Distinct())
        {
            yield return name;
            yield return name.Replace('\\', '/');
            yield return CaptionNumber().Replace(name, "");
        }
    }

    private static (string Path, string? Problem) Fold(string path, ImagePlace? place)
    {
        if (path.StartsWith('/') || Drive().IsMatch(path))
        {
            if (place?.Relative(path) is not { } relative)
            {
                return ("", place is null or { IsConfined: true }
                    ? "is absolute; write it relative to the image folder."
                    : $"is absolute and outside the image folder {place.Folder}; write it relative to that folder, or name another.");
            }

            path = relative;
        }

        var folders = new List<string>();
        foreach (var folder in path.Split('/'))
        {
            if (folder is "" or ".")
                continue;
            if (folder != "..")
            {
                folders.Add(folder);
            }
            else if (folders.Count > 0)
            {
                folders.RemoveAt(folders.Count - 1);
            }
            else
            {
                return ("", "leaves the image folder; move the image into it.");
            }
        }

        return (string.Join('/', folders), null);
    }

    private static string Head(string text) => text.Length <= 200 ? text : text[..200] + "…";

    [GeneratedRegex(@"(?<=\.[A-Za-z]{3,4})#\d+\z")]
    private static partial Regex CaptionNumber();

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9+.-]*://|data:image/)")]
    private static partial Regex Scheme();

    // 'c:name.png' is a file's name where there are no drives; a single letter before ':\' is a drive wherever the table comes from.
    private static Regex Drive() => OperatingSystem.IsWindows() ? AnyDrive() : DriveRoot();

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex AnyDrive();

    [GeneratedRegex(@"^[A-Za-z]:[\\/]")]
    private static partial Regex DriveRoot();
}

/// <summary>The folder that images are in.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="IsConfined">Whether the table is untrusted: messages then do not reveal where the folder is, and absolute paths are
/// refused.</param>
internal sealed record ImagePlace(string Folder, bool IsConfined)
{
    /// <param name="path">Relative to the folder.</param>
    public bool Has(string path) => File.Exists(Path.Combine(Folder, path));

    /// <summary>An absolute path relative to the folder; null where it is not below it, or must not be used.</summary>
    public string? Relative(string path)
    {
        if (IsConfined || !Path.IsPathFullyQualified(path))
            return null;
        var relative = Path.GetRelativePath(Folder, path);
        return Path.IsPathRooted(relative) || relative.Split(Path.DirectorySeparatorChar)[0] == ".."
            ? null
            : relative.Replace(Path.DirectorySeparatorChar, '/');
    }
}
