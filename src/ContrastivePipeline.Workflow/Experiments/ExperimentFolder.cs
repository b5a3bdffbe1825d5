namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Which files of this machine an experiment may name, and what its paths are relative to.</summary>
internal sealed class ExperimentFolder
{
    private readonly string? _root;

    private ExperimentFolder(string? root, bool isConfined) => (_root, IsConfined) = (root, isConfined);

    /// <summary>For a file of the user: paths are relative to its folder and may lead anywhere.</summary>
    public static ExperimentFolder Of(string folder) => new(Path.GetFullPath(folder), isConfined: false);

    /// <summary>For text from elsewhere: paths are relative to the folder and may not leave it; null lets it name no file at all.</summary>
    public static ExperimentFolder Confined(string? folder) => new(folder is null ? null : Path.GetFullPath(folder), isConfined: true);

    /// <summary>Whether the author of the text may not read every file of this machine, nor fetch every address that it reaches.</summary>
    public bool IsConfined { get; }

    /// <summary>The folder that nothing an experiment names may lie outside of, links followed; null where it may lie anywhere.</summary>
    internal string? Root => IsConfined ? _root : null;

    /// <summary>Full path of the file that a key names; a problem where it may not be named or is not there.</summary>
    internal string FileOf(ConfigSection section, string key) => Find(section, key, "file", File.Exists);

    /// <summary>Full path of the folder that a key names; a problem where it may not be named or is not there.</summary>
    internal string FolderOf(ConfigSection section, string key) => Find(section, key, "folder", Directory.Exists);

    private string Find(ConfigSection section, string key, string kind, Func<string, bool> exists)
    {
        var name = section.PathOf(key);
        var text = section.Text(key) ?? "";
        if (text.Contains('\0'))
        {
            section.Fail(key, $"{name} holds a zero character, which no path has");
            return "";
        }
        if (IsConfined && Refusal(text) is { } refusal)
        {
            section.Fail(key, $"{name} {refusal}");
            return text;
        }
        var path = Path.GetFullPath(text, _root!);
        if (section.Has(key) && !exists(path))
        {
            section.Fail(key, IsConfined
                ? $"{name}: there is no {kind} '{text}' in the data folder of the server"
                : $"{name}: there is no {kind} '{path}'; the path is relative to the experiment file");
        }
        return path;
    }

    // Says nothing of files outside, not even whether they are there.
    private string? Refusal(string text)
    {
        if (_root is null)
        {
            return "names a file of the server, which was started without a data folder: use a stored dataset, or an experiment that the "
                + "server has";
        }
        var relative = Path.GetRelativePath(_root, Path.GetFullPath(text, _root));
        if (Path.IsPathRooted(text) || Path.IsPathRooted(relative) || relative.Split(Path.DirectorySeparatorChar)[0] == "..")
            return "must be relative to the data folder of the server and stay inside it";
        return GoesThroughLink(relative) ? "goes through a symbolic link, which might leave the data folder of the server" : null;
    }

    private bool GoesThroughLink(string relative)
    {
        var path = _root!;
        foreach (var step in relative.Split(Path.DirectorySeparatorChar))
        {
            path = Path.Combine(path, step);
            if (new FileInfo(path).LinkTarget is not null)
                return true;
        }
        return false;
    }
}
