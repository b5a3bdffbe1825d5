using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace ContrastivePipeline.Tests.Web;

/// <summary>A server on a free port of loopback.</summary>
public sealed class WebLab : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<string> _notices;

    private WebLab(WebApplication web, ConcurrentQueue<string> notices)
    {
        (_web, _notices) = (web, notices);
        Url = new Uri(web.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Url };
    }

    public Uri Url { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _web.Services;

    /// <summary>What the server reported whoever runs it.</summary>
    public IReadOnlyCollection<string> Notices => _notices;

    public static async Task<WebLab> StartAsync(ArtifactStore store, ApiKeys? keys = null, Func<WebParts, WebParts>? with = null)
    {
        var options = new WebOptions(ListenAddress.Parse("http://127.0.0.1:0"), keys ?? ApiKeys.None);
        var notices = new ConcurrentQueue<string>();
        var parts = new WebParts(store) { Notice = notices.Enqueue };
        var web = ContrastiveWeb.Build(with?.Invoke(parts) ?? parts, options);
        await ContrastiveWeb.StartAsync(web, options, TestContext.Current.CancellationToken);
        return new WebLab(web, notices);
    }

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await GetAsync(path);
        Assert.True(response.IsSuccessStatusCode,
            $"{path}: {response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await JsonAsync(response);
    }

    public static Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);

    /// <summary>Checks that an answer is a problem of a status, with all of RFC 9457's members.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await JsonAsync(response);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        foreach (var member in new[] { "type", "title", "detail" })
            Assert.NotEmpty(problem.GetProperty(member).GetString()!);
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.StopAsync();
        await _web.DisposeAsync();
    }
}
