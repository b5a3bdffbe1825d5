using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>The few calls of Azure Resource Manager that concern one Container Apps job. Reads are repeated through throttling and server
/// faults by the pipeline; requests that start something are not, because a lost answer does not tell whether it was carried out.</summary>
internal sealed class JobResource(HttpPipeline pipeline, Uri endpoint, string id, TimeProvider time, TimeSpan poll)
{
    private const string ApiVersion = "2025-07-01";

    public string Id => id;

    public static JobResource Create(ResourceIdentifier id, TokenCredential credential, TimeProvider time)
    {
        var endpoint = new Uri("https://management.azure.com");
        var signIn = new BearerTokenAuthenticationPolicy(credential, new Uri(endpoint, ".default").ToString());
        return new JobResource(HttpPipelineBuilder.Build(new Options(), signIn), endpoint, id.ToString(), time, TimeSpan.FromSeconds(2));
    }

    /// <summary>Starts an execution of the job as it is configured, with one more environment variable.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="RequestFailedException">Azure refused it, or its answer was lost: then it may have been started.</exception>
    public async Task<string> StartAsync(string variable, string value, CancellationToken cancellationToken)
    {
        var job = await GetAsync(id, cancellationToken);
        var template = job["properties"]!["template"]!;
        foreach (var container in template["containers"]!.AsArray())
        {
            if (container!["env"] is not JsonArray variables)
                container["env"] = variables = [];
            variables.Add(new JsonObject { ["name"] = variable, ["value"] = value });
        }
        var body = new JsonObject { ["containers"] = template["containers"]!.DeepClone() };
        var started = await PostAsync($"{id}/start", body, cancellationToken);
        return started?["name"]?.GetValue<string>() ?? await FindAsync(variable, value, cancellationToken)
            ?? throw new RequestFailedException(0, $"Azure accepted a start of {id} and named no execution.");
    }

    /// <summary>Name of the execution that has the variable with this value, running or not; null where there is none.</summary>
    public async Task<string?> FindAsync(string variable, string value, CancellationToken cancellationToken)
    {
        for (var page = $"{id}/executions"; page is not null;)
        {
            var answer = await GetAsync(page, cancellationToken);
            foreach (var execution in answer["value"]!.AsArray())
            {
                if (Carries(execution!, variable, value))
                    return execution!["name"]!.GetValue<string>();
            }
            page = answer["nextLink"]?.GetValue<string>();
        }
        return null;
    }

    /// <summary>How an execution is. A young one has no status yet.</summary>
    public async Task<MachineState> GetStatusAsync(string execution, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GetAsync($"{id}/executions/{execution}", cancellationToken);
            return answer["properties"]?["status"]?.GetValue<string>() switch
            {
                null or "" or "Processing" or "Unknown" => MachineState.Waiting,
                "Running" => MachineState.Running,
                _ => MachineState.Gone,
            };
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            return MachineState.Gone;
        }
    }

    /// <summary>Stops an execution; one that has ended is left alone.</summary>
    public async Task StopAsync(string execution, CancellationToken cancellationToken)
    {
        try
        {
            await PostAsync($"{id}/executions/{execution}/stop", null, cancellationToken);
        }
        catch (RequestFailedException fault) when (fault.Status is 404 or 409 or 400)
        {
            if (await GetStatusAsync(execution, cancellationToken) != MachineState.Gone)
                throw;
        }
    }

    private static bool Carries(JsonNode execution, string variable, string value) =>
        execution["properties"]?["template"]?["containers"] is JsonArray containers
        && containers.Any(container => container?["env"] is JsonArray env
            && env.Any(entry => entry?["name"]?.GetValue<string>() == variable && entry["value"]?.GetValue<string>() == value));

    private async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var message = Message(RequestMethod.Get, path);
        await pipeline.SendAsync(message, cancellationToken);
        return message.Response.Status == 200
            ? JsonNode.Parse(message.Response.Content.ToMemory().Span)!
            : throw new RequestFailedException(message.Response);
    }

    private async Task<JsonNode?> PostAsync(string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var message = Message(RequestMethod.Post, path);
        message.ResponseClassifier = OnceOnly.Instance;
        if (body is not null)
        {
            message.Request.Headers.Add("Content-Type", "application/json");
            message.Request.Content = RequestContent.Create(BinaryData.FromString(body.ToJsonString()));
        }
        await pipeline.SendAsync(message, cancellationToken);
        var response = message.Response;
        return response.Status switch
        {
            200 or 201 or 204 => Parse(response),
            202 => Parse(response) ?? await FollowAsync(response, cancellationToken),
            _ => throw new RequestFailedException(response),
        };
    }

    /// <summary>Follows a long operation to its end.</summary>
    private async Task<JsonNode?> FollowAsync(Response accepted, CancellationToken cancellationToken)
    {
        if (!accepted.Headers.TryGetValue("Location", out var location))
            return null;
        while (true)
        {
            await Task.Delay(poll, time, cancellationToken);
            using var message = Message(RequestMethod.Get, location!);
            await pipeline.SendAsync(message, cancellationToken);
            var response = message.Response;
            if (response.Status == 202)
                continue;
            return response.Status is 200 or 201 or 204 ? Parse(response) : throw new RequestFailedException(response);
        }
    }

    private static JsonNode? Parse(Response response)
    {
        var content = response.Content.ToMemory();
        return content.IsEmpty ? null : JsonNode.Parse(content.Span);
    }

    private HttpMessage Message(RequestMethod method, string path)
    {
        var message = pipeline.CreateMessage();
        message.Request.Method = method;
        var address = new Uri(endpoint, path);
        // A token goes nowhere but to Azure, whatever a link says.
        if (!address.Authority.Equals(endpoint.Authority, StringComparison.OrdinalIgnoreCase))
            throw new RequestFailedException(0, $"Azure pointed to another host: {address.Authority}.");
        message.Request.Uri.Reset(address);
        if (!address.Query.Contains("api-version=", StringComparison.Ordinal))
            message.Request.Uri.AppendQuery("api-version", ApiVersion);
        return message;
    }

    private sealed class Options : ClientOptions
    {
        public Options() => Retry.MaxRetries = 6;
    }

    /// <summary>Repeats only requests that were certainly not carried out.</summary>
    private sealed class OnceOnly : ResponseClassifier
    {
        public static OnceOnly Instance { get; } = new();

        public override bool IsRetriableResponse(HttpMessage message) => message.Response.Status == 429;

        public override bool IsRetriableException(Exception exception) => false;

        public override bool IsErrorResponse(HttpMessage message) => message.Response.Status >= 400;
    }
}
