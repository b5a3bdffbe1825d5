using ContrastivePipeline.Cli.Experiments;
using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Workflow.Composition;
using ContrastivePipeline.Workflow.Refreshing;

namespace ContrastivePipeline.Cli.Commands.Serve;

/// <summary>The captions inbox of a server.</summary>
internal static class ServedInbox
{
    /// <summary>Begins to watch it; null, and a notice, where this identity may not use it.</summary>
    public static async Task<InboxWatch?> OpenAsync(
        Invocation call, StoreSession session, LocalPipeline pipeline, CancellationToken cancellationToken)
    {
        try
        {
            var container = await CaptionInbox.OpenAsync(session.Address, cancellationToken);
            var scratch = Path.Combine(call.LocalFolder, "scratch");
            var inbox = new CaptionInbox(container, LocalComposition.Refreshes(pipeline), scratch, new RunNotices(call), call.World.Time);
            return new InboxWatch(inbox, outcome => Announce(call, outcome), text => call.Notice(Failure.HideSecrets(text)), call.World.Time);
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
        { Refresh.Record: { Version: { } version } record } => $"Inbox: {outcome.Path} brought {record.Dataset} from {record.Base} to {version}{Quarantined(outcome)}",
        _ => $"Inbox: {outcome.Path} changed no caption{Quarantined(outcome)}",
    });

    private static string Quarantined(InboxOutcome outcome) => outcome.Refresh?.Record.Rows is { Rejected: > 0 } rows
        ? $"; {rows.Rejected:N0} of its {rows.Read:N0} rows were quarantined, with their reasons in {outcome.MovedTo}.json"
        : "";
}
