namespace ContrastivePipeline.Workflow.Results;

/// <summary>Keeps the indexes that were used last open, each on its own thread; closes an index when it has no user. Thread-safe.</summary>
internal sealed class ModelCache(int capacity) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Slot> _slots = [];
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Uses an index on its thread, and opens it first where it is not open.</summary>
    /// <param name="open">Opens it; requests that come meanwhile wait for the same one.</param>
    public async Task<T> UseAsync<T>(
        string key, Func<CancellationToken, Task<MediaIndex>> open, Func<MediaIndex, T> use, CancellationToken cancellationToken)
    {
        var slot = Take(key, open);
        try
        {
            var index = await slot.Index.WaitAsync(cancellationToken);
            return await slot.Thread.RunAsync(() => use(index), cancellationToken);
        }
        finally
        {
            Return(slot);
        }
    }

    /// <summary>Closes all indexes as soon as they are free.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        lock (_lock)
        {
            foreach (var slot in _slots.Where(slot => slot.Users == 0))
                slot.Close();
            _slots.Clear();
        }
    }

    private Slot Take(string key, Func<CancellationToken, Task<MediaIndex>> open)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            // An index that could not be opened is tried again.
            var slot = _slots.FirstOrDefault(slot => slot.Key == key && !slot.Index.IsFaulted && !slot.Index.IsCanceled)
                ?? new Slot(key, Task.Run(() => open(_closing.Token)));
            _slots.Remove(slot);
            _slots.AddLast(slot);
            slot.Users++;
            return slot;
        }
    }

    private void Return(Slot slot)
    {
        lock (_lock)
        {
            slot.Users--;
            if (!_slots.Contains(slot) && slot.Users == 0)
                slot.Close();
            foreach (var old in _slots.Where(old => old.Users == 0).Take(Math.Max(0, _slots.Count - capacity)).ToArray())
            {
                _slots.Remove(old);
                old.Close();
            }
        }
    }

    private sealed class Slot(string key, Task<MediaIndex> index)
    {
        public string Key => key;

        public Task<MediaIndex> Index => index;

        public DedicatedThread Thread { get; } = new($"search {key}");

        public int Users { get; set; }

        public void Close()
        {
            Thread.Dispose();
            index.ContinueWith(opened => opened.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        }
    }
}
