using ContrastivePipeline.Storage;
using ContrastivePipeline.Storage.Local;

namespace ContrastivePipeline.Cli.Stores;

/// <summary>Where the store of a call is; where it is the local one, this program is one of its users until disposed.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    // Starting the local store takes seconds, and one command is often followed by another.
    private static readonly TimeSpan s_linger = TimeSpan.FromMinutes(1);

    private readonly LocalAzurite? _local;

    private StorePlace(StoreAddress address, LocalAzurite? local)
    {
        Address = address;
        _local = local;
    }

    public StoreAddress Address { get; }

    /// <summary>The store that was asked for, or the local one, which is installed and started where it is not.</summary>
    /// <exception cref="UsageException">The address makes no sense.</exception>
    /// <exception cref="LocalStoreException">The local store cannot be started.</exception>
    public static async Task<StorePlace> OpenAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.StoreText is { } text)
            return new StorePlace(Parse(text), null);
        var options = new LocalStoreOptions
        {
            DataFolder = Path.Combine(call.LocalFolder, "store"),
            Linger = s_linger,
            Progress = new Notices(call),
        };
        var local = await LocalAzurite.JoinOrStartAsync(options, cancellationToken);
        return new StorePlace(local.Address, local);
    }

    public ValueTask DisposeAsync() => _local?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static StoreAddress Parse(string text)
    {
        try
        {
            return StoreAddress.Parse(text);
        }
        catch (ArgumentException wrong)
        {
            // Everything after the message is .NET's "(Parameter 'text')".
            throw new UsageException(wrong.Message.Split(" (Parameter")[0], wrong);
        }
    }
}
