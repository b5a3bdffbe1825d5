namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>The experiments that come with the program.</summary>
/// <param name="folder">Folder of their files; null where there is none.</param>
public sealed class ExperimentLibrary(string? folder)
{
    private const string Extension = ".yaml";

    /// <summary>Those of the clone that the program was built in, else those beside it.</summary>
    public static ExperimentLibrary OfProcess() => new(ProgramFolder.Find("src/experiments", "experiments"));

    /// <summary>Names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => folder is null
        ? []
        : [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>Path of an experiment's file, or null where there is none of that name.</summary>
    public string? PathOf(string name) => Names.Contains(name) ? Path.Combine(folder!, name + Extension) : null;
}
