using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where an app begins.</summary>
public static class FunctionsApplication
{
    /// <summary>A builder; what it builds here answers no calls, because there is no host to make them.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(Host.CreateApplicationBuilder(args));
}

/// <summary>Builds an app.</summary>
public sealed class FunctionsApplicationBuilder
{
    private readonly HostApplicationBuilder _host;

    internal FunctionsApplicationBuilder(HostApplicationBuilder host) => _host = host;

    /// <summary>What the app's functions are made of.</summary>
    public IServiceCollection Services => _host.Services;

    /// <summary>HTTP functions take the requests of ASP.NET Core.</summary>
    public FunctionsApplicationBuilder ConfigureFunctionsWebApplication() => this;

    /// <summary>The app.</summary>
    public IHost Build() => _host.Build();
}
