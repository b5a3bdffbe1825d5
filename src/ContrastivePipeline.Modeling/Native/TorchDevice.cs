using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>The device that a training or a model computes on, held until disposed: a GPU where torch sees one, else the CPU. All code that
/// computes borrows its device here. With several GPUs it is the one with the fewest holders. <c>CUDA_VISIBLE_DEVICES</c> selects GPUs or,
/// empty, disables them.</summary>
public sealed class TorchDevice : IDisposable
{
    private const string CpuName = "the CPU";

    // Asked once, before any computation: torch looks for its CUDA libraries only once, and this call loads them.
    private static readonly Lazy<int[]> Holders =
        new(() => new int[torch.cuda.is_available() ? torch.cuda.device_count() : 0]);

    private readonly int _index;
    private int _released;

    private TorchDevice(int index) =>
        (_index, Device, Name) = index < 0 ? (index, torch.CPU, CpuName) : (index, torch.device(DeviceType.CUDA, index), NameOf(index));

    /// <summary>GPUs that torch sees; 0 where it computes on the CPU.</summary>
    public static int GpuCount => Holders.Value.Length;

    /// <summary>Display text of the devices: <c>the CPU</c>, or every GPU by its name.</summary>
    public static string Describe() =>
        GpuCount == 0 ? CpuName : string.Join(", ", Enumerable.Range(0, GpuCount).Select(NameOf));

    /// <summary>The device as TorchSharp takes it.</summary>
    public torch.Device Device { get; }

    /// <summary>Display name: <c>the CPU</c>, or for example <c>CUDA (NVIDIA H100 80GB HBM3)</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is a GPU.</summary>
    public bool IsGpu => _index >= 0;

    /// <summary>Borrows a device until it is disposed.</summary>
    public static TorchDevice Borrow()
    {
        var holders = Holders.Value;
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
        lock (Holders.Value)
        {
            Holders.Value[_index]--;
        }
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

/// <summary>The product name of a GPU, from NVIDIA's driver; TorchSharp has no call for it.</summary>
internal static unsafe class GpuName
{
    private const int MaxLength = 256;

    /// <summary>The name, or null where the driver does not say.</summary>
    /// <param name="index">Number of the GPU among those that CUDA_VISIBLE_DEVICES leaves, as torch counts them.</param>
    public static string? Of(int index)
    {
        var library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(library, out var driver))
            return null;
        // CUDA driver API: cuInit, cuDeviceGet and cuDeviceGetName return 0 for success.
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out var initialize)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var getName))
        {
            return null;
        }
        int device;
        var name = stackalloc byte[MaxLength];
        if (((delegate* unmanaged<uint, int>)initialize)(0) != 0
            || ((delegate* unmanaged<int*, int, int>)get)(&device, index) != 0
            || ((delegate* unmanaged<byte*, int, int, int>)getName)(name, MaxLength, device) != 0)
        {
            return null;
        }
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }
}
