using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data</c>: the commands of a data engineer.</summary>
internal sealed class DataCommand : Command
{
    /// <summary>Help text of an argument that names a dataset version.</summary>
    public const string VersionHelp = "Name of a dataset for its current version, or NAME@VERSION.";

    public DataCommand(CliEnvironment environment)
        : base("data", "Prepares, shows, checks and refreshes datasets.")
    {
        Add(new PrepareCommand(environment));
        Add(new InspectCommand(environment));
        Add(new VerifyCommand(environment));
        Add(new RefreshCommand(environment));
        Add(new VersionsCommand(environment));
        Add(new DiffCommand(environment));
        Add(new UseCommand(environment));
        Add(new RollbackCommand(environment));
        Add(new GarbageCommand(environment));
    }
}

/// <summary>The accounting of source rows as text.</summary>
internal static class AccountingFormatter
{
    public static void Write(Invocation call, DataAccounting books)
    {
        call.Write($"{Count(books.SourceRows)} source rows = {Count(books.Kept)} kept + {Count(books.Duplicates)} duplicates "
            + $"+ {Count(books.Quarantined)} quarantined"
            + (books.Superseded > 0 ? $" + {Count(books.Superseded)} superseded by refreshes" : ""));
        if (books.Quarantined > 0)
            WriteQuarantined(call, books.Reasons);
    }

    /// <summary>Writes how many rows were quarantined for each reason, the most frequent first.</summary>
    public static void WriteQuarantined(Invocation call, IReadOnlyDictionary<string, long> reasons) =>
        call.Write("Quarantined: "
            + string.Join(", ", reasons.OrderByDescending(reason => reason.Value).Select(reason => $"{reason.Key} {Count(reason.Value)}")));

    /// <summary>Writes a line for each pair of splits that share images.</summary>
    public static void Write(Invocation call, IReadOnlyList<SplitCopies> copies)
    {
        foreach (var (split, other, media) in copies)
        {
            call.Write($"Copies across splits: {Count(media)} {(media == 1 ? "image" : "images")} of '{split}' "
                + $"{(media == 1 ? "is" : "are")} also in '{other}' under other names; remove them, "
                + "or give all copies of an image one split");
        }
    }
}
