using ContrastivePipeline.Storage;
using ContrastivePipeline.Tests.Storage;
using ContrastivePipeline.Web.Api;
using ContrastivePipeline.Web.Api.Problems;
using ContrastivePipeline.Web.Dashboard;
using ContrastivePipeline.Web.Hosting;
using ContrastivePipeline.Web.Security;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Hosting;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Tests.Web.Dashboard;

/// <summary>The dashboard over Azurite, with the shapes experiment's pictures as the server's data folder.</summary>
public sealed class DashboardLab : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalPipeline _pipeline;
    private readonly LocalRunControl _control;
    private readonly WebApplication _web;

    private DashboardLab(ArtifactStore store)
    {
        Store = store;
        Yaml = File.ReadAllText(ShapesExperiment.Draw(_folder.Path));
        _pipeline = new LocalPipeline(store, Path.Combine(_folder.Path, "scratch"), TimeProvider.System);
        var requests = new ReproductionRequests(ExperimentLibrary.OfProcess(), _ => throw new InvalidOperationException("No emoji here."));
        _control = new LocalRunControl(_pipeline, requests, new LocalRunControlOptions { DataFolder = _folder.Path }, new NullObserver());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddContrastiveApi(new WebParts(store) { Notice = Console.WriteLine }).AddContrastiveDashboard();
        builder.Services.AddContrastiveSecurity(new AccessRules(ApiKeys.None, LoopbackOnly: true)).AddSingleton<IRunControl>(_control);
        _web = builder.Build();
        _web.UseMiddleware<SecurityHeaders>();
        _web.UseMiddleware<ProblemMiddleware>();
        _web.UseRouting();
        _web.UseMiddleware<AccessCheck>();
        _web.MapContrastiveApi();
        _web.MapDashboard();
    }

    public ArtifactStore Store { get; }

    public string Yaml { get; }

    public string Url => _web.Urls.First();

    public static async Task<DashboardLab> StartAsync(AzuriteFixture azurite)
    {
        var lab = new DashboardLab(await azurite.OpenStoreAsync());
        await lab._web.StartAsync(TestContext.Current.CancellationToken);
        return lab;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        await _control.DisposeAsync();
        _pipeline.Dispose();
        _folder.Dispose();
    }

    private sealed class NullObserver : IRunObserver
    {
        public void Observe(RunEvent happened)
        {
        }
    }
}
