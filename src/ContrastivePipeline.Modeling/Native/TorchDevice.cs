using TorchSharp;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>
/// The device that a training or a model computes on, for as long as it is held: a GPU where torch sees one, else the CPU. Whoever
/// computes borrows it here and nowhere else. With several GPUs it is the one with the fewest holders. The ecosystem's own switch,
/// <c>CUDA_VISIBLE_DEVICES</c>, chooses among GPUs or, empty, turns them off.
/// </summary>
public sealed class TorchDevice : IDisposable
{
    private const string OfCpu = "the CPU";

    // Asked once, before anything is computed: torch looks for its CUDA half only once, and learns of it from this question.
    private static readonly Lazy<int[]> s_holders =
        new(() => new int[torch.cuda.is_available() ? torch.cuda.device_count() : 0]);

    private readonly int _index;
    private int _released;

    private TorchDevice(int index) =>
        (_index, Device, Name) = index < 0 ? (index, torch.CPU, OfCpu) : (index, torch.device(DeviceType.CUDA, index), NameOf(index));

    /// <summary>GPUs that torch sees; 0 where it computes on the CPU.</summary>
    public static int GpuCount => s_holders.Value.Length;

    /// <summary>What training computes on, for a person: <c>the CPU</c>, or every GPU by its name.</summary>
    public static string Describe() =>
        GpuCount == 0 ? OfCpu : string.Join(", ", Enumerable.Range(0, GpuCount).Select(NameOf));

    /// <summary>Where the tensors go.</summary>
    public torch.Device Device { get; }

    /// <summary>For a person: <c>the CPU</c>, or for example <c>CUDA (NVIDIA H100 80GB HBM3)</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is a GPU.</summary>
    public bool IsGpu => _index >= 0;

    /// <summary>Borrows a device until it is disposed.</summary>
    public static TorchDevice Borrow()
    {
        var holders = s_holders.Value;
        lock (holders)
        {
            var index = LeastHeld(holders);
            if (index >= 0)
                holders[index]++;
            return new TorchDevice(index);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsGpu || Interlocked.Exchange(ref _released, 1) == 1)
            return;
        lock (s_holders.Value)
            s_holders.Value[_index]--;
    }

    /// <summary>The first of those with the fewest holders; −1 where there is none.</summary>
    internal static int LeastHeld(ReadOnlySpan<int> holders)
    {
        var least = holders.IsEmpty ? -1 : 0;
        for (var i = 1; i < holders.Length; i++)
        {
            if (holders[i] < holders[least])
                least = i;
        }
        return least;
    }

    private static string NameOf(int index)
    {
        var name = GpuName.Of(index) ?? "unnamed GPU";
        return GpuCount == 1 ? $"CUDA ({name})" : $"CUDA {index} ({name})";
    }
}
