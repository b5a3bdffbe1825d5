using System.Collections.Concurrent;

namespace ContrastivePipeline.Training.Batches;

/// <summary>Threads that make the media of batches, first come first served. Threads of their own, because the pool's have leases to renew
/// and requests to answer meanwhile.</summary>
internal sealed class MediaWorkers : IDisposable
{
    private readonly BlockingCollection<(BatchDraw Batch, int Item)> _queue = [];
    private readonly Thread[] _threads;
    private volatile bool _stopped;

    public MediaWorkers(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"media {i}" })];
        foreach (var thread in _threads)
            thread.Start();
    }

    public void Enqueue(BatchDraw batch)
    {
        for (var i = 0; i < batch.Count; i++)
            _queue.Add((batch, i));
    }

    /// <summary>Drops what is not begun, and waits for what is.</summary>
    public void Dispose()
    {
        _stopped = true;
        _queue.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _queue.Dispose();
    }

    private void Work()
    {
        foreach (var (batch, item) in _queue.GetConsumingEnumerable())
        {
            if (_stopped)
                return;
            batch.Make(item);
        }
    }
}
