using System.CommandLine;
using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Web.Hosting;
using ContrastivePipeline.Web.Security;
using Microsoft.AspNetCore.Builder;

namespace ContrastivePipeline.Cli.Commands.Serve;

/// <summary><c>contrastive serve</c>: the API and the dashboard over the local host.</summary>
internal sealed class ServeCommand : CliCommand
{
    // A reader would rather hear soon that the store is away; runs are as patient as ever.
    private static readonly ArtifactStoreOptions s_readers = new()
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

    public ServeCommand(Surroundings world)
        : base("serve", "Serves the API and the dashboard until Ctrl-C.", world)
    {
        Add(_url);
        Add(_keyFile);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        var keys = ApiKeys.Read(call.Get(_keyFile), call.World.Variable(ApiKeys.Variable));
        var options = new WebOptions(ListenAddress.Parse(call.Get(_url)!), keys);
        await using var place = await StorePlace.OpenAsync(call, cancellationToken);
        var parts = new WebParts(await ArtifactStore.OpenAsync(place.Address, s_readers, cancellationToken))
        {
            Time = call.World.Time,
            Notice = text => call.Notice(Failure.HideSecrets(text)),
        };
        await using var web = ContrastiveWeb.Build(parts, options);
        await ContrastiveWeb.StartAsync(web, options, cancellationToken);
        Tell(call, web, options);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            call.Notice("Stopping.");
        }
        await web.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private static void Tell(Invocation call, WebApplication web, WebOptions options)
    {
        var url = web.Urls.First();
        if (call.Json)
            call.WriteJsonLine(new { Event = "serving", Url = url });
        else
            call.Write($"Serving {url} until Ctrl-C.");
        if (!options.Address.IsLoopback)
            call.Notice("Keys and results travel in the clear: on a network that others use, put a proxy with TLS before this server.");
    }
}
