using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Tests.Workflow.RemoteTraining;

/// <summary>
/// A server on loopback that answers for one Container Apps job as Azure Resource Manager does: it names executions itself, answers starts
/// with 202 and a place to ask, pages its lists, and misbehaves when asked to.
/// </summary>
internal sealed class ArmLookalike : IAsyncDisposable
{
    public const string JobId = "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.App/jobs/train-segment";

    private readonly WebApplication _web;
    private readonly ConcurrentDictionary<string, JsonObject> _executions = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task<bool>>> _faults = new();
    private readonly ConcurrentDictionary<string, int> _polls = new();
    private int _starts;

    private ArmLookalike(WebApplication web) => _web = web;

    /// <summary>Starts that were carried out.</summary>
    public int Starts => _starts;

    public IReadOnlyList<string> Machines => [.. _executions.Keys.Order()];

    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<ArmLookalike> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        var arm = new ArmLookalike(web);
        web.Run(arm.AnswerAsync);
        await web.StartAsync(TestContext.Current.CancellationToken);
        return arm;
    }

    public JobResource Job()
    {
        var options = new ArmOptions();
        return new JobResource(
            HttpPipelineBuilder.Build(options), new Uri(_web.Urls.Single()), JobId, TimeProvider.System, TimeSpan.FromMilliseconds(10));
    }

    /// <summary>The next start meets this; it says whether the start is carried out all the same before it answers.</summary>
    public ArmLookalike OnNextStart(int status, bool carriedOut = false, string? retryAfter = null, bool cutConnection = false)
    {
        _faults.Enqueue(async context =>
        {
            if (carriedOut)
                await CreateAsync(context);
            if (cutConnection)
            {
                context.Abort();
                return true;
            }
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(new { error = new { code = $"Fault{status}", message = "asked to" } });
            return true;
        });
        return this;
    }

    public void SetStatus(string machine, string? status) => _executions[machine]["properties"]!["status"] = status;

    public string StatusOf(string machine) => _executions[machine]["properties"]!["status"]!.GetValue<string>();

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        Assert.Equal("2025-07-01", context.Request.Query["api-version"]);
        switch (context.Request.Method, path[JobId.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            case ("GET", []):
                await WriteAsync(context, Template());
                break;
            case ("POST", ["start"]):
                if (_faults.TryDequeue(out var fault) && await fault(context))
                    return;
                var name = await CreateAsync(context);
                context.Response.StatusCode = 202;
                context.Response.Headers.Location = $"{_web.Urls.Single()}{JobId}/operations/{name}?api-version=2025-07-01";
                break;
            case ("GET", ["operations", var operation]):
                // Not done at the first look.
                if (_polls.AddOrUpdate(operation, 1, (_, n) => n + 1) == 1)
                    context.Response.StatusCode = 202;
                else
                    await WriteAsync(context, new JsonObject { ["name"] = operation, ["id"] = $"{JobId}/executions/{operation}" });
                break;
            case ("GET", ["executions"]):
                await ListAsync(context);
                break;
            case ("GET", ["executions", var execution]) when _executions.TryGetValue(execution, out var found):
                await WriteAsync(context, found.DeepClone());
                break;
            case ("POST", ["executions", var execution, "stop"]) when _executions.ContainsKey(execution):
                if (StatusOf(execution) is "Running" or "Processing")
                    SetStatus(execution, "Stopped");
                else
                    context.Response.StatusCode = 409;
                break;
            default:
                context.Response.StatusCode = 404;
                await context.Response.WriteAsJsonAsync(new { error = new { code = "ResourceNotFound", message = "no such thing" } });
                break;
        }
    }

    private async Task<string> CreateAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        var name = $"train-segment-{Interlocked.Increment(ref _starts):x7}";
        _executions[name] = new JsonObject
        {
            ["name"] = name,
            ["properties"] = new JsonObject { ["status"] = "Running", ["template"] = body!.DeepClone() },
        };
        return name;
    }

    /// <summary>One execution a page.</summary>
    private Task ListAsync(HttpContext context)
    {
        var skip = int.TryParse(context.Request.Query["skip"], out var given) ? given : 0;
        var names = Machines;
        var page = new JsonObject
        {
            ["value"] = new JsonArray([.. names.Skip(skip).Take(1).Select(name => _executions[name].DeepClone())]),
        };
        if (skip + 1 < names.Count)
            page["nextLink"] = $"{_web.Urls.Single()}{JobId}/executions?api-version=2025-07-01&skip={skip + 1}";
        return WriteAsync(context, page);
    }

    private static Task WriteAsync(HttpContext context, JsonNode document)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(document.ToJsonString());
    }

    private static JsonObject Template() => new()
    {
        ["name"] = "train-segment",
        ["properties"] = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject
                {
                    ["name"] = "train",
                    ["image"] = "registry.example/training:1",
                    ["args"] = new JsonArray("train-segment"),
                    ["env"] = new JsonArray(new JsonObject { ["name"] = "CONTRASTIVE_STORE", ["value"] = "https://x" }),
                }),
            },
        },
    };

    private sealed class ArmOptions : ClientOptions
    {
        public ArmOptions()
        {
            Retry.MaxRetries = 3;
            Retry.Delay = TimeSpan.FromMilliseconds(5);
            Retry.NetworkTimeout = TimeSpan.FromSeconds(5);
        }
    }
}
