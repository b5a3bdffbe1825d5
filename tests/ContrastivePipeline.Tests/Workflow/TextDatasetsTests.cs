namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Experiments with datasets of texts alone: to train on, to take triples from, and to measure with.</summary>
public sealed class TextDatasetsTests(AzuriteFixture azurite) : IDisposable
{
    private const string Texts =
        """
        name: texts
        datasets:
          plain: { source: { kind: sentences, path: plain.csv } }
          nli: { source: { kind: triples, path: nli.csv } }
          sts: { source: { kind: sentence_pairs, path: sts.csv } }
        tokenizer: { kind: trained, vocabulary: 600 }
        model: { embedding: 16, context: 16, text: { width: 16, layers: 1, heads: 2, dropout: 0.1 } }
        training: { dataset: plain, triples: nli, batch: 8, triples_batch: 4, steps: 4, segment: 2, warmup: 1 }
        variants:
          - unsupervised: { contrastive: 0, ls: 1 }
          - both: { contrastive: 0, ls: 1, ln: 1 }
        evaluations:
          - sentences: { dataset: sts }

        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_language_encoder_is_trained_and_measured_without_media()
    {
        Write();
        var store = await azurite.OpenStoreAsync();
        var (output, _) = await LocalRun.RunAsync(store, Texts, _folder);

        Assert.Equal(["unsupervised", "both"], output.Trials.Select(trial => trial.Variant));
        var weights = output.Trials.Select(trial => trial.Checkpoint!.Sha256);
        Assert.Equal(2, weights.Distinct().Count());
        foreach (var trial in output.Trials)
        {
            Assert.IsType<ClipTextConfig>(trial.Model);
            var evaluated = Assert.Single(trial.Evaluated);
            var numbers = await EvaluateStage.ReadAsync(store, evaluated.Measurements, Cancellation);
            Assert.Equal(["sentences/sts-all/spearman", "sentences/sts-all/pearson"], numbers.Select(number => number.Metric));
            Assert.All(numbers, number => Assert.Equal(("sts", "test", 8), (number.Dataset, number.Split, number.N)));
        }

        var run = (await new RunStore(store).LatestAsync(null, Cancellation))!;
        var lineage = await LineageReader.OpenAsync(store, run, Cancellation);
        var number = lineage.Find("both/1/sts:test/sentences/sts-all/spearman").Numbers.Single().Of[0];
        Assert.True((await lineage.RecomputeAsync(number, Cancellation)).IsIdentical);
        Assert.Equal("test-sentences.parquet", (await lineage.ExplainAsync(number, Cancellation)).Sources.Single().Name.Split('/')[^1]);
        var html = System.Text.Encoding.UTF8.GetString(await store.ReadAsync(output.Report.Html, Cancellation));
        Assert.Contains("STS, all pairs", html, StringComparison.Ordinal);
        Assert.Contains("passes over 6 triples of nli", html, StringComparison.Ordinal);
        Assert.Contains("training sentences", html, StringComparison.Ordinal);
        Assert.DoesNotContain("image", html, StringComparison.OrdinalIgnoreCase);

        var choice = await new ModelFinder(store, run).FindAsync("both", null, Cancellation);
        var nothing = Assert.Throws<ResultMissingException>(() => SearchSplits.Choose(choice, choice.Model.Dataset, []));
        Assert.Contains("has texts alone: there are no media to search.", nothing.Message, StringComparison.Ordinal);
        var refresh = await Assert.ThrowsAsync<SourceException>(() => new CaptionRefresher(store).ComputeAsync(
            new RefreshSpec("sts", choice.Model.Dataset.Version, RefreshMode.Patch, _folder.Write("captions.csv", "id,caption\n")), null,
            Cancellation));
        Assert.Contains("Dataset 'sts' has texts alone", refresh.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Triples_come_from_the_dataset_that_is_named_and_only_for_variants_that_need_them()
    {
        Write();
        ShapesExperiment.Draw(_folder.Path);
        var store = await azurite.OpenStoreAsync();
        const string images =
            """
            name: t
            datasets:
              shapes: { source: { kind: pairs, path: pairs.csv, test_fraction: 0.3 }, image: { size: 32 } }
              nli: { source: { kind: triples, path: nli.csv } }
              sts: { source: { kind: sentence_pairs, path: sts.csv } }
            tokenizer: { kind: trained, vocabulary: 600 }
            model: { embedding: 16, context: 16, vision: { layers: [1, 1, 1, 1], width: 4, heads: 2 }, text: { width: 16, layers: 1, heads: 2 } }
            training: { dataset: shapes, triples: nli, triples_batch: 4, batch: 16, steps: 2, segment: 2, warmup: 1 }
            variants: [clip, clip+ln]
            evaluations:
              - retrieval: { dataset: shapes }
              - sentences: { dataset: sts }

