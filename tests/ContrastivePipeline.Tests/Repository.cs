namespace ContrastivePipeline.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Full path of its folder.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ContrastivePipeline.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests run from their build output inside a checkout.");
    }
}
