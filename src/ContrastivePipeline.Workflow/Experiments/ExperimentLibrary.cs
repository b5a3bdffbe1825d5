namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>The experiments that come with the program.</summary>
/// <param name="folder">Folder of their files; null where there is none.</param>
public sealed class ExperimentLibrary(string? folder)
{
    private const string Extension = ".yaml";

    /// <summary>Looks from some folders upwards for <c>src/experiments</c> or <c>experiments</c>.</summary>
    public static ExperimentLibrary FindFrom(params IEnumerable<string> origins) => new(origins
        .SelectMany(Upwards)
        .SelectMany(folder => new[] { Path.Combine(folder, "src", "experiments"), Path.Combine(folder, "experiments") })
        .FirstOrDefault(Directory.Exists));

    /// <summary>Looks from the working directory and from the program's folder.</summary>
    public static ExperimentLibrary OfProcess() => FindFrom(Environment.CurrentDirectory, AppContext.BaseDirectory);

    /// <summary>Names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => folder is null
        ? []
        : [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>Path of an experiment's file, or null where there is none of that name.</summary>
    public string? PathOf(string name) => Names.Contains(name) ? Path.Combine(folder!, name + Extension) : null;

    private static IEnumerable<string> Upwards(string origin)
    {
        for (var folder = new DirectoryInfo(origin); folder is not null; folder = folder.Parent)
            yield return folder.FullName;
    }
}
