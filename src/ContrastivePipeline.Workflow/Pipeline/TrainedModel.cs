using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>A trained model with its tokenizer, ready to embed. Use it on one thread.</summary>
internal sealed class TrainedModel : IDisposable
{
    private const int TextsPerPass = 256;

    private readonly BytePairTokenizer _tokenizer;
    private readonly TorchDevice _device;

    private TrainedModel(DualEncoder model, BytePairTokenizer tokenizer, TorchDevice device) =>
        (Model, Input, _tokenizer, _device) = (model, MediaKinds.Of(model.Sizes).InputOf(model.Sizes), tokenizer, device);

    /// <summary>The model, in evaluation mode.</summary>
    public DualEncoder Model { get; }

    /// <summary>How stored media become its input.</summary>
    public MediaInput Input { get; }

    public bool IsOnGpu => _device.IsGpu;

    /// <summary>The device that it computes on, for a person.</summary>
    public string DeviceName => _device.Name;

    /// <summary>Loads the weights of a checkpoint, on a GPU where there is one; see <see cref="TorchDevice"/>.</summary>
    /// <exception cref="WeightsException">The checkpoint is of another configuration.</exception>
    public static async Task<TrainedModel> LoadAsync(ArtifactStore store, EmbedInput input, CancellationToken cancellationToken)
    {
        var bytePairs = await input.Tokenizer.LoadAsync(store, cancellationToken);
        var device = TorchDevice.Borrow();
        var model = input.Model.Create(seed: 0);
        try
        {
            return await store.ReadAsync(input.Checkpoint, async (content, token) =>
            {
                var file = await SafetensorsReader.OpenAsync(content, input.Checkpoint.Path, token);
                await file.ReadAsync(StateDict.Match(model, input.WeightsOf(file), input.Checkpoint.Path), token);
                model.to(device.Device);
                model.eval();
                return new TrainedModel(model, bytePairs, device);
            }, cancellationToken);
        }
        catch
        {
            model.Dispose();
            device.Dispose();
            throw;
        }
    }

    /// <summary>Unit embeddings of media.</summary>
    /// <param name="items">Decoded by <see cref="Input"/>.</param>
    public float[][] EmbedMedia(IReadOnlyList<byte[]> items)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var bytes = new byte[items.Count * Input.ItemLength];
        for (var i = 0; i < items.Count; i++)
            items[i].CopyTo(bytes, i * Input.ItemLength);
        return Rows(Model.EncodeMedia(Input.ToModel(Input.ToTensor(bytes, items.Count), _device.Device)));
    }

    /// <summary>Unit embeddings of texts.</summary>
    public float[][] EmbedTexts(IReadOnlyList<string> texts) =>
        [.. texts.Chunk(TextsPerPass).SelectMany(EmbedPass)];

    public void Dispose()
    {
        Model.Dispose();
        _device.Dispose();
    }

    private float[][] EmbedPass(string[] texts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var batch = TextBatch.Of([.. texts.Select(t => _tokenizer.Encode(t, Model.Sizes.Text.ContextLength))]);
        return Rows(batch.Join([.. batch.Groups.Select(g => Model.EncodeText(g.To(_device.Device)))]));
    }

    private static float[][] Rows(Tensor features) =>
        DualEncoder.Normalize(features).cpu().contiguous().data<float>().ToArray().Chunk(checked((int)features.size(1))).ToArray();
}
