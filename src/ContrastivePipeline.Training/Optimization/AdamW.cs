using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ContrastivePipeline.Training.Optimization;

/// <summary>Settings of <see cref="AdamW"/>.</summary>
/// <param name="WeightDecay">Decoupled decay of the parameters that the rule names.</param>
/// <param name="Beta1">Decay rate of the first moment.</param>
/// <param name="Beta2">Decay rate of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
public sealed record AdamWOptions(
    double WeightDecay, DecayRule Decay = DecayRule.Standard, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8);

/// <summary>AdamW (Loshchilov and Hutter, arXiv 1711.05101) by torch's fused kernel: one pass over all parameters instead of a dozen
/// operations a parameter. TorchSharp has no binding for it; a line of TorchScript reaches it.</summary>
public sealed class AdamW : IDisposable
{
    private readonly Slot[] _slots;
    private readonly jit.CompilationUnit _kernel;

    /// <summary>Creates an optimiser with zero moments.</summary>
    /// <param name="parameters">Parameters by name, with the factor of their learning rate; they stay the module's.</param>
    public AdamW(IEnumerable<(string Name, Parameter Value, double Rate)> parameters, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = NewDisposeScope();
        _slots = [.. parameters.OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => new Slot(p.Name, p.Value, p.Rate, options.Decay.Decays(p.Name, p.Value.dim())))];
        _kernel = jit.compile(Script(options));
    }

    /// <summary>Moments and step counts by name, for checkpoints; the optimiser's own tensors.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _slots.SelectMany(s => new KeyValuePair<string, Tensor>[]
    {
        new($"exp_avg.{s.Name}", s.FirstMoment), new($"exp_avg_sq.{s.Name}", s.SecondMoment), new($"step.{s.Name}", s.Steps),
    });

    /// <summary>Names of the parameters that decay.</summary>
    public IEnumerable<string> Decaying => _slots.Where(s => s.Decays).Select(s => s.Name);

    /// <summary>Parameters whose gradients the last backward pass filled.</summary>
    internal IEnumerable<Parameter> WithGradient => _slots.Where(s => s.Parameter.grad is not null).Select(s => s.Parameter);

    /// <summary>Updates every parameter that has a gradient, and drops the gradients.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var group in _slots.Where(s => s.Parameter.grad is not null).GroupBy(s => (s.Decays, s.Rate)))
        {
            var rate = tensor(learningRate * group.Key.Rate);
            var slots = group.ToArray();
            foreach (var slot in slots)
                slot.Steps.Increment();
            _kernel.invoke<object>(
                group.Key.Decays ? "decaying" : "plain",
                slots.Select(s => (Tensor)s.Parameter).ToArray(), slots.Select(s => s.Parameter.grad!).ToArray(),
                slots.Select(s => s.FirstMoment).ToArray(), slots.Select(s => s.SecondMoment).ToArray(),
                slots.Select(s => s.Steps).ToArray(),
                rate);
        }
        ZeroGradients();
    }

    /// <summary>The greatest magnitude of any gradient that the last backward pass filled: [], not finite where one of them is
    /// not.</summary>
    internal Tensor LargestGradient() =>
        _kernel.invoke<Tensor>("largest", (object)_slots.Select(s => s.Parameter.grad).OfType<Tensor>().ToArray());

    /// <summary>Drops all gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.Dispose();
            slot.Parameter.grad = null;
        }
    }

    /// <summary>All settings are constants of the script: only tensors cross into native code (see <see cref="LastingScalar"/>).</summary>
    private static string Script(AdamWOptions options)
    {
        static string Number(double value) => value.ToString("0.0##################");
        string Function(string name, double decay) =>
            $"""
            def {name}(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], lr: Tensor) -> int:
                torch._fused_adamw_(p, g, m, v, [], t, lr=lr, beta1={Number(options.Beta1)}, beta2={Number(options.Beta2)},
                                    weight_decay={Number(decay)}, eps={Number(options.Epsilon)}, amsgrad=False, maximize=False)
                return len(p)

            """ + "\n";
        const string Largest =
            """
            def largest(g: List[Tensor]) -> Tensor:
                return torch.stack(torch._foreach_norm(g, float("inf"))).max()

            """ + "\n";
        return Function("decaying", options.WeightDecay) + Function("plain", 0) + Largest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in _slots)
            slot.Dispose();
        _kernel.Dispose();
    }

    private sealed class Slot : IDisposable
    {
        public Slot(string name, Parameter parameter, double rate, bool decays)
        {
            (Name, Parameter, Rate, Decays) = (name, parameter, rate, decays);
            // The moments outlive every scope: the optimiser keeps them until it is disposed.
            FirstMoment = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
            SecondMoment = zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
            Steps = zeros([], ScalarType.Float32, parameter.device).DetachFromDisposeScope();
        }

        public string Name { get; }

        public Parameter Parameter { get; }

        public double Rate { get; }

        public bool Decays { get; }

        public Tensor FirstMoment { get; }

        public Tensor SecondMoment { get; }

        public Tensor Steps { get; }

        public void Dispose()
        {
            FirstMoment.Dispose();
            SecondMoment.Dispose();
            Steps.Dispose();
        }
    }
}
