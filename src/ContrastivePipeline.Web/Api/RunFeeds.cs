using System.Text.Json;
using System.Threading.Channels;

namespace ContrastivePipeline.Web.Api;

/// <summary>Tells any number of watchers when a run's record changes, with one poller a run.</summary>
public sealed class RunFeeds(RunStore runs, RunActivity activity, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Feed> _feeds = new(StringComparer.Ordinal);

    /// <summary>Watches a run.</summary>
    /// <returns>
    /// Its state as JSON (<see cref="RunDetail"/>) now and after every change; who reads slowly gets the latest. Ends with the run.
    /// </returns>
    public Watch Open(string id)
    {
        lock (_lock)
        {
            if (!_feeds.TryGetValue(id, out var feed))
            {
                feed = _feeds[id] = new Feed();
                feed.Polling = Task.Run(() => PollAsync(id, feed));
            }
            var channel = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
            feed.Watchers.Add(channel.Writer);
            if (feed.Latest is { } latest)
                channel.Writer.TryWrite(latest);
            return new Watch(channel.Reader, () => Leave(id, feed, channel.Writer));
        }
    }

    private void Leave(string id, Feed feed, ChannelWriter<byte[]> watcher)
    {
        lock (_lock)
        {
            if (feed.Watchers.Remove(watcher) && feed.Watchers.Count == 0)
                Close(id, feed);
        }
    }

    private async Task PollAsync(string id, Feed feed)
    {
        Exception? fault = null;
        try
        {
            while (await PublishAsync(id, feed))
                await Task.Delay(Pause, time, feed.Stop.Token);
        }
        catch (OperationCanceledException) when (feed.Stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            fault = e;
        }
        lock (_lock)
        {
            Close(id, feed);
            foreach (var watcher in feed.Watchers)
                watcher.TryComplete(fault);
        }
    }

    private async Task<bool> PublishAsync(string id, Feed feed)
    {
        try
        {
            if (await runs.GetAsync(id, feed.Stop.Token) is not { } run)
                return false;
            var detail = RunDetail.Of(run, await activity.IsActiveAsync(run, feed.Stop.Token));
            var content = JsonSerializer.SerializeToUtf8Bytes(detail, ApiJson.Options);
            lock (_lock)
            {
                if (feed.Latest is null || !content.AsSpan().SequenceEqual(feed.Latest))
                {
                    feed.Latest = content;
                    foreach (var watcher in feed.Watchers)
                        watcher.TryWrite(content);
                }
            }
            return detail.Run.State == RunCondition.Running;
        }
        catch (StoreUnavailableException)
        {
            // Watchers wait on: the store comes back, or they lose patience.
            return true;
        }
    }

    private void Close(string id, Feed feed)
    {
        feed.Stop.Cancel();
        if (_feeds.TryGetValue(id, out var present) && present == feed)
            _feeds.Remove(id);
    }

    /// <summary>One who watches.</summary>
    public sealed class Watch(ChannelReader<byte[]> changes, Action leave) : IDisposable
    {
        /// <summary>The changes.</summary>
        public ChannelReader<byte[]> Changes => changes;

        /// <summary>Watches no longer.</summary>
        public void Dispose() => leave();
    }

    private sealed class Feed
    {
        public CancellationTokenSource Stop { get; } = new();

        public List<ChannelWriter<byte[]>> Watchers { get; } = [];

        public byte[]? Latest { get; set; }

        public Task? Polling { get; set; }
    }
}
