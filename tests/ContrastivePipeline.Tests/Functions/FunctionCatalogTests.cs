using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace ContrastivePipeline.Tests.Functions;

public sealed class FunctionCatalogTests
{
    private static IEnumerable<string> NamesOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Select(property => property.GetValue(null))
        .Where(value => value?.GetType().Name is "StageReference`2" or "OperationReference`2")
        .Select(value => (string)value!.GetType().GetProperty("Name")!.GetValue(value)!);

    private static string[] Functions<TTrigger>()
        where TTrigger : Attribute =>
        [.. FunctionCatalog.Methods.Where(function => function.Has<TTrigger>()).Select(function => function.Name)
            .Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_stage_and_operation_has_its_activity_and_no_activity_is_idle()
    {
        Type[] types = [typeof(PipelineStages), typeof(CaptionRefreshWorkflow), typeof(LaunchedStageWorkflow), typeof(HostedRunWorkflow)];
        var names = types.SelectMany(NamesOf).Select(FunctionNames.Activity).Append(FunctionNames.FindStage);
        Assert.Equal(names.Order(StringComparer.Ordinal), Functions<ActivityTriggerAttribute>());
    }

    [Fact]
    public void Every_workflow_has_its_orchestration()
    {
        var names = PipelineRegistry.Workflows.Append(LaunchedStageWorkflow.Main)
            .Select(workflow => FunctionNames.Orchestration(workflow.Name));
        Assert.Equal(names.Order(StringComparer.Ordinal), Functions<OrchestrationTriggerAttribute>());
    }

    [Fact]
    public void No_two_functions_have_one_name_and_each_has_one_trigger()
    {
        Assert.Equal(
            FunctionCatalog.Methods.Count, FunctionCatalog.Methods.Select(function => function.Name.ToUpperInvariant()).Distinct().Count());
        Assert.Equal(["Api"], Functions<HttpTriggerAttribute>());
        Assert.Equal(["Inbox", "Signal"], Functions<BlobTriggerAttribute>());
        Assert.Equal(["PurgeHistory", "Redrive", "Schedule"], Functions<TimerTriggerAttribute>());
    }
}
