using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Training;

internal static class NativeTorchInitializer
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Code of this assembly may be the process's first to reach TorchSharp.")]
    internal static void Initialize() => NativeTorch.EnsureLoadable();
}
