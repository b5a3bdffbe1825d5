using TorchSharp;
using static TorchSharp.torch;

namespace ContrastivePipeline.Workflow.Pipeline;

/// <summary>A trained model with its tokenizer, ready to embed. Use it on one thread.</summary>
internal sealed class TrainedModel : IDisposable
{
    private const int TextsPerPass = 256;

    private readonly BytePairTokenizer _tokenizer;
    private readonly TorchDevice _device;

    private TrainedModel(ClipModel model, BytePairTokenizer tokenizer, TorchDevice device) =>
        (Model, _tokenizer, _device) = (model, tokenizer, device);

    /// <summary>The model, in evaluation mode.</summary>
    public ClipModel Model { get; }

    public bool IsOnGpu => _device.IsGpu;

    /// <summary>The device that it computes on, for a person.</summary>
    public string DeviceName => _device.Name;

    /// <summary>Loads the weights of a checkpoint, on a GPU where there is one; see <see cref="TorchDevice"/>.</summary>
    /// <exception cref="WeightsException">The checkpoint is of another configuration.</exception>
    public static async Task<TrainedModel> LoadAsync(ArtifactStore store, EmbedInput input, CancellationToken cancellationToken)
    {
        var bytePairs = await input.Tokenizer.LoadAsync(store, cancellationToken);
        var device = TorchDevice.Borrow();
        var model = new ClipModel(input.Model, seed: 0);
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

    /// <summary>Unit embeddings of images.</summary>
    /// <param name="images">Each [side, side, 3], one byte a channel.</param>
    public float[][] EmbedImages(IReadOnlyList<byte[]> images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var side = Model.Config.ImageSize;
        var bytes = new byte[images.Count * 3 * side * side];
        for (var i = 0; i < images.Count; i++)
            images[i].CopyTo(bytes, i * 3 * side * side);
        var pixels = tensor(bytes, [images.Count, side, side, 3]).permute(0, 3, 1, 2);
        return Rows(Model.EncodeImage(Pixels.ToModel(pixels, _device.Device)));
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
        var batch = TextBatch.Of([.. texts.Select(t => _tokenizer.Encode(t, Model.Config.Text.ContextLength))]);
        return Rows(batch.Join([.. batch.Groups.Select(g => Model.EncodeText(g.to(_device.Device)))]));
    }

    private static float[][] Rows(Tensor features) =>
        ClipModel.Normalize(features).cpu().contiguous().data<float>().ToArray().Chunk(checked((int)features.size(1))).ToArray();
}
