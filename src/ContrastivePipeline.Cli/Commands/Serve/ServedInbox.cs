namespace ContrastivePipeline.Cli.Commands.Serve;

/// <summary>The captions inbox of a server.</summary>
internal static class ServedInbox
{
    /// <summary>Starts to watch the inbox; returns null, with a notice, where the signed-in identity has no access.</summary>
    public static async Task<InboxWatch?> OpenAsync(
        Invocation call, StoreSession session, LocalPipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            var container = await CaptionInbox.OpenAsync(session.Address, cancellationToken);
            var scratch = call.ScratchFolder;
            var inbox =
                new CaptionInbox(container, LocalComposition.Refreshes(pipeline), scratch, new RunNotices(call), call.Environment.Time);
            return new InboxWatch(
                inbox, outcome => Announce(call, outcome), text => call.Notice(Failure.HideSecrets(text)), call.Environment.Time);
        }
        catch (StoreAccessDeniedException denied)
        {
            call.Notice(Failure.HideSecrets($"The captions inbox is not watched: {denied.Message}"));
            return null;
        }
    }

    private static void Announce(Invocation call, InboxOutcome outcome) => call.Notice(outcome switch
    {
        { Error: { } error } => Failure.HideSecrets($"Inbox: {outcome.Path} failed and lies in {outcome.MovedTo}: {error}"),
        { Refresh.Record: { Version: { } version } record } =>
            $"Inbox: {outcome.Path} brought {record.Dataset} from {record.Base} to {version}{Quarantined(outcome)}",
        _ => $"Inbox: {outcome.Path} changed no caption{Quarantined(outcome)}",
    });

    private static string Quarantined(InboxOutcome outcome) => outcome.Refresh?.Record.Rows is { Rejected: > 0 } rows
        ? $"; {rows.Rejected:N0} of its {rows.Read:N0} rows were quarantined, with their reasons in {outcome.MovedTo}.json"
        : "";
}

/// <summary>Notices of a server: starts and ends of runs, and failures. The dashboard shows the rest.</summary>
internal sealed class RunNotices(Invocation call) : IRunObserver
{
    public void Observe(RunEvent happened)
    {
        if (happened is not StageEvent or StageFailed { Interrupted: false } && RunLogLine.Of(happened) is { } line)
            call.Notice(Failure.HideSecrets($"{TimeZoneInfo.ConvertTime(line.At, call.Environment.Time.LocalTimeZone):HH:mm:ss} {line}"));
    }
}
