namespace ContrastivePipeline.Tests.Workflow;

public sealed class RecipesTests
{
    private static readonly DatasetVersion Dataset =
        new("t", "abc", new Artifact("datasets/t/abc/manifest.json", 1, new string('0', 64)), 1000, 75, ["train", "unseen"], []);

    [Fact]
    public void A_batch_of_triples_is_in_the_recipes_that_need_it_and_not_where_it_is_the_default()
    {
        Assert.Equal([null, 30], Of("triples_batch: 30").Select(recipe => recipe.TriplesBatchSize));
        Assert.Equal([null, null], Of("triples_batch: 100").Select(recipe => recipe.TriplesBatchSize));
        Assert.Equal([null, null], Of("parallel: 1").Select(recipe => recipe.TriplesBatchSize));
        Assert.Equal(Of("parallel: 1")[0].Fingerprint(), Of("triples_batch: 30")[0].Fingerprint());
        Assert.NotEqual(Of("parallel: 1")[1].Fingerprint(), Of("triples_batch: 30")[1].Fingerprint());
    }

    [Fact]
    public void The_report_says_how_often_training_passed_over_pairs_and_triples()
    {
        var settings = ReportFormatter.Training(Of("triples_batch: 30"), Dataset).ToDictionary(s => s.Name, s => s.Value);
        Assert.Equal("250: 25.0 passes over 1,000 training pairs", settings["steps"]);
        Assert.Equal("30 a step: 100.0 passes over 75 triples", settings["sentence triples for L_n"]);
        var plain = ReportFormatter.Training(Of("triples_batch: 30")[..1], Dataset);
        Assert.DoesNotContain(plain, setting => setting.Name.StartsWith("sentence triples", StringComparison.Ordinal));
        Assert.Empty(ReportFormatter.Training([], Dataset));
    }

    private static TrainingRecipe[] Of(string setting)
    {
        var experiment = ExperimentFile.Parse(
            $$"""
            name: t
            dataset: { source: { kind: emoji } }
            training: { steps: 250, batch: 100, {{setting}} }
            variants: [clip, clip+ln]
            """,
            "t.yaml", ExperimentFolder.Of("."));
        var tokenizer = new PreparedTokenizer(new Artifact("v", 1, new string('0', 64)), 600);
        return [.. experiment.Variants.Select(variant => Recipes.Of(experiment, variant, 1, Dataset, tokenizer))];
    }
}
