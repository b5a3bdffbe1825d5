using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>The web server of a laptop: API and dashboard on Kestrel. Reads no configuration and no variables, and logs nothing.</summary>
public static class ContrastiveWeb
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds a server, which its caller starts and stops.</summary>
    /// <exception cref="WebStartException">It would be open to other machines without a key.</exception>
    public static WebApplication Build(WebParts parts, WebOptions options)
    {
        if (!options.Address.IsLoopback && options.Keys.IsEmpty)
        {
            throw new WebStartException(
                $"{options.Address.Ip} is open to other machines, and there is no API key: anyone could start runs and change "
                + $"datasets. Give keys with --key-file or {ApiKeys.Variable}, or listen on 127.0.0.1.");
        }
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(ContrastiveWeb).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, parts, options));
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddContrastiveApi(parts);
        builder.Services.AddContrastiveDashboard();
        builder.Services.AddContrastiveSecurity(
            new AccessRules(options.Keys, LoopbackOnly: options.Address.IsLoopback && options.Keys.IsEmpty));
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded => Trust(forwarded, options.Proxies));

        var app = builder.Build();
        app.Use(KestrelErrorBodies.NoteAsync);
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseContrastiveProblems();
        app.UseRouting();
        app.UseMiddleware<AccessCheck>();
        app.UseMiddleware<WriteGuard>();
        app.MapContrastiveApi();
        app.MapSignIn();
        app.MapDashboard();
        return app;
    }

    /// <summary>Starts a server.</summary>
    /// <exception cref="WebStartException">The address is taken or not this machine's.</exception>
    public static async Task StartAsync(WebApplication web, WebOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new WebStartException(
                $"Cannot listen on {options.Address.Ip}, port {options.Address.Port}: {e.GetBaseException().Message}. "
                + "Another program may listen there; --url http://127.0.0.1:0 takes a free port.", e);
        }
    }

    private static void Configure(KestrelServerOptions kestrel, WebParts parts, WebOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = parts.LongestTable;
        kestrel.Limits.MaxConcurrentConnections = options.Connections;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Listen(options.Address.Ip, options.Address.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(KestrelErrorBodies.Use);
        });
    }

    // Not the host: a page whose own name was made to point to this machine may send any header, and would call itself localhost.
    private static void Trust(ForwardedHeadersOptions forwarded, IReadOnlyList<IPAddress> proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedProto;
        foreach (var proxy in proxies)
            forwarded.KnownProxies.Add(proxy);
    }

    /// <summary>Leaves Ctrl-C to the program.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>Where to listen, and whom to let in.</summary>
/// <param name="Address">Where to listen.</param>
/// <param name="Keys">Who may enter; none is enough on a loopback address only.</param>
public sealed record WebOptions(ListenAddress Address, ApiKeys Keys)
{
    /// <summary>
    /// Proxies whose <c>X-Forwarded-Proto</c> is believed, beside those on this machine: with it the sign-in cookie is marked Secure and
    /// the origin of forms is compared with the address that the browser sees.
    /// </summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>Connections at once. 512.</summary>
    public long Connections { get; init; } = 512;
}
