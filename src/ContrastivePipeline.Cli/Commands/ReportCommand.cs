using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace ContrastivePipeline.Cli.Commands;

/// <summary><c>contrastive report RUN</c>: writes a run's report into a folder, and opens it.</summary>
internal sealed class ReportCommand : CliCommand
{
    private readonly Argument<string> _run = WordArgument.Create("RUN", RunFinder.Help, RunFinder.Latest);

    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for the report. Default: reports/RUN in the local folder.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _open = new("--open") { Description = "Open it in the browser." };

    public ReportCommand(CliEnvironment environment)
        : base("report", "Writes a run's report: report.html, results.csv, results.json, costs.csv.", environment)
    {
        Add(_run);
        Add(_out);
        Add(_open);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var wanted = call.Get(_out) is { } named ? OutputFolder.Require("--out", named) : null;
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var run = await RunFinder.FindAsync(session.Runs, call.Get(_run), cancellationToken);
        var report = await new RunProducts(session.Store, run).ReadReportAsync(cancellationToken);
        var page = await ReportFolder.WriteAsync(
            session.Store, report, wanted ?? ReportFolder.Default(call, run.Id), cancellationToken);
        if (call.Json)
        {
            call.WriteJson(new { RunId = run.Id, Report = page });
        }
        else
        {
            call.Write(page);
        }
        if (call.Get(_open))
            Open(call, page);
        return ExitCode.Done;
    }

    private static void Open(Invocation call, string page)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(page) { UseShellExecute = true });
        }
        catch (Win32Exception none)
        {
            call.Notice($"No browser could be started ({none.Message}). Open the file yourself.");
        }
    }
}
