using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

/// <summary>
/// Looks for tensors that would stay on the CPU beside a model on a GPU, on machines that have none: torch's meta device has shapes and no
/// numbers, and refuses to compute with the CPU's; and compiled code says where a tensor is made without a device.
/// </summary>
public sealed class DeviceTests
{
    private const byte LoadNull = 0x14;
    private const byte LoadZero = 0x16;

    private static readonly Device Meta = new(DeviceType.META);
    private static readonly TrainingRecipe SmallRecipe = TinyTraining.Recipe() with { SentenceSpace = SentenceSpace.Encoder };

    [Fact]
    public void The_meta_device_refuses_tensors_of_the_CPU()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => zeros([3], device: Meta).mul(zeros([3])));
        Assert.ThrowsAny<Exception>(() => cat([zeros([3], device: Meta), zeros([3])], 0).cpu());
    }

    [Fact]
    public void Objectives_dropout_and_pixels_stay_on_the_device_of_what_they_are_given()
    {
        // Torch's convolutions, embeddings and some gradients have no meta kernels outside of Python: a whole step cannot run there.
        using var scope = NewDisposeScope();
        Tensor Rows(int count = 8) => ones([count, 16], device: Meta);
        var scale = ones([], device: Meta);
        using var noise = new DropoutNoise(1, Meta);
        var matches = zeros([8, 8], ScalarType.Bool, Meta);
        Tensor[] made =
        [
            CrossModal.Loss(Rows(), Rows(), scale, matches),
            SentenceSupervised.Loss(Rows(), Rows(), Rows(), 0.05, matches: cat([matches, matches], 1)),
            CrossModal.Loss(Rows(), Rows(), scale),
            InModal.Loss(Rows(), Rows(), Rows(), Rows(), scale),
            CyclicCross.Loss(Rows(), Rows()), CyclicInModal.Loss(Rows(), Rows()),
            SentenceUnsupervised.Loss(Rows(), Rows(), 0.05),
            SentenceSupervised.Loss(Rows(), Rows(), Rows(), 0.05, hardNegativeWeight: 1),
            noise.Apply(Rows(), 0.1).sum(),
        ];
        Assert.All(made, scalar => Assert.Equal(DeviceType.META, scalar.device_type));
        Assert.Equal(DeviceType.META, new ImageInput(8).ToModel(zeros([2, 3, 8, 8], ScalarType.Byte), Meta).device_type);
    }

    [Fact]
    public void A_state_s_tensors_are_on_its_device_and_outlive_the_scope_that_they_were_made_in()
    {
        TrainingState state;
        using (NewDisposeScope())
            state = new TrainingState(SmallRecipe, Meta);
        using (state)
        {
            Assert.All(Everything(state), t => Assert.False(t.IsInvalid));
            Assert.All(Everything(state), t => Assert.Equal(DeviceType.META, t.device_type));
        }
    }

    [Fact]
    public void Restoring_a_checkpoint_leaves_every_tensor_on_its_device()
    {
        var checkpoint = TinyTraining.Train(SmallRecipe, TinyTraining.Set(), 2);
        using var state = WeightFiles.Restore(SmallRecipe, checkpoint, "checkpoint", Meta);
        Assert.Equal(2, state.Step);
        Assert.All(Everything(state), t => Assert.Equal(DeviceType.META, t.device_type));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void A_module_s_tensors_all_move_with_it(int patch)
    {
        var config = (ClipConfig)TinyTraining.Recipe().Model;
        using var model = new ClipModel(patch == 0 ? config : config with { Vision = new VisionConfig([2], 16, 2, patch) }, 1);
        model.to(Meta);
        foreach (var (name, module) in model.named_modules().Prepend(("", model)))
        {
            // Also those that are kept in a field and registered nowhere.
            foreach (var field in module.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            {
                if (field.GetValue(module) is Tensor tensor)
                    Assert.True(tensor.device_type == DeviceType.META, $"{name}.{field.Name} stays on {tensor.device}");
            }
        }
    }

    [Fact]
    public void Tensors_are_made_on_a_device_that_is_named_but_for_these()
    {
        // A module's own tensors are made on the CPU and move with it; so do files, and batches, which a step moves; AdamW's rate may
        // be anywhere (torch's fused kernel reads it on the CPU).
        Type[] own = [typeof(SafetensorsReader), typeof(ImageInput), typeof(TextBatch), typeof(TokenBatch), typeof(Matches)];
        var unnamed = from assembly in new[] { typeof(ClipModel), typeof(Trainer), typeof(TrainedModel) }.Select(t => t.Assembly)
                      from method in CompiledCode.MethodsOf(assembly)
                      where !(method is ConstructorInfo && method.DeclaringType!.IsAssignableTo(typeof(nn.Module)))
                      where !own.Contains(Outermost(method.DeclaringType!))
                      from called in CompiledCode.CallsOf(method)
                      where IsFactory(called.Method) && !NamesDevice(method, called.Method, called.At)
                      select $"{method.DeclaringType!.Name}.{method.Name} → {called.Method.Name}";
        Assert.Equal(["AdamW.Step → tensor"], unnamed.Distinct().Order());
    }

    [Fact]
    public void The_search_sees_a_device_that_is_named_and_one_that_is_not()
    {
        static Tensor Named(Device device) => zeros([2], device: device);
        static Tensor Unnamed() => zeros([2]);
        static bool Sees(Delegate made) =>
            CompiledCode.CallsOf(made.Method).Where(c => IsFactory(c.Method)).All(c => NamesDevice(made.Method, c.Method, c.At));
        Assert.True(Sees(Named));
        Assert.False(Sees(Unnamed));
    }

    [Fact]
    public void The_GPU_with_the_fewest_holders_is_borrowed()
    {
        Assert.Equal(-1, TorchDevice.LeastHeld([]));
        Assert.Equal(0, TorchDevice.LeastHeld([0, 0, 0]));
        Assert.Equal(2, TorchDevice.LeastHeld([2, 1, 0]));
        using var device = TorchDevice.Borrow();
        Assert.Equal(cuda.is_available(), device.IsGpu);
        Assert.Equal(device.IsGpu ? DeviceType.CUDA : DeviceType.CPU, device.Device.type);
        Assert.Equal(TorchDevice.GpuCount == 0 ? "the CPU" : device.Name, TorchDevice.GpuCount > 1 ? device.Name : TorchDevice.Describe());
    }

    private static IEnumerable<Tensor> Everything(TrainingState state)
    {
        var tensors = StateDict.Of(state.Model).Values.Concat(state.Optimizer.State.Select(s => s.Value));
        return state.Head is null ? tensors : tensors.Concat(StateDict.Of(state.Head).Values);
    }

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>Makes a tensor out of nothing: a static method of torch that returns one and takes a device.</summary>
    private static bool IsFactory(MethodBase method) =>
        method is MethodInfo { IsStatic: true } made && made.DeclaringType == typeof(torch) && made.ReturnType == typeof(Tensor)
        && !made.Name.EndsWith("_like", StringComparison.Ordinal)
        && made.GetParameters().Any(p => p.ParameterType == typeof(Device));

    /// <summary>The compiler loads what is left to its default as constants, the last just before the call.</summary>
    private static bool NamesDevice(MethodBase caller, MethodBase factory, int at)
    {
        var code = CompiledCode.CodeOf(caller);
        foreach (var parameter in factory.GetParameters().Reverse())
        {
            var load = at > 0 ? code[--at] : 0;
            if (parameter.ParameterType == typeof(Device))
                return load != LoadNull;
            if (load is not (LoadNull or LoadZero))
            {
                throw new InvalidOperationException(
                    $"{caller.DeclaringType}.{caller.Name} gives {factory.Name} a '{parameter.Name}': this search cannot tell its device.");
            }
        }
        return false;
    }
}
