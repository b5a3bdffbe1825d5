using static ContrastivePipeline.Tests.Modeling.GoldenTorch;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class ObjectivesGoldenTests
{
    private sealed record Inputs(Tensor I, Tensor T, Tensor IA, Tensor TA, Tensor LogScale, Tensor Z1, Tensor Z2, Tensor Z3)
    {
        public Dictionary<string, Tensor> ByName => new()
        {
            ["image_embeds"] = I,
            ["text_embeds"] = T,
            ["augmented_image_embeds"] = IA,
            ["augmented_text_embeds"] = TA,
            ["logit_scale"] = LogScale,
            ["z1"] = Z1,
            ["z2"] = Z2,
            ["z3"] = Z3,
        };
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "objectives", MemberType = typeof(Golden))]
    public void In_double_precision_values_and_gradients_are_exact(GoldenCase golden) => Check(golden, ScalarType.Float64, 1e-12, 1e-10);

    [Theory]
    [MemberData(nameof(Golden.Cases), "objectives", MemberType = typeof(Golden))]
    public void In_single_precision_values_and_gradients_are_close(GoldenCase golden) => Check(golden, ScalarType.Float32, 2e-5, 1e-4);

    private static void Check(GoldenCase golden, ScalarType type, double lossTolerance, double gradientTolerance)
    {
        using var scope = NewDisposeScope();
        var temperature = golden.ConfigDouble("simcse_temperature");
        var (inModal, cross) = (golden.ConfigDouble("lambda_inmodal"), golden.ConfigDouble("lambda_crossmodal"));
        Tensor Cyclic(Inputs x) =>
            inModal * CyclicInModal.Loss(x.I, x.T) + cross * CyclicCross.Loss(x.I, x.T);
        Tensor InModalOption(Inputs x) => 0.5 * CrossModal.Loss(x.I, x.T, x.LogScale.exp())
            + 0.5 * InModal.Loss(x.I, x.IA, x.T, x.TA, x.LogScale.exp());

        var objectives = new Dictionary<string, Func<Inputs, Tensor>>
        {
            ["clip"] = x => CrossModal.Loss(x.I, x.T, x.LogScale.exp()),
            ["inmodal_cyclic"] = x => CyclicInModal.Loss(x.I, x.T),
            ["crossmodal_cyclic"] = x => CyclicCross.Loss(x.I, x.T),
            ["cyclip_total"] = x => CrossModal.Loss(x.I, x.T, x.LogScale.exp()) + Cyclic(x),
            ["inmodal_option"] = InModalOption,
            ["inmodal_option_cyclic"] = x => InModalOption(x) + Cyclic(x),
            ["simcse_unsup"] = x => SentenceUnsupervised.Loss(x.Z1, x.Z2, temperature),
            ["simcse_sup_w0"] = x => SentenceSupervised.Loss(x.Z1, x.Z2, x.Z3, temperature),
            ["simcse_sup_w1"] = x => SentenceSupervised.Loss(x.Z1, x.Z2, x.Z3, temperature, hardNegativeWeight: 1),
        };
        foreach (var (name, objective) in objectives)
        {
            var inputs = Read(golden, type);
            var loss = objective(inputs);
            loss.backward();
            AssertAbsolute(
                golden.Tensor($"out.{name}.loss").item<double>(), loss.to(ScalarType.Float64).item<double>(), lossTolerance, name);
            foreach (var (input, value) in inputs.ByName)
            {
                var key = $"out.{name}.grad.{input}";
                if (!golden.Tensors.ContainsKey(key))
                    continue;
                var expected = golden.Tensor(key).to(ScalarType.Float64);
                // The cyclic terms do not depend on the scale.
                if (input == "logit_scale")
                {
                    var actual = value.grad?.to(ScalarType.Float64).item<double>() ?? 0;
                    AssertAbsolute(expected.item<double>(), actual, Math.Max(1e-6, gradientTolerance), key);
                }
                else
                {
                    AssertRelativeDouble(expected, value.grad!.to(ScalarType.Float64), gradientTolerance, key);
                }
            }
        }
    }

    private static void AssertRelativeDouble(Tensor expected, Tensor actual, double tolerance, string name)
    {
        var limit = tolerance * expected.abs().max().item<double>();
        var difference = (expected - actual).abs().max().item<double>();
        Assert.True(difference <= limit, $"{name}: differs by {difference:g3}, allowed are {limit:g3}.");
    }

    private static Inputs Read(GoldenCase golden, ScalarType type)
    {
        Tensor In(string name) => golden.Tensor("in." + name).to(type).clone().requires_grad_();
        return new Inputs(
            In("image_embeds"), In("text_embeds"), In("augmented_image_embeds"), In("augmented_text_embeds"), In("logit_scale"),
            In("z1"), In("z2"), In("z3"));
    }
}
