using System.Runtime.InteropServices;
using System.Text;

namespace ContrastivePipeline.Modeling.Native;

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
            return null;
        int device;
        var name = stackalloc byte[MaxLength];
        if (((delegate* unmanaged<uint, int>)initialize)(0) != 0
            || ((delegate* unmanaged<int*, int, int>)get)(&device, index) != 0
            || ((delegate* unmanaged<byte*, int, int, int>)getName)(name, MaxLength, device) != 0)
            return null;
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }
}
