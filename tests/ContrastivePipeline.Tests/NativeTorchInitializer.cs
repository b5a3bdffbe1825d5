using System.Runtime.CompilerServices;
using ContrastivePipeline.Modeling.Native;

namespace ContrastivePipeline.Tests;

internal static class NativeTorchInitializer
{
    [ModuleInitializer]
    internal static void Initialize() => NativeTorch.EnsureLoadable();
}
