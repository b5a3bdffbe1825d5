using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Tests.Web;

/// <summary>Every endpoint with an unsafe method, whatever its address and whoever adds the next one.</summary>
public sealed class WriteGuardTests(AzuriteFixture azurite)
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    // What may be posted to a server that only shows things: nothing in the store changes.
    private static readonly string[] Harmless = ["POST /api/search", "POST /search", "POST /sign-in", "POST /sign-out"];

    [Fact]
    public async Task A_server_that_only_shows_refuses_every_change_in_the_api_and_the_dashboard()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        var refused = new List<string>();
        foreach (var write in Writes(web).Where(write => !Harmless.Contains(write.Name)))
        {
            var problem = await WebLab.ProblemAsync(await SendAsync(web, write), 403);
            Assert.Equal("urn:problem-type:contrastive:read-only", problem.GetProperty("type").GetString());
            refused.Add(write.Name);
        }
        Assert.Contains("POST /datasets/{name}/current", refused);
        Assert.Contains("POST /api/datasets/{name}/rollback", refused);
        Assert.All(Harmless, name => Assert.Contains(Writes(web), write => write.Name == name));
    }

    [Fact]
    public async Task Pages_of_other_sites_reach_no_endpoint_that_changes_something()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        foreach (var write in Writes(web))
        {
            foreach (var (header, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
                ("Origin", "http://evil.example") })
            {
                var problem = await WebLab.ProblemAsync(await SendAsync(web, write, (header, value), ("Sec-Fetch-Mode", "navigate")), 403);
                Assert.Equal("urn:problem-type:contrastive:cross-site", problem.GetProperty("type").GetString());
            }
        }
    }

    [Fact]
    public async Task Without_a_key_only_signing_in_and_out_is_open()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "keys"));
        foreach (var write in Writes(web).Where(write => write.Name is not ("POST /sign-in" or "POST /sign-out")))
        {
            await WebLab.ProblemAsync(await SendAsync(web, write), 401);
            Assert.Null(write.Endpoint.Metadata.GetMetadata<IAllowAnonymous>());
        }
    }

    private static IReadOnlyList<Write> Writes(WebLab web) =>
    [
        .. from endpoint in web.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"]
           where method is not ("GET" or "HEAD" or "OPTIONS")
           select new Write(new HttpMethod(method), endpoint),
    ];

    private static async Task<HttpResponseMessage> SendAsync(WebLab web, Write write, params (string, string)[] headers)
    {
        var path = string.Join('/', write.Endpoint.RoutePattern.RawText!.Split('/').Select(part => part.StartsWith('{') ? "some" : part));
        var type = write.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is { ContentTypes: [var first, ..] } ? first
            : "application/x-www-form-urlencoded";
        return await web.SendAsync(write.Method, path, new ByteArrayContent([]) { Headers = { ContentType = new(type) } }, headers);
    }

    private sealed record Write(HttpMethod Method, RouteEndpoint Endpoint)
    {
        public string Name => $"{Method} {Endpoint.RoutePattern.RawText!.TrimEnd('/')}";
    }
}