            """;
        var (first, _) = await LocalRun.RunAsync(store, images, _folder);
        Assert.All(first.Trials, trial => Assert.Equal(["shapes", "sts"], trial.Evaluated.Select(one => one.Dataset.Name)));

        // Other triples: what does not take them is not trained again.
        _folder.Write("nli.csv", "sent0,sent1,hard_neg\n" + string.Concat(Enumerable.Range(0, 5).Select(i => $"p{i},q{i},r{i}\n")));
        var (second, started) = await LocalRun.RunAsync(store, images, _folder);
        Assert.Equal(["clip+ln-seed-1-steps-0-2"], started.Where(stage => stage.Name == "train").Select(stage => stage.Label));
        Assert.Equal(first.Trials[0].Checkpoint, second.Trials[0].Checkpoint);
        Assert.NotEqual(first.Trials[1].Checkpoint, second.Trials[1].Checkpoint);
    }

    [Theory]
    [InlineData("triples_batch: 4", "triples_batch: 40", "Dataset 'nli' has 6 sentence triples, and variant 'both' needs 40")]
    [InlineData("batch: 8", "batch: 800", "Dataset 'plain' has 12 training sentences, fewer than training.batch 800")]
    public async Task What_the_data_lacks_is_said_before_anything_is_trained(string part, string other, string expected)
    {
        Write();
        var store = await azurite.OpenStoreAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => LocalRun.RunAsync(store, Texts.Replace(part, other, StringComparison.Ordinal), _folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await store.ListAsync("stages/train/", Cancellation).CountAsync(Cancellation));
    }

    [Theory]
    [InlineData("contrastive: 0, ls: 1 }", "ls: 1 }", "variant 'unsupervised' compares media with texts, and dataset 'plain' has texts alone")]
    [InlineData("  - sentences: { dataset: sts }", "  - retrieval: { dataset: sts }",
        "13:27: retrieval cannot be measured on 'sts': it has texts alone, and no media")]
    [InlineData("  - sentences: { dataset: sts }", "  - sentences: { dataset: plain }",
        "13:27: sentences cannot be measured on 'plain': it has no sentence pairs with scores")]
    [InlineData("triples: nli", "triples: nly", "there is no dataset 'nly' in datasets; it has plain, nli, sts; did you mean 'nli'?")]
    [InlineData("path: plain.csv } }", "path: plain.csv }, image: { size: 64 } }", "datasets.plain.source has texts alone: leave out image")]
    [InlineData("triples: nli, ", "", "variant 'both' trains L_n, which needs sentence triples; this source has none")]
    [InlineData("path: sts.csv", "path: sts.csv, label_column: x", "datasets.sts.source.label_column is not a key that exists here")]
    public void What_an_experiment_cannot_mean_says_where(string part, string other, string expected)
    {
        Write();
        var broken = Assert.Throws<ExperimentInvalidException>(() => ExperimentFile.Parse(
            Texts.Replace(part, other, StringComparison.Ordinal), "t.yaml", ExperimentFolder.Of(_folder.Path)));
        Assert.Contains(expected, broken.Message, StringComparison.Ordinal);
    }

    /// <summary>What a stored version has is not known before the run is started.</summary>
    [Theory]
    [InlineData("retrieval: { dataset: texts }", "Dataset 'texts' has texts alone, and no media. Leave out retrieval, geometry and zero_shot")]
    [InlineData("zero_shot: { dataset: texts, labels: x }", "Dataset 'texts' has texts alone, and no media.")]
    [InlineData("sentences: { dataset: shapes }", "Dataset 'shapes' has no sentence pairs with scores. Leave out sentences")]
    [InlineData("sentences: { dataset: texts, split: dev }", "Dataset 'texts' has no split 'dev' (it has test)")]
    public async Task A_stored_dataset_that_lacks_what_is_asked_is_refused(string evaluation, string expected)
    {
        Write();
        ShapesExperiment.Draw(_folder.Path);
        var store = await azurite.OpenStoreAsync();
        var preparer = new DatasetPreparer(store);
        await preparer.PrepareAsync(
            new DatasetSpec("texts", new SentencePairsSourceSpec(Path.Combine(_folder.Path, "sts.csv")), new TextFormat()), null, Cancellation);
        await preparer.PrepareAsync(
            new DatasetSpec("shapes", new PairsSourceSpec(Path.Combine(_folder.Path, "pairs.csv")), 32), null, Cancellation);
        var yaml =
            $$"""
            name: t
            datasets:
              shapes: { source: { kind: stored }, image: { size: 32 } }
              texts: { source: { kind: stored } }
            training: { dataset: shapes, batch: 2, steps: 1 }
            variants: [clip]
            evaluations:
              - {{evaluation}}

            """;
        var error = await Assert.ThrowsAsync<ExperimentMisfitException>(() => LocalRun.RunAsync(store, yaml, _folder));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Triples_of_another_dataset_need_datasets_by_name()
    {
        var broken = Assert.Throws<ExperimentInvalidException>(() => ExperimentFile.Parse(
            "name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 1, triples: nli }\n", "t.yaml", ExperimentFolder.Of(_folder.Path)));
        Assert.StartsWith("t.yaml:3:32: training.triples names one of datasets", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_stored_reads_back_as_it_was_written()
    {
        Write();
        var experiment = ExperimentFile.Parse(Texts, "t.yaml", ExperimentFolder.Of(_folder.Path));
        var stored = WorkflowJson.ToElement(experiment);
        Assert.Equal(stored.ToString(), WorkflowJson.ToElement(WorkflowJson.FromElement<Experiment>(stored)).ToString());
        Assert.Equal("nli", experiment.Training!.Triples);
    }

    private void Write()
    {
        _folder.Write("plain.csv", "sentence\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"a {(i % 2 == 0 ? "red" : "blue")} thing {i}\n")));
        _folder.Write("nli.csv", "sent0,sent1,hard_neg\n" + string.Concat(Enumerable.Range(0, 6).Select(i => $"red {i},a red {i},a blue {i}\n")));
        _folder.Write(
            "sts.csv", "sentence1,sentence2,score\n" + string.Concat(Enumerable.Range(0, 8).Select(i => $"red thing {i},blue thing {i * i},{i % 4}\n")));
    }
}
