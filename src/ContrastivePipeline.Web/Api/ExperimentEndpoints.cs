using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ContrastivePipeline.Web.Api;

/// <summary>An experiment that the server has.</summary>
/// <param name="Name">What to start it by.</param>
/// <param name="Yaml">Its file.</param>
public sealed record ExperimentView(string Name, string Yaml);

internal static class ExperimentEndpoints
{
    public static void MapExperiments(this IEndpointRouteBuilder api)
    {
        var experiments = api.MapGroup("/experiments").WithTags("experiments");
        experiments.MapGet("", ListAsync).WithName("list-experiments").WithSummary("The experiments that the server has.");
        experiments.MapGet("/{name}", ReadAsync).WithName("get-experiment")
            .WithSummary("One experiment that the server has.").ProducesNotFound();
    }

    private static async Task<IReadOnlyList<ExperimentView>> ListAsync(ExperimentLibrary library, CancellationToken cancellationToken)
    {
        var views = new List<ExperimentView>();
        foreach (var name in library.Names)
            views.Add(await ReadAsync(library, name, cancellationToken));
        return views;
    }

    private static async Task<ExperimentView> ReadAsync(ExperimentLibrary library, string name, CancellationToken cancellationToken) =>
        library.PathOf(name) is { } file
            ? new ExperimentView(name, await File.ReadAllTextAsync(file, cancellationToken))
            : throw new ApiException(Problem.NotFound(
                "There is no experiment of this name.", "GET /api/experiments lists the experiments."));
}
