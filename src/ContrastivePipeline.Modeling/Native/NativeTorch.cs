using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>Makes native torch loadable before its first use, and describes the loaded library.</summary>
public static class NativeTorch
{
    private const string FileName = "libLibTorchSharp.so";
    private static string _library = "as shipped";

    private static int _prepared;

    /// <summary>Makes native torch loadable on this system; must run before the process's first call into TorchSharp. It runs by itself
    /// before any code of this assembly; an assembly whose code may reach TorchSharp first calls it from an initialiser of its
    /// own.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Native torch must be made loadable before its first use by any assembly.")]
    public static void EnsureLoadable()
    {
        if (Interlocked.Exchange(ref _prepared, 1) == 1 || !StandardLibraryCompatibility.SystemIsOlder())
            return;
        if (FindLibrary() is not { } file)
            return;
        try
        {
            if (StandardLibraryCompatibility.Rewrite(file))
            {
                _library = "rewritten for this system's older libstdc++";
            }
            else
            {
                _library = "already rewritten for this system's older libstdc++";
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            // The program's folder is read-only, as in a container: load a copy from the temporary folder.
            LoadCopy(file);
        }
    }

    /// <summary>What <c>contrastive doctor</c> prints: version, devices, threads and how the native library was loaded.</summary>
    /// <exception cref="NativeTorchException">Native torch does not load on this system.</exception>
    public static NativeTorchInfo Describe()
    {
        try
        {
            var gpus = TorchDevice.GpuCount;
            var library = OneDnnCheck.IsOff ? $"{_library}; oneDNN is off, because its convolutions are wrong on this processor" : _library;
            return new NativeTorchInfo(torch.__version__, library, TorchDevice.Describe(), gpus, torch.get_num_threads());
        }
        catch (Exception e)
            when (e is DllNotFoundException or NotSupportedException or TypeInitializationException or BadImageFormatException)
        {
            throw new NativeTorchException(
                "Native torch does not load on this system. Build on this platform (dotnet build), or see README, Troubleshooting. "
                + $"The loader said: {(e.InnerException ?? e).Message}", e);
        }
    }

    private static string? FindLibrary()
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"));
        return folders.Where(f => f.Length > 0).Select(f => Path.Combine(f, FileName)).FirstOrDefault(File.Exists);
    }

    private static void LoadCopy(string file)
    {
        // A new folder: in the shared temporary folder, another user could create a file of a known name first.
        var folder = Directory.CreateTempSubdirectory("contrastive-native-");
        try
        {
            var copy = Path.Combine(folder.FullName, FileName);
            if (!StandardLibraryCompatibility.Rewrite(file, copy))
                return;
            // The copy looks for torch beside itself; loaded libraries are found by name instead.
            foreach (var dependency in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
                NativeLibrary.TryLoad(Path.Combine(Path.GetDirectoryName(file)!, dependency), out _);
            // TorchSharp first probes by name, which finds a loaded library, then resolves its calls through the resolver.
            if (!NativeLibrary.TryLoad(copy, out var library))
                return;
            NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) =>
                name.Contains("LibTorchSharp", StringComparison.Ordinal) ? library : IntPtr.Zero);
            _library = "a rewritten copy in the temporary folder, because the program's folder is read-only";
        }
        finally
        {
            // A loaded library needs its file no more.
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>The loaded native torch.</summary>
/// <param name="Library">How TorchSharp's native library was loaded.</param>
/// <param name="Device">What training computes on: <c>the CPU</c>, or every GPU by its name.</param>
/// <param name="Gpus">GPUs that torch sees.</param>
/// <param name="Threads">Threads inside one operation.</param>
public sealed record NativeTorchInfo(string Version, string Library, string Device, int Gpus, int Threads);

/// <summary>Native torch does not load; the message says what to do.</summary>
public sealed class NativeTorchException(string message, Exception? inner = null) : Exception(message, inner);
