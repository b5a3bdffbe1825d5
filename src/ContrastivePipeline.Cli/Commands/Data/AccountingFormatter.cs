using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Data;
using ContrastivePipeline.Data.Shards;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>Where every source row went, for people.</summary>
internal static class AccountingFormatter
{
    public static void Write(Invocation call, DataAccounting books)
    {
        call.Write($"{TextFormatter.Count(books.SourceRows)} source rows = {TextFormatter.Count(books.Kept)} kept + {TextFormatter.Count(books.Duplicates)} duplicates "
            + $"+ {TextFormatter.Count(books.Quarantined)} quarantined" + (books.Superseded > 0 ? $" + {TextFormatter.Count(books.Superseded)} superseded by refreshes" : ""));
        if (books.Quarantined > 0)
            call.Write("Quarantined: " + string.Join(", ", books.Reasons.OrderByDescending(r => r.Value).Select(r => $"{r.Key} {TextFormatter.Count(r.Value)}")));
    }

    /// <summary>Images that several splits have.</summary>
    public static void Write(Invocation call, IReadOnlyList<SplitCopies> copies)
    {
        foreach (var (split, other, media) in copies)
        {
            call.Write($"Copies across splits: {TextFormatter.Count(media)} {(media == 1 ? "image" : "images")} of '{split}' {(media == 1 ? "is" : "are")} "
                + $"also in '{other}' under other names; remove them, or give all copies of an image one split");
        }
    }
}
