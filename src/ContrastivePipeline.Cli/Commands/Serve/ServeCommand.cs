using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;

namespace ContrastivePipeline.Cli.Commands.Serve;

/// <summary><c>contrastive serve</c>: the API and the dashboard over the local host.</summary>
internal sealed class ServeCommand : CliCommand
{
    // Readers get an error soon when the store is unavailable; runs keep the default timeouts.
    private static readonly ArtifactStoreOptions Readers = new()
    {
        RetryFor = TimeSpan.FromSeconds(10),
        AttemptTimeout = TimeSpan.FromSeconds(10),
    };

    private readonly Option<string> _url = new("--url")
    {
        Description = "Where to listen; port 0 takes a free one. An address that other machines reach needs API keys.",
        HelpName = "URL",
        DefaultValueFactory = _ => ListenAddress.Default,
    };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = $"File with API keys, one a line, at least {ApiKeys.ShortestKey} characters each. Also: {ApiKeys.Variable}.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _noRuns =
        new("--no-runs") { Description = "Show runs and datasets, but start, cancel, resume and refresh none." };

    private readonly Option<bool> _noInbox = new("--no-inbox") { Description = "Do not watch the captions inbox." };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder whose files the YAML of a request may name. Default: none.",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _proxy = new("--proxy")
    {
        Description = "Proxy whose X-Forwarded-Proto is trusted; may be given several times. Proxies on this machine are trusted.",
        HelpName = "IP",
    };

    public ServeCommand(CliEnvironment environment)
        : base("serve", "Serves the API and the dashboard until Ctrl-C.", environment)
    {
        Add(_url);
        Add(_keyFile);
        Add(_noRuns);
        Add(_noInbox);
        Add(_data);
        Add(_proxy);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var keys = ApiKeys.Read(call.Get(_keyFile), call.Environment.Variable(ApiKeys.Variable));
        var options = new WebOptions(ListenAddress.Parse(call.Get(_url)!), keys)
        {
            Proxies = [.. (call.Get(_proxy) ?? []).Select(ProxyOf)],
        };
        await using var session = await call.OpenStoreAsync(cancellationToken);
        using var pipeline = LocalComposition.Open(session, call);
        await using var control = ControlOf(call, pipeline);
        var parts = new WebParts(await ArtifactStore.OpenAsync(session.Address, Readers, cancellationToken))
        {
            Control = control,
            Refreshes = control is null ? null : LocalComposition.Refreshes(pipeline),
            Experiments = ExperimentLibrary.OfProcess(),
            Time = call.Environment.Time,
            Notice = text => call.Notice(Failure.HideSecrets(text)),
        };
        await using var web = ContrastiveWeb.Build(parts, options);
        await ContrastiveWeb.StartAsync(web, options, cancellationToken);
        Announce(call, web, options);
        try
        {
            await using var inbox =
                control is null || call.Get(_noInbox) ? null : await ServedInbox.OpenAsync(call, session, pipeline, cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            call.Notice("Stopping; runs stop at their next checkpoints and can be resumed. Press Ctrl-C again to stop at once.");
        }
        await web.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private LocalRunControl? ControlOf(Invocation call, LocalPipeline pipeline)
    {
        if (call.Get(_noRuns))
            return null;
        var folder = call.Get(_data);
        if (folder is not null && !Directory.Exists(folder))
            throw new UsageException($"--data {folder}: there is no such folder.");
        return new LocalRunControl(
            pipeline, LocalComposition.Requests(call),
            new LocalRunControlOptions { DataFolder = folder is null ? null : Path.GetFullPath(folder) },
            new RunNotices(call));
    }

    private static IPAddress ProxyOf(string text) =>
        IPAddress.TryParse(text, out var ip) ? ip
            : throw new UsageException($"--proxy {text}: expected a numeric address, for example 10.0.0.5.");

    private static void Announce(Invocation call, WebApplication web, WebOptions options)
    {
        var url = web.Urls.First();
        if (call.Json)
        {
            call.WriteJsonLine(new { Event = "serving", Url = url });
        }
        else
        {
            call.Write($"Serving {url} until Ctrl-C.");
        }
        if (Interruption.IgnoresCtrlC())
            call.Notice($"This shell started it with Ctrl-C ignored: 'kill {Environment.ProcessId}' stops it.");
        if (options.Keys.IsEmpty)
        {
            call.Notice("Without an API key every user of this machine can read the results, start runs and change datasets here; "
                + $"where others have accounts, give a key with --key-file or {ApiKeys.Variable}.");
        }
        if (!options.Address.IsLoopback)
            call.Notice("Keys and results travel in the clear: on a network that others use, put a proxy with TLS before this server.");
    }
}
