using System.Collections.Concurrent;

namespace ContrastivePipeline.Workflow.Hosting;

/// <summary>Runs an async method and its continuations on one thread of its own. Torch keeps per-thread state and hates to move; a workflow
/// gets the one-at-a-time semantics that a durable orchestration has.</summary>
internal static class DedicatedThread
{
    /// <summary>Runs the method on a new thread; the task completes, on another thread, when the method does.</summary>
    public static Task<T> RunAsync<T>(string name, Func<Task<T>> method)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Pump(method, completion)) { IsBackground = true, Name = name };
        thread.Start();
        return completion.Task;
    }

    private static void Pump<T>(Func<Task<T>> method, TaskCompletionSource<T> completion)
    {
        using var queue = new BlockingCollection<(SendOrPostCallback Callback, object? State)>();
        var context = new QueueContext(queue);
        SynchronizationContext.SetSynchronizationContext(context);
        var task = StartAsync(method);
        task.ContinueWith(_ => queue.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        foreach (var (callback, state) in queue.GetConsumingEnumerable())
            callback(state);
        completion.SetFromTask(task);
    }

    private static async Task<T> StartAsync<T>(Func<Task<T>> method) => await method();

    private sealed class QueueContext(BlockingCollection<(SendOrPostCallback, object?)> queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            try
            {
                queue.Add((d, state));
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
