namespace ContrastivePipeline.Tests;

/// <summary>The folder <c>shared/</c> beside the checkout: real data and golden cases that the repository does not carry.</summary>
internal static class Shared
{
    /// <summary>Full path of the folder, or null where there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A path inside the folder; skips the running test, saying why, where it is absent.</summary>
    /// <param name="relativePath">For example <c>data/tokenizer/clip_reference.jsonl</c>.</param>
    public static string Require(string relativePath)
    {
        Assert.SkipWhen(Folder is null, $"Needs '{relativePath}' of a folder 'shared' beside the checkout, which is absent.");
        string path = Path.Combine(Folder!, relativePath);
        Assert.SkipUnless(Path.Exists(path), $"Needs '{relativePath}', which the folder 'shared' lacks.");
        return path;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(Path.Combine(candidate, "golden")) || Directory.Exists(Path.Combine(candidate, "data")))
                return candidate;
        }

        return null;
    }
}
