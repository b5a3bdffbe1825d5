using System.Runtime.CompilerServices;
using TorchSharp;

namespace ContrastivePipeline.Tests;

internal static class NativeTorchInitializer
{
    [ModuleInitializer]
    internal static void Initialize()
    {
        NativeTorch.EnsureLoadable();
        // Tests run side by side already; and bits are compared, which the number of threads may change.
        torch.set_num_threads(1);
    }
}
