using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>The weights of a module by key.</summary>
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

    /// <summary>Finds where the weights in a file belong in a module; every tensor must be there with the right shape, and no
    /// other. OpenAI's bookkeeping entries (input_resolution, …) are ignored.</summary>
    /// <param name="weights">Entries of the file by the module's keys.</param>
    /// <param name="name">What messages call the file.</param>
    /// <returns>The module's own tensors by their names in the file, for <see cref="SafetensorsReader"/>.</returns>
    /// <exception cref="WeightsException">Some tensors are missing, unexpected or of another shape.</exception>
    public static IReadOnlyDictionary<string, Tensor> Match(
        Module module, IReadOnlyDictionary<string, SafetensorsEntry> weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var own = Of(module);
        var faults = own.Keys.Except(weights.Keys).Select(k => $"'{k}' is missing")
            .Concat(weights.Keys.Except(own.Keys).Except(Bookkeeping).Select(k => $"'{k}' is not in the model"))
            .Concat(own.Where(p => weights.TryGetValue(p.Key, out var w) && !w.Shape.SequenceEqual(p.Value.shape))
                .Select(p => $"'{p.Key}' has shape [{string.Join(", ", weights[p.Key].Shape)}], the model "
                    + $"[{string.Join(", ", p.Value.shape)}]"))
            .ToArray();
        if (faults.Length > 0)
        {
            throw new WeightsException(
                $"{name} does not fit the model: "
                    + $"{string.Join("; ", faults)}. "
                + "Use weights of a model with the same configuration.");
        }
        return own.ToDictionary(p => weights[p.Key].Name, p => p.Value, StringComparer.Ordinal);
    }
}
