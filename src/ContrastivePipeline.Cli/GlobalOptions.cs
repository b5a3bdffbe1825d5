using System.CommandLine;

namespace ContrastivePipeline.Cli;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    public const string StoreVariable = "CONTRASTIVE_STORE";
    public const string LocalVariable = "CONTRASTIVE_LOCAL";

    public static Option<string?> Store { get; } = new("--store")
    {
        Description = $"Artifact store: a connection string, or the URL of an account or container to sign in to with your Azure identity. "
            + $"Default: {StoreVariable}, else a local Azurite.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    public static Option<string?> Local { get; } = new("--local")
    {
        Description = $"Folder of the local store, reports and scratch files. Default: {LocalVariable}, else .contrastive.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "JSON for scripts instead of text.", Recursive = true };

    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "No colors (also: NO_COLOR).", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Stack traces with errors.", Recursive = true };

    public static IEnumerable<Option> All => [Store, Local, Json, NoColor, Verbose];
}
