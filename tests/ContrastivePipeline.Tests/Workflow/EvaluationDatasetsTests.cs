namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Experiments that train on one dataset and evaluate on others.</summary>
public sealed class EvaluationDatasetsTests(AzuriteFixture azurite) : IDisposable
{
    private const string Head =
        """
        name: t
        datasets:
          shapes: { source: { kind: pairs, path: pairs.csv, test_fraction: 0.3 }, image: { size: 32 } }
          others: { source: { kind: pairs, path: others.csv, test_fraction: 0 } }
        tokenizer: { kind: trained, vocabulary: 600 }
        model: { embedding: 16, context: 16, vision: { layers: [1, 1, 1, 1], width: 4, heads: 2 }, text: { width: 16, layers: 1, heads: 2 } }
        training: { dataset: shapes, batch: 16, steps: 4, segment: 2, warmup: 1 }
        variants: [clip, cyclip]

        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_evaluation_of_a_finished_run_trains_nothing_and_embeds_only_what_is_new()
    {
        var store = await azurite.OpenStoreAsync();
        var (first, _) = await RunAsync(store, Head + "evaluations:\n  - retrieval: { dataset: others }\n");
        Assert.All(first.Trials, trial => Assert.Equal("others", Assert.Single(trial.Evaluated).Dataset.Name));

        var (second, started) = await RunAsync(
            store, Head + "evaluations:\n  - retrieval: { dataset: others }\n  - geometry: { dataset: others }\n  - retrieval: { dataset: shapes }\n");
        Assert.Equal(
            ["embed clip-seed-1-shapes", "embed cyclip-seed-1-shapes", "evaluate clip-seed-1-others", "evaluate clip-seed-1-shapes",
                "evaluate cyclip-seed-1-others", "evaluate cyclip-seed-1-shapes", "report"],
            started.Select(stage => stage.Name == "report" ? "report" : $"{stage.Name} {stage.Label}").Order(StringComparer.Ordinal));
        Assert.Equal(first.Trials.Select(trial => trial.Checkpoint), second.Trials.Select(trial => trial.Checkpoint));
        Assert.All(second.Trials, trial => Assert.Equal(["shapes", "others"], trial.Evaluated.Select(one => one.Dataset.Name)));
    }

    [Fact]
    public async Task Numbers_of_every_dataset_are_reported_explained_and_computed_again()
    {
        var store = await azurite.OpenStoreAsync();
        var (output, _) = await RunAsync(store, Head);
        var run = (await new RunStore(store).LatestAsync(null, Cancellation))!;
        var lineage = await LineageReader.OpenAsync(store, run, Cancellation);

        // Both datasets have an R@1 of 'clip'; of the one that is not trained on, the whole is measured, for it has no other split.
        var own = Assert.IsType<Measurement>(Find("clip/1/test/retrieval/text-to-media/r@1"));
        var other = Assert.IsType<Measurement>(Find("clip/1/others:train/retrieval/text-to-media/r@1"));
        Assert.Equal(("shapes", "others"), (own.Dataset, other.Dataset));
        Assert.Equal(10, other.N);
        foreach (var number in new[] { own, other })
        {
            Assert.True((await lineage.RecomputeAsync(number, Cancellation)).IsIdentical);
            var explained = await lineage.ExplainAsync(number, Cancellation);
            Assert.Equal(number.Dataset, explained.Dataset!.Name);
            Assert.Equal(2, explained.Stages.Count(stage => stage.Name == "train"));
        }
        var html = System.Text.Encoding.UTF8.GetString(await store.ReadAsync(output.Report.Html, Cancellation));
        Assert.Contains("others", html, StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await RunArtifacts.ReadAsync(store, run, Cancellation)).All, a => a.Name.StartsWith("other/", StringComparison.Ordinal));

        Measurement? Find(string address) => lineage.Find(address).Numbers.SelectMany(number => number.Of).SingleOrDefault();
    }

    [Theory]
    [InlineData("evaluations:\n  - retrieval: { dataset: coco }\n", "10:27: there is no dataset 'coco' in datasets; it has shapes, others")]
    [InlineData("evaluations:\n  - retrieval: { dataset: othes }\n",
        "10:27: there is no dataset 'othes' in datasets; it has shapes, others; did you mean 'others'?")]
    [InlineData("evaluations:\n  - retrieval: {}\n", "10:16: evaluations[].retrieval.dataset is missing")]
    [InlineData("evaluations:\n  - recall: { dataset: others }\n",
        "10:5: an evaluation must be one of retrieval, geometry, zero_shot and sentences with its dataset, as in 'retrieval: { dataset: NAME, split: test }'")]
    [InlineData("evaluations:\n  - geometry: { dataset: others, labels: x }\n", "10:34: evaluations[].geometry.labels is not a key that exists here")]
    [InlineData("evaluation: { retrieval: [test] }\n", "9:13: evaluation has no use beside datasets: leave one of them out, and use evaluations")]
    public void What_is_wrong_says_where(string evaluations, string expected)
    {
        Draw();
        var broken = Assert.Throws<ExperimentInvalidException>(() => Parse(Head + evaluations));
        Assert.Contains(expected, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_several_datasets_the_one_to_train_on_is_named()
    {
        Draw();
        var broken = Assert.Throws<ExperimentInvalidException>(() => Parse(Head.Replace("dataset: shapes, ", "", StringComparison.Ordinal)));
        Assert.Equal("t.yaml:7:11: training.dataset is missing: name one of datasets (shapes, others)", broken.Message);
    }

    [Fact]
    public void Datasets_of_one_experiment_have_images_of_one_size()
    {
        Draw();
        Assert.Equal(32, Assert.Single(Parse(Head).Others!).Dataset.Media.Size);
        var broken = Assert.Throws<ExperimentInvalidException>(() => Parse(Head.Replace(
            "test_fraction: 0 } }", "test_fraction: 0 }, image: { size: 64 } }", StringComparison.Ordinal)));
        Assert.Equal(
            "t.yaml:4:89: datasets.others.image.size is 64, and the models are trained on images of 32 pixels (datasets.shapes): give both the same, "
            + "or leave it out here", broken.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_by_its_dataset()
    {
        var broken = Assert.Throws<ExperimentInvalidException>(() => Parse(Head.Replace("others.csv", "missing.csv", StringComparison.Ordinal)));
        Assert.Contains("datasets.others.source.path: there is no file", broken.Message, StringComparison.Ordinal);
    }

    private Experiment Parse(string yaml) => ExperimentFile.Parse(yaml, "t.yaml", ExperimentFolder.Of(_folder.Path));

    private void Draw()
    {
        ShapesExperiment.Draw(_folder.Path);
        _folder.Write("others.csv", "image,caption\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{i}.png,disc {i}\n")));
    }

    private async Task<(PipelineOutput Output, IReadOnlyList<StageIdentity> Started)> RunAsync(ArtifactStore store, string yaml)
    {
        Draw();
        return await LocalRun.RunAsync(store, yaml, _folder);
    }
}
