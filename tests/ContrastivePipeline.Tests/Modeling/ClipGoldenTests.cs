using static ContrastivePipeline.Tests.Modeling.GoldenTorch;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

public sealed class ClipGoldenTests
{
    [Theory]
    [MemberData(nameof(Golden.Cases), "clip-rn", MemberType = typeof(Golden))]
    [MemberData(nameof(Golden.Cases), "clip-vit", MemberType = typeof(Golden))]
    public void Features_are_those_of_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Load(golden);
        model.eval();

        var images = model.EncodeMedia(golden.Tensor("in.pixel_values"));
        var texts = model.EncodeText(TokenBatch.EndingWithHighest(golden.Tensor("in.input_ids")));
        var (imageEmbeds, textEmbeds) = (DualEncoder.Normalize(images), DualEncoder.Normalize(texts));

        AssertRelative(golden.Tensor("out.eval.image_features"), images, 2e-5, "image features");
        AssertRelative(golden.Tensor("out.eval.text_features"), texts, 2e-5, "text features");
        AssertRelative(golden.Tensor("out.eval.image_embeds"), imageEmbeds, 2e-5, "image embeddings");
        AssertRelative(golden.Tensor("out.eval.text_embeds"), textEmbeds, 2e-5, "text embeddings");
        AssertRelative(
            golden.Tensor("out.eval.logits_per_image"), model.LogitScale.exp() * imageEmbeds.matmul(textEmbeds.t()), 2e-5, "logits");
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "clip-rn", MemberType = typeof(Golden))]
    public void Captions_cut_to_the_longest_of_the_batch_have_the_same_features(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var model = Load(golden);
        var ids = golden.Tensor("in.input_ids");
        var shortest = ids.narrow(0, 1, 1);
        var length = shortest.argmax(-1).item<long>() + 1;
        Assert.True(length < ids.shape[1]);

        AssertRelative(
            model.EncodeText(TokenBatch.EndingWithHighest(shortest)),
            model.EncodeText(TokenBatch.EndingWithHighest(shortest.narrow(1, 0, length))), 2e-5, "cut caption");
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "clip-rn", MemberType = typeof(Golden))]
    public void Loss_gradients_and_batch_statistics_are_those_of_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var model = Load(golden);
        model.train();

        var images = DualEncoder.Normalize(model.EncodeMedia(golden.Tensor("in.pixel_values")));
        var texts = DualEncoder.Normalize(model.EncodeText(TokenBatch.EndingWithHighest(golden.Tensor("in.input_ids"))));
        var loss = CrossModal.Loss(images, texts, model.LogitScale.exp());
        loss.backward();

        AssertAbsolute(golden.Tensor("out.train.loss").item<float>(), loss.item<float>(), 2e-5, "loss");
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var state = StateDict.Of(model);
        foreach (var name in golden.Tensors.Keys)
        {
            if (name.StartsWith("out.train.grad.", StringComparison.Ordinal))
            {
                AssertRelative(golden.Tensor(name), parameters[name["out.train.grad.".Length..]].grad!, 1e-3, name);
            }
            else if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                Assert.Equal(golden.Tensor(name).item<long>(), state[name["out.train.bn.".Length..]].item<long>());
            }
            else if (name.StartsWith("out.train.bn.", StringComparison.Ordinal))
            {
                Assert.True(allclose(golden.Tensor(name), state[name["out.train.bn.".Length..]], rtol: 1e-5, atol: 1e-8), name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "clip-rn", MemberType = typeof(Golden))]
    [MemberData(nameof(Golden.Cases), "clip-vit", MemberType = typeof(Golden))]
    public void Weights_go_out_as_they_came_in(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var model = Load(golden);
        var written = WeightFiles.Read(WeightFiles.Write(StateDict.Of(model)));
        Assert.Equal(golden.Weights.Keys.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, weight) in golden.Weights)
        {
            Assert.True(weight.Bytes.Span.SequenceEqual(written[name].bytes), name);
        }
    }

    private static ClipModel Load(GoldenCase golden)
    {
        var model = new ClipModel(golden.ClipConfig(), seed: 1);
        model.LoadWeights(File.ReadAllBytes(golden.WeightsPath), golden.WeightsPath);
        model.eval();
        return model;
    }
}
