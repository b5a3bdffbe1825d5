namespace ContrastivePipeline.Workflow.Stages;

/// <summary>What a store may delete after a time, because nothing but an interrupted training needs it: everything below <c>expiring/</c>.
/// The lifecycle rule of <c>infra/azure/modules/storage.bicep</c> names this folder.</summary>
public static class ExpiringArtifacts
{
    /// <summary>The folder, with its '/'.</summary>
    public const string Folder = "expiring/";

    private const string Stages = "stages/";

    /// <summary>Whether a store may have deleted what was at a path.</summary>
    public static bool Includes(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(Folder, StringComparison.Ordinal);
    }

    /// <summary>The folder for what expires of a stage, without a trailing '/'.</summary>
    /// <param name="stage">The stage's own folder, for example <c>stages/train/clip-seed-1-steps-0-100-0123456789ab</c>.</param>
    internal static string PrefixOf(string stage) => Folder + (stage.StartsWith(Stages, StringComparison.Ordinal) ? stage[Stages.Length..] : stage);
}
