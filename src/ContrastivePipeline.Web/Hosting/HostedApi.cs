using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>
/// The API inside another server that has let the request in already, with keys of its own: the same routes, handlers and problems as under
/// <see cref="ContrastiveWeb"/>, but neither its doors nor the dashboard.
/// </summary>
public sealed class HostedApi : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;

    /// <summary>Builds the API.</summary>
    /// <param name="parts">What it works with.</param>
    /// <param name="lifetime">The other server's: answers that last end with it.</param>
    public HostedApi(WebParts parts, IHostApplicationLifetime lifetime)
    {
        var services = new ServiceCollection();
        // What a web host brings and the routing asks for.
        var listener = new DiagnosticListener("ContrastivePipeline.Api");
        services.AddSingleton(lifetime).AddSingleton(listener).AddSingleton<DiagnosticSource>(listener);
        services.AddSingleton<IHostEnvironment>(new OtherServers());
        services.AddLogging().AddContrastiveApi(parts);
        _services = services.BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<WriteGuard>();
        app.UseEndpoints(endpoints => endpoints.MapContrastiveApi());
        _pipeline = app.Build();
    }

    /// <summary>Answers a request, whatever route of the other server it came by.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (endpoint, values, services) = (context.GetEndpoint(), context.Request.RouteValues, context.RequestServices);
        await using var scope = _services.CreateAsyncScope();
        context.SetEndpoint(null);
        context.Request.RouteValues = new RouteValueDictionary();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            await _pipeline(context);
        }
        finally
        {
            context.SetEndpoint(endpoint);
            context.Request.RouteValues = values;
            context.RequestServices = services;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>What the OpenAPI document asks for: the name of the application.</summary>
    private sealed class OtherServers : IHostEnvironment
    {
        public string ApplicationName { get; set; } = typeof(HostedApi).Assembly.GetName().Name!;

        public string EnvironmentName { get; set; } = Environments.Production;

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
