using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary>The outcome of a refresh as text.</summary>
internal static class RefreshFormatter
{
    private const int LongestCaption = 60;

    public static void Write(Invocation call, RefreshOutcome outcome)
    {
        var record = outcome.Record;
        WriteCounts(call, record);
        WriteRejected(call, record);
        WriteChanges(call, record.Examples.Changes);
        call.Write("");
        if (record.Version is null)
        {
            call.Write($"No caption changed: {record.Dataset} stays at {record.Base}.");
        }
        else if (outcome.IsDryRun)
        {
            call.Write($"Dry run: nothing was stored. {record.Dataset} stays at {record.Base}.");
        }
        else
        {
            call.Write($"{record.Dataset} is now at {outcome.Current}; {record.Base} is kept. "
                + $"'contrastive data rollback {record.Dataset}' goes back to it.");
        }
        if (record.Version is not null && !outcome.IsDryRun)
            WriteDependents(call, outcome);
    }

    /// <summary>A refresh that made a version, or that was made from it, on one line.</summary>
    public static string Line(RefreshRecord record, string version)
    {
        var rows = record.Rows;
        var what = $"{record.Mode.ToString().ToLowerInvariant()} with {record.FileName}: {Count(rows.Added)} added, "
            + $"{Count(rows.Changed)} changed, {Count(record.Captions.Removed)} removed, {Count(rows.Rejected)} quarantined";
        return record.Version == version ? $"Made of {record.Base} by {what}"
            : record.Version is { } next ? $"Refreshed to {next} by {what}"
            : $"Not changed by {what}";
    }

    /// <summary>Captions that were added, changed or removed, one a line.</summary>
    public static void WriteChanges(Invocation call, IReadOnlyList<CaptionChange> changes)
    {
        if (changes.Count == 0)
            return;
        call.Write("\nFor example:");
        foreach (var change in changes)
        {
            call.Write(change.Kind switch
            {
                CaptionChangeKind.Added => $"  added    {change.MediaId} [{change.CaptionIndex}]  {Cut(change.After)}",
                CaptionChangeKind.Removed => $"  removed  {change.MediaId} [{change.CaptionIndex}]  {Cut(change.Before)}",
                _ => $"  changed  {change.MediaId} [{change.CaptionIndex}]  {Cut(change.Before)}  ->  {Cut(change.After)}",
            });
        }
    }

    private static void WriteCounts(Invocation call, RefreshRecord record)
    {
        var (rows, captions, parts) = (record.Rows, record.Captions, record.Parts);
        call.Write($"{record.Mode.ToString().ToLowerInvariant()} of {record.Dataset}@{record.Base} with {record.FileName}");
        call.Write($"{Count(rows.Read)} rows = {Count(rows.Added)} added + {Count(rows.Changed)} changed + "
            + $"{Count(rows.Unchanged)} unchanged + {Count(rows.Duplicates)} duplicates + {Count(rows.Rejected)} quarantined");
        call.Write($"{Count(captions.Before)} captions before, {Count(captions.Removed)} removed, {Count(captions.After)} after");
        call.Write($"{Count(parts.Written)} of {Count(parts.Captions)} caption parts written, {Bytes(parts.Bytes)}; no images");
    }

    private static void WriteRejected(Invocation call, RefreshRecord record)
    {
        if (record.Rows.Rejected == 0)
            return;
        if (record.Rows.AreAllRejected)
            call.Write("No row of the table could be used.");
        AccountingFormatter.WriteQuarantined(call, record.Reasons);
        foreach (var row in record.Examples.Rejected)
            call.Write($"  {row.Reason}, for example row {row.Row}: {row.Detail}");
        if (record.Rejected is { } all)
            call.Write($"  All of them with their reasons: {all.Path}");
    }

    private static void WriteDependents(Invocation call, RefreshOutcome outcome)
    {
        if (outcome.Dependents.Count == 0)
            return;
        call.Write("\nExperiments that use it, and what runs them on the new version:");
        var table = ConsoleTables.Create("Experiment", "Last run", "On", "Command");
        foreach (var dependent in outcome.Dependents)
            table.Add(dependent.Experiment, dependent.RunId, dependent.Version ?? "", dependent.Command);
        call.Console.Write(table);
    }

    private static string Cut(string? caption) =>
        caption is null ? "" : $"'{ShortText.Cut(caption, LongestCaption)}'";
}
