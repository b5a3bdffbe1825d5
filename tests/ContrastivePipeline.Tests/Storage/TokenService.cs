using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContrastivePipeline.Tests.Storage;

/// <summary>A sign-in service on loopback that answers as it is asked to, and Azure.Identity's own credential that asks it.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly HttpClientHandler _trusting = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
    private int _requests;

    private TokenService(WebApplication web) => _web = web;

    /// <summary>The status of its answers; 200 comes with a token, anything else with <see cref="Error"/>.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The OAuth error code of its refusals.</summary>
    public string Error { get; set; } = "temporarily_unavailable";

    /// <summary>How often it was asked for a token.</summary>
    public int Requests => _requests;

    public static async Task<TokenService> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate())));
        var web = builder.Build();
        var service = new TokenService(web);
        web.MapPost("/{tenant}/oauth2/v2.0/token", service.AnswerAsync);
        await web.StartAsync();
        return service;
    }

    /// <summary>A client secret that is redeemed here.</summary>
    public ClientSecretCredential Credential() => CredentialOf(new Uri(_web.Urls.First()), new HttpClientTransport(_trusting));

    /// <summary>A client secret whose service does not answer.</summary>
    public static ClientSecretCredential CredentialOf(Uri authority, HttpPipelineTransport? transport = null) => new(
        "00000000-0000-0000-0000-000000000000", "client", "secret", new ClientSecretCredentialOptions
        {
            AuthorityHost = authority,
            DisableInstanceDiscovery = true,
            Transport = transport ?? HttpClientTransport.Shared,
            Retry = { MaxRetries = 0 },
        });

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _trusting.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = Status;
        await context.Response.WriteAsJsonAsync(Status == 200
            ? new Dictionary<string, object> { ["token_type"] = "Bearer", ["expires_in"] = 3600, ["access_token"] = "token" }
            : new Dictionary<string, object> { ["error"] = Error, ["error_description"] = "asked to" });
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}

/// <summary>Signs in before every attempt of a request, as the SDK's own policy does; the store behind it needs no token.</summary>
internal sealed class SignInPolicy(TokenCredential credential) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await credential.GetTokenAsync(new TokenRequestContext(["https://storage.azure.com/.default"]), message.CancellationToken);
        await ProcessNextAsync(message, pipeline);
    }
}
