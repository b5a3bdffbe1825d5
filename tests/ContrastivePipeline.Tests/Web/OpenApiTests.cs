using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace ContrastivePipeline.Tests.Web;

/// <summary>The document says what the API does.</summary>
[Collection<ShapesRuns>]
public sealed class OpenApiTests(ShapesRuns runs)
{
    [Fact]
    public async Task Every_route_and_method_is_in_the_document_and_nothing_else()
    {
        await runs.RequireAsync();
        await using var web = await WebLab.StartAsync(runs.Store);
        var paths = JsonNode.Parse((await web.GetJsonAsync("/openapi/v1.json")).GetRawText())!["paths"]!.AsObject();
        var told = paths.SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        var mapped = web.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                .Select(method => $"{method} {endpoint.RoutePattern.RawText!.Replace("**", "", StringComparison.Ordinal).TrimEnd('/')}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_address_that_errors_name_has_the_document_on_every_host()
    {
        await runs.RequireAsync();
        await using var web = await WebLab.StartAsync(runs.Store);
        var problem = await WebLab.ProblemAsync(await web.GetAsync("/api/nothing"), 404);
        var address = problem.GetProperty("detail").GetString()!.Split(' ').Single(word => word.StartsWith('/'));
        var told = (await web.GetJsonAsync(address)).GetRawText();
        Assert.Equal((await web.GetJsonAsync("/openapi/v1.json")).GetRawText(), told);

        // A host that serves nothing outside of /api, as Azure Functions does.
        await using var api = new HostedApi(new WebParts(runs.Store), new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        (context.Request.Method, context.Request.Path, context.Response.Body) = ("GET", address, body);
        await api.HandleAsync(context);
        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(JsonNode.Parse(told)!["paths"]!.ToJsonString(), JsonNode.Parse(body.ToArray())!["paths"]!.ToJsonString());
    }

    [Fact]
    public async Task Answers_have_the_shapes_that_the_document_promises()
    {
        await runs.RequireAsync();
        await using var web = await WebLab.StartAsync(
            runs.Store, with: parts => parts with { Experiments = ExperimentLibrary.OfProcess() });
        var document = JsonNode.Parse((await web.GetJsonAsync("/openapi/v1.json")).GetRawText())!.AsObject();
        var run = runs.First.Id;
        foreach (var (route, path) in new[]
        {
            ("/api/health", "/api/health"),
            ("/api/runs", "/api/runs"),
            ("/api/runs/{id}", $"/api/runs/{run}"),
            ("/api/runs/{id}", "/api/runs/none"),
            ("/api/runs/{id}/artifacts", $"/api/runs/{run}/artifacts"),
            ("/api/runs/{id}/results", $"/api/runs/{run}/results"),
            ("/api/runs/{id}/results", $"/api/runs/{run}/results?format=xml"),
            ("/api/runs/{id}/curves", $"/api/runs/{run}/curves?points=3"),
            ("/api/datasets/{name}/diff", "/api/datasets/shapes/diff?from=current"),
            ("/api/experiments", "/api/experiments"),
            ("/api/experiments/{name}", "/api/experiments/demo"),
            ("/api/datasets", "/api/datasets"),
            ("/api/datasets/{name}", "/api/datasets/shapes"),
            ("/api/datasets/{name}/versions", "/api/datasets/shapes/versions"),
            ("/api/datasets/{name}/versions/{version}/quarantine", "/api/datasets/shapes/versions/current/quarantine"),
            ("/api/datasets/{name}/refreshes/{id}/quarantine", $"/api/datasets/shapes/refreshes/{runs.Refresh.Id}/quarantine"),
            ("/api/datasets/{name}/refreshes/{id}/quarantine", $"/api/datasets/shapes/refreshes/{runs.Refresh.Id}/quarantine?format=xml"),
            ("/api/search", $"/api/search?run={run}&text=red"),
        })
        {
            using var response = await web.GetAsync(path);
            var promised =
                document["paths"]![route]!["get"]!["responses"]![$"{(int)response.StatusCode}"]?["content"]?[response.Content.Headers.ContentType!.MediaType!];
            Assert.True(promised is not null, $"{path}: {response.StatusCode} with {response.Content.Headers.ContentType} is not promised");
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var errors = OpenApiShape.Errors(answer, promised["schema"]!.AsObject(), document, path).ToArray();
            Assert.True(errors.Length == 0, string.Join('\n', errors));
        }
    }
}
