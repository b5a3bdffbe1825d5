using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Runs workflows in this process: a bounded number of stages at once, retries, cancellation, events.</summary>
public sealed class LocalHost(
    StageRunner runner, WorkflowRegistry workflows, LocalHostOptions options, TimeProvider time, OperationRegistry? operations = null)
    : IDisposable
{
    private readonly OperationRegistry _operations = operations ?? new OperationRegistry();
    private readonly Dictionary<StageResource, SemaphoreSlim> _slots =
        Enum.GetValues<StageResource>().ToDictionary(resource => resource, resource => new SemaphoreSlim(options.LimitOf(resource)));

    /// <summary>Where events for waiting workflows are raised.</summary>
    public EventMailbox Events { get; } = new(time);

    /// <summary>Runs a workflow to its end.</summary>
    /// <param name="cancellationToken">Asks every stage to stop at its next safe point.</param>
    /// <exception cref="StageFailedException">A stage failed for good. Those beside it were let finish.</exception>
    /// <exception cref="OperationCanceledException">The run was asked to stop.</exception>
    public async Task<TOutput> RunAsync<TInput, TOutput>(
        WorkflowReference<TInput, TOutput> workflow, TInput input, RunScope scope, IRunObserver observer,
        CancellationToken cancellationToken)
    {
        using var training = scope.TrainingStages > 0 ? new SemaphoreSlim(scope.TrainingStages) : null;
        var context = new LocalWorkflowContext(this, "", scope, observer, Events, training, cancellationToken);
        return await DedicatedThread.RunAsync(workflow.Name, () => context.CallWorkflowAsync(workflow, input, ""));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slots in _slots.Values)
            slots.Dispose();
    }

    internal TimeProvider Time => time;

    internal WorkflowDefinition WorkflowNamed(string name) => workflows[name];

    internal async Task<JsonElement> RunStageAsync(
        string name, JsonElement input, string generation, SemaphoreSlim? training, IRunObserver observer,
        CancellationToken cancellationToken)
    {
        var call = new StageCall(runner.Stages[name], input, generation);
        using var reporter = new StageReporter(call.Identity, observer, time);
        if (await runner.FindAsync(call.Identity, cancellationToken) is { } done)
        {
            reporter.Cached();
            return done;
        }

        // The run's own slot first: a run that waits for itself keeps no slot of the host from others.
        using var own = await Slot.TakeAsync(call.Stage.Resource == StageResource.Training ? training : null, cancellationToken);
        using var shared = await Slot.TakeAsync(_slots[call.Stage.Resource], cancellationToken);
        return await AttemptAsync(call, reporter, cancellationToken);
    }

    internal async Task<JsonElement> RunOperationAsync(string name, JsonElement input, CancellationToken cancellationToken)
    {
        using var span = PipelineTelemetry.StartSpan($"operation {name}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _operations.RunAsync(name, input, cancellationToken);
            }
            catch (Exception fault) when (attempt < options.Retry.MaxAttempts && TransientFaults.IsTransient(fault))
            {
                await Task.Delay(options.Retry.WaitAfter(attempt), time, cancellationToken);
            }
        }
    }

    private async Task<JsonElement> AttemptAsync(StageCall call, StageReporter reporter, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var metered = reporter.Start(attempt);
            try
            {
                var output = await DedicatedThread.RunAsync(call, () => runner.RunAsync(call, metered, cancellationToken));
                reporter.Completed(attempt);
                return output;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                reporter.Interrupted(attempt);
                throw;
            }
            catch (Exception fault) when (attempt < options.Retry.MaxAttempts && TransientFaults.IsTransient(fault))
            {
                var wait = options.Retry.WaitAfter(attempt);
                reporter.Retried(attempt, wait, fault.Message);
                await Task.Delay(wait, time, cancellationToken);
            }
            catch (Exception fault)
            {
                reporter.Failed(attempt, fault.Message);
                throw new StageFailedException(call.Identity, attempt, fault);
            }
        }
    }

    private sealed class Slot(SemaphoreSlim? slots) : IDisposable
    {
        public static async Task<Slot> TakeAsync(SemaphoreSlim? slots, CancellationToken cancellationToken)
        {
            await (slots?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
            return new Slot(slots);
        }

        public void Dispose() => slots?.Release();
    }
}
