namespace ContrastivePipeline.Cli.Experiments;

/// <summary>Finds the experiment file that a user means.</summary>
/// <param name="origins">Folders to look from, upwards, for <c>src/experiments</c> and <c>experiments</c>.</param>
internal sealed class ExperimentLocator(IReadOnlyList<string> origins)
{
    /// <summary>What <c>--help</c> says of the argument.</summary>
    public const string Help = "Path of an experiment file (YAML), or the name of one that comes with the program, for example 'demo'.";

    /// <summary>Looks from the working directory and from the program's folder.</summary>
    public static ExperimentLocator OfProcess() => new([Environment.CurrentDirectory, AppContext.BaseDirectory]);

    /// <summary>Path of the file: the one that is named, else the one of that name among those that come with the program.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public string Find(string text)
    {
        if (File.Exists(text))
            return text;
        if (Directory.Exists(text))
            throw new UsageException($"'{text}' is a folder; give an experiment file in it.");
        if (Path.GetFileName(text) != text || text.Length == 0)
            throw new UsageException($"There is no file '{text}'.");

        var folder = Folder();
        var file = folder is null ? null : Path.Combine(folder, Path.HasExtension(text) ? text : text + ".yaml");
        if (file is not null && File.Exists(file))
            return file;
        var known = folder is null ? [] : Directory.EnumerateFiles(folder, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order().ToArray();
        throw new UsageException($"There is no file '{text}' here and no experiment of that name"
            + (known.Length > 0 ? $"; there are {string.Join(", ", known)}." : "."));
    }

    private string? Folder() => origins
        .SelectMany(Upwards)
        .SelectMany(folder => new[] { Path.Combine(folder, "src", "experiments"), Path.Combine(folder, "experiments") })
        .FirstOrDefault(Directory.Exists);

    private static IEnumerable<string> Upwards(string origin)
    {
        for (var folder = new DirectoryInfo(origin); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
