using static TorchSharp.torch;

namespace ContrastivePipeline.Training;

/// <summary>Computes what the objectives of a step need, and nothing else.</summary>
internal sealed class StepEncoder(TrainingState state, DropoutNoise noise)
{
    private readonly DualEncoder _model = state.Model;
    private readonly ObjectiveWeights _objectives = state.Recipe.Objectives;

    public StepEmbeddings Encode(Batch batch)
    {
        var (media, secondMedia) = EncodeMedia(batch);
        var views = _objectives.Need(ObjectiveNeeds.SecondTextView) ? 2 : 1;
        var states = EncodeTexts(batch.Captions, views);
        var texts = DualEncoder.Normalize(_model.ProjectText(states)).chunk(views, 0);
        return new StepEmbeddings
        {
            Scale = _model.LogitScale.exp(),
            Media = media,
            SecondMedia = secondMedia,
            Texts = texts[0],
            SecondTexts = views == 2 ? texts[1] : null,
            Sentences = views == 2 ? Sentences(states, texts) : null,
            Triples = batch.Triples is { } triples ? Triples(triples) : null,
            PairMatches = batch.PairMatches?.to(state.Device),
            TripleMatches = batch.TripleMatches?.to(state.Device),
            SentenceTemperature = state.Recipe.SentenceTemperature,
        };
    }

    private (Tensor? Media, Tensor? Second) EncodeMedia(Batch batch)
    {
        if (batch.Media is not { } first)
            return (null, null);
        if (batch.SecondMedia is not { } second)
            return (DualEncoder.Normalize(_model.EncodeMedia(first)), null);
        var views = DualEncoder.Normalize(_model.EncodeMedia(cat([first, second], 0))).chunk(2, 0);
        return (views[0], views[1]);
    }

    /// <summary>The encoder's own output. Views come from one forward pass, with dropout masks of their own.</summary>
    /// <returns>[views · texts, width]: all texts of the first view, then all of the second.</returns>
    private Tensor EncodeTexts(TextBatch texts, int views)
    {
        var groups = texts.Groups.Select(g => _model.EncodeTextStates(g.To(state.Device).Repeat(views), noise).chunk(views, 0)).ToArray();
        return cat([.. Enumerable.Range(0, views).Select(view => texts.Join([.. groups.Select(g => g[view])]))], 0);
    }

    private (Tensor First, Tensor Second) Sentences(Tensor states, Tensor[] projected)
    {
        if (state.Head is not { } head)
            return (projected[0], projected[1]);
        var views = head.Forward(states).chunk(2, 0);
        return (views[0], views[1]);
    }

    private (Tensor Anchors, Tensor Positives, Tensor Negatives) Triples(TextBatch triples)
    {
        var states = EncodeTexts(triples, views: 1);
        var z = (state.Head is { } head ? head.Forward(states) : _model.ProjectText(states)).chunk(3, 0);
        return (z[0], z[1], z[2]);
    }
}
