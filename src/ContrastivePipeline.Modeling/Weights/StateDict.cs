using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Reads and loads the weights of a module by key.</summary>
public static class StateDict
{
    private static readonly string[] Bookkeeping = ["input_resolution", "context_length", "vocab_size"];

    /// <summary>All parameters and persistent buffers by key; the module's own tensors, not copies.</summary>
    public static IReadOnlyDictionary<string, Tensor> Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var state = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, parameter) in module.named_parameters())
            state[name] = parameter;
        foreach (var (name, buffer) in module.named_buffers())
            state[name] = buffer;
        return state;
    }

    /// <summary>Takes a module's tensors out of the dispose scope that they were made in: the module owns them from now on.</summary>
    public static void KeepBeyondScope(Module module)
    {
        foreach (var tensor in Of(module).Values)
            tensor.DetachFromDisposeScope();
    }

    /// <summary>Copies weights into a module; every tensor must be there with the right shape, and no other.</summary>
    /// <exception cref="WeightsException">Some tensors are missing, unexpected or of another shape; nothing was copied.</exception>
    public static void Load(Module module, IReadOnlyDictionary<string, Tensor> weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var own = Of(module);
        var faults = own.Keys.Except(weights.Keys).Select(k => $"'{k}' is missing")
            .Concat(weights.Keys.Except(own.Keys).Except(Bookkeeping).Select(k => $"'{k}' is not in the model"))
            .Concat(own.Where(p => weights.TryGetValue(p.Key, out var w) && !w.shape.SequenceEqual(p.Value.shape))
                .Select(p => $"'{p.Key}' has shape [{string.Join(", ", weights[p.Key].shape)}], the model "
                    + $"[{string.Join(", ", p.Value.shape)}]"))
            .ToArray();
        if (faults.Length > 0)
        {
            throw new WeightsException(
                $"{name} does not fit the model: "
                    + $"{string.Join("; ", faults)}. "
                + "Use weights of a model with the same configuration.");
        }
        using var noGrad = no_grad();
        foreach (var (key, tensor) in own)
            tensor.copy_(weights[key]);
    }
}
