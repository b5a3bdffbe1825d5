using ContrastivePipeline.Workflow.Experiments;

namespace ContrastivePipeline.Cli.Experiments;

/// <summary>Finds the experiment file that a user means.</summary>
/// <param name="library">The experiments that come with the program.</param>
internal sealed class ExperimentLocator(ExperimentLibrary library)
{
    /// <summary>What <c>--help</c> says of the argument.</summary>
    public const string Help = "Path of an experiment file (YAML), or the name of one that comes with the program, for example 'demo'.";

    /// <summary>For those that come with this program.</summary>
    public static ExperimentLocator OfProcess() => new(ExperimentLibrary.OfProcess());

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
        return library.PathOf(Path.HasExtension(text) ? Path.GetFileNameWithoutExtension(text) : text)
            ?? throw new UsageException($"There is no file '{text}' here and no experiment of that name"
                + (library.Names is { Count: > 0 } known ? $"; there are {string.Join(", ", known)}." : "."));
    }
}
