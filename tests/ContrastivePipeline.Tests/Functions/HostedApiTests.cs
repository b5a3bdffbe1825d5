using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Tests.Functions;

/// <summary>The API inside another server, as the Functions worker hands requests over: already routed, with that server's services.</summary>
public sealed class HostedApiTests(AzuriteFixture azurite)
{
    private readonly List<string> _notices = [];

    [Theory]
    [InlineData("/api/health", 200, "application/json; charset=utf-8")]
    [InlineData("/api/experiments", 200, "application/json; charset=utf-8")]
    [InlineData("/api/runs", 200, "application/json; charset=utf-8")]
    [InlineData("/api/runs/none-20260101-000000-0000", 404, "application/problem+json")]
    [InlineData("/api/nothing", 404, "application/problem+json")]
    [InlineData("/", 404, "application/problem+json")]
    public async Task It_answers_and_leaves_the_other_servers_routing_as_it_was(string path, int status, string type)
    {
        var parts = new WebParts(await azurite.OpenStoreAsync()) { Experiments = ExperimentLibrary.OfProcess(), Notice = _notices.Add };
        await using var api = new HostedApi(parts, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        await using var theirs = new ServiceCollection().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = theirs };
        context.Request.Method = "GET";
        context.Request.Path = path;
        context.Request.RouteValues = new RouteValueDictionary { ["path"] = "theirs" };
        var endpoint = new Endpoint(null, null, "theirs");
        context.SetEndpoint(endpoint);
        using var body = new MemoryStream();
        context.Response.Body = body;

        await api.HandleAsync(context);

        Assert.Equal([], _notices);
        Assert.Equal((status, type), (context.Response.StatusCode, context.Response.ContentType));
        Assert.NotEqual(JsonValueKind.Undefined, JsonDocument.Parse(body.ToArray()).RootElement.ValueKind);
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions);
        Assert.Same(endpoint, context.GetEndpoint());
        Assert.Same(theirs, context.RequestServices);
        Assert.Equal("theirs", context.Request.RouteValues["path"]);
    }
}
