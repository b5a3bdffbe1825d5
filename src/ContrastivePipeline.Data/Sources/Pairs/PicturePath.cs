using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Sources.Pairs;

/// <summary>Checks and normalises what an image column says.</summary>
internal static partial class PicturePath
{
    /// <summary>The path under the picture folder, '/' between folders, or what is wrong with it.</summary>
    /// <param name="text">The field.</param>
    /// <param name="column">Its column, for messages.</param>
    public static (string Path, SourceFault? Fault) Normalise(string text, string column)
    {
        // Flickr's token files number the captions of a picture: 'name.jpg#0'.
        var path = CaptionNumber().Replace(text.Trim(), "");
        if (path.Length == 0) return Fault("empty-image", "The row names no picture; write its path.");
        if (TableText.FindControl(path) is { } control)
            return Fault("control-character", $"The path of the picture contains the control character {control}; remove it.");
        if (Scheme().IsMatch(path)) return Fault("image-is-url", $"'{path}' is an address; fetch the picture and write the path of its file.");

        path = path.Replace('\\', '/');
        if (path[0] == '/' || Drive().IsMatch(path))
            return Fault("path-outside-root", $"'{path}' is absolute; write it relative to the picture folder.");
        var folders = new List<string>();
        foreach (var folder in path.Split('/'))
        {
            if (folder is "" or ".") continue;
            if (folder != "..") folders.Add(folder);
            else if (folders.Count > 0) folders.RemoveAt(folders.Count - 1);
            else return Fault("path-outside-root", $"'{path}' leaves the picture folder; move the picture into it.");
        }

        return folders.Count > 0
            ? (string.Join('/', folders), null)
            : Fault("empty-image", $"'{path}' is the picture folder itself; write the path of a picture.");

        (string, SourceFault?) Fault(string reason, string detail) => ("", new SourceFault(column, reason, detail));
    }

    [GeneratedRegex(@"(?<=\.[A-Za-z]{3,4})#\d+\z")]
    private static partial Regex CaptionNumber();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Scheme();

    [GeneratedRegex("^[A-Za-z]:")]
    private static partial Regex Drive();
}
