namespace ContrastivePipeline.Storage;

/// <summary>Finds the files that belong to the program: those of the clone it was built in, or those beside it. Never those of the working
/// directory: its owner must not decide which code a program that is started there runs.</summary>
public static class ProgramFolder
{
    private const string Solution = "ContrastivePipeline.sln";
    private const string Outputs = "artifacts";

    /// <summary>Finds a folder of the program.</summary>
    /// <param name="inClone">Its path from the root of the repository, with '/', for example <c>src/experiments</c>.</param>
    /// <param name="besideProgram">Its path from the program's own folder.</param>
    /// <returns>Full path; null where there is none.</returns>
    public static string? Find(string inClone, string besideProgram) => Find(AppContext.BaseDirectory, inClone, besideProgram);

    internal static string? Find(string program, string inClone, string besideProgram)
    {
        string[] candidates = CloneOf(program) is { } clone
            ? [Path.Combine(clone, inClone), Path.Combine(program, besideProgram)]
            : [Path.Combine(program, besideProgram)];
        return candidates.Select(Path.GetFullPath).FirstOrDefault(Directory.Exists);
    }

    // Every build puts a program below artifacts/ of its clone (UseArtifactsOutput).
    private static string? CloneOf(string program)
    {
        for (var folder = new DirectoryInfo(program); folder.Parent is { } parent; folder = parent)
        {
            if (folder.Name == Outputs)
                return File.Exists(Path.Combine(parent.FullName, Solution)) ? parent.FullName : null;
        }

        return null;
    }
}
