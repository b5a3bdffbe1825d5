using System.Text.Json;

namespace ContrastivePipeline.Tests.Training;

public sealed class ObjectiveWeightsTests
{
    [Fact]
    public void Weights_are_read_as_they_are_written()
    {
        ObjectiveWeights[] all =
        [
            new(), TinyTraining.Weights(0.25, 0.25, 1, 2), InModal.SharedWithContrastive, new([("ls", 1)]), new([("contrastive", 0.5), ("ln", 3)]),
        ];
        Assert.All(all, weights => Assert.Equal(weights, WorkflowJson.FromElement<ObjectiveWeights>(WorkflowJson.ToElement(weights))));
        Assert.Equal("""{"contrastive":0,"ls":1}""", WorkflowJson.ToElement(all[3]).GetRawText());
    }

    [Fact]
    public void Weights_that_an_earlier_program_stored_mean_what_they_meant()
    {
        static ObjectiveWeights Read(string json) => JsonSerializer.Deserialize<ObjectiveWeights>(json)!;
        const string plain = """{"cyclicCross":0,"cyclicInModal":0,"sentenceUnsupervised":0,"sentenceSupervised":0,"inModal":false}""";
        Assert.Equal(new ObjectiveWeights(), Read(plain));
        Assert.Equal(
            TinyTraining.Weights(0.25, 0.5, 1, 2),
            Read("""{"cyclicCross":0.25,"cyclicInModal":0.5,"sentenceUnsupervised":1,"sentenceSupervised":2,"inModal":false}"""));
        // L_contra was shared out: half for it, half for the views of each modality.
        Assert.Equal(
            TinyTraining.Weights(ls: 1, inModal: true),
            Read("""{"cyclicCross":0,"cyclicInModal":0,"sentenceUnsupervised":1,"sentenceSupervised":0,"inModal":true}"""));
    }

    [Theory]
    [InlineData("""{"contrastive":1,"lx":1}""")]
    [InlineData("""{"contrastive":-1}""")]
    [InlineData("""{"contrastive":"1"}""")]
    [InlineData("[1]")]
    public void What_is_no_weight_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ObjectiveWeights>(json));

    [Fact]
    public void Each_objective_says_what_it_needs()
    {
        Assert.Equal(ObjectiveNeeds.Media, new ObjectiveWeights().Needs);
        Assert.Equal(ObjectiveNeeds.SecondTextView, new ObjectiveWeights([("ls", 1)]).Needs);
        Assert.Equal(ObjectiveNeeds.Triples, new ObjectiveWeights([("ln", 1)]).Needs);
        Assert.True(InModal.SharedWithContrastive.Need(ObjectiveNeeds.SecondMediaView));
        Assert.Equal(ObjectiveList.All.Count, ObjectiveList.All.Select(o => o.Key).Distinct().Count());
    }
}
