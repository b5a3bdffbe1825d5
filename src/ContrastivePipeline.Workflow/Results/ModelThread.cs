using System.Collections.Concurrent;

namespace ContrastivePipeline.Workflow.Results;

/// <summary>A thread that does one thing after the other: torch keeps state by thread and a model wants one.</summary>
internal sealed class ModelThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];

    public ModelThread(string name) => new Thread(Work) { IsBackground = true, Name = name }.Start();

    /// <summary>Does something on the thread, unless nobody wants it any more when its turn comes.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            if (cancellationToken.IsCancellationRequested)
            {
                done.SetCanceled(cancellationToken);
                return;
            }
            try
            {
                done.SetResult(work());
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
        using (_work)
        {
            foreach (var action in _work.GetConsumingEnumerable())
                action();
        }
    }
}
