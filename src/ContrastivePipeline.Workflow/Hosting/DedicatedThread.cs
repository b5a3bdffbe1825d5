using System.Collections.Concurrent;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>A thread that runs one piece of work after the other until disposed, with the continuations of all that they await. Torch keeps
/// state per thread, and a workflow gets the one-at-a-time semantics of a durable orchestration.</summary>
internal sealed class DedicatedThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public DedicatedThread(string name) => new Thread(Work) { IsBackground = true, Name = name }.Start();

    /// <summary>Runs an async method on a new thread; the task completes, on another thread, when the method does.</summary>
    public static async Task<T> RunAsync<T>(string name, Func<Task<T>> method)
    {
        using var thread = new DedicatedThread(name);
        var running = await thread.RunAsync(method, CancellationToken.None).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    /// <summary>Runs a stage on a thread of its own where it trains, else on the thread pool.</summary>
    public static Task<JsonElement> RunAsync(StageCall call, Func<Task<JsonElement>> run) =>
        call.Stage.Resource == StageResource.Training ? RunAsync(call.Identity.ToString(), run) : Task.Run(run);

    /// <summary>Runs something on this thread, unless its token is cancelled when its turn comes.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                done.SetResult(work());
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                done.SetCanceled(cancellationToken);
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        }, CancellationToken.None);
        return done.Task;
    }

    /// <summary>Lets the thread end after what it has been given.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Work()
    {
        SynchronizationContext.SetSynchronizationContext(new QueueContext(_work));
        using (_work)
        {
            foreach (var action in _work.GetConsumingEnumerable())
                action();
        }
    }

    private sealed class QueueContext(BlockingCollection<Action> queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            try
            {
                queue.Add(() => d(state));
            }
            catch (Exception ended) when (ended is InvalidOperationException or ObjectDisposedException)
            {
                // Something that the method did not wait for continued after its end; it no longer has a thread to keep.
                ThreadPool.QueueUserWorkItem(_ => d(state));
            }
        }

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }
}
