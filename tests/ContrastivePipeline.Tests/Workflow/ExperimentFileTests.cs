using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Workflow;

public sealed class ExperimentFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("experiment-tests-").FullName;

    public ExperimentFileTests() => File.WriteAllText(Path.Combine(_folder, "pairs.tsv"), "image\tcaption\n");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Experiment Parse(string text) => ExperimentFile.Parse(text, "t.yaml", ExperimentFolder.Of(_folder));

    private string[] Problems(string text) =>
        Assert.Throws<ExperimentInvalidException>(() => Parse(text)).Message.Split('\n');

    private const string Minimal =
        """
        name: t
        dataset:
          source: { kind: emoji }
        training: { steps: 10 }
        """;

    [Fact]
    public void Four_lines_are_enough()
    {
        var experiment = Parse(Minimal);

        Assert.Equal(("t", "t", new ImageSection(64, "png")), (experiment.Name, experiment.Dataset.Name, experiment.Dataset.Media));
        Assert.IsType<EmojiSection>(experiment.Dataset.Source);
        Assert.Equal(new TrainedTokenizerSection(4096), experiment.Tokenizer);
        Assert.Equal((128, 32), (experiment.Model!.Embedding, experiment.Model!.Context));
        Assert.Equal([1, 1, 1, 1], ((VisionSection)experiment.Model!.Tower).Layers);
        Assert.Equal(new TextSection(128, 3, 4, 0.1), experiment.Model!.Text);
        Assert.Equal((128, 10, null, 5),
            (experiment.Training!.Batch, experiment.Training!.Steps, experiment.Training!.Epochs, experiment.Training!.Warmup));
        Assert.Equal((null, 128), (experiment.Training!.TriplesBatch, experiment.Training!.TriplesPerStep));
        // What older programs wrote.
        Assert.DoesNotContain("riples", CanonicalJson.Of(experiment.Training), StringComparison.Ordinal);
        Assert.Equal(new SentenceSection(SentenceSpace.Projected, 0.05), experiment.Training!.Sentence);
        Assert.Equal([1], experiment.Training!.Seeds);
        Assert.Equal(VariantSection.Names, experiment.Variants.Select(v => v.Name));
        Assert.Null(experiment.Evaluation.Retrieval);
        Assert.Empty(experiment.Evaluation.ZeroShot);
    }

    [Fact]
    public void Pairs_take_what_the_file_says()
    {
        var experiment = Parse(
            """
            name: clip-art
            dataset:
              source: { kind: pairs, path: pairs.tsv, caption_column: title, test_fraction: 0.2 }
              image: { size: 96, encoding: jpeg }
            training: { epochs: 3, batch: 10, triples_batch: 4, decay: cyclip, seeds: [3, 1, 2] }
            """);

        Assert.Equal(
            new PairsSection(Path.Combine(_folder, "pairs.tsv"), "image", "title", '\t', _folder, null, 0.2), experiment.Dataset.Source);
        Assert.Equal(DecayRule.CyClip, experiment.Training!.Decay);
        Assert.Equal((4, 4), (experiment.Training!.TriplesBatch, experiment.Training!.TriplesPerStep));
        Assert.Equal([3, 1, 2], experiment.Training!.Seeds);
        Assert.Equal(30, experiment.Training!.TotalSteps(pairs: 109));
        Assert.Equal(3, experiment.Training!.TotalSteps(pairs: 4));
        Assert.Equal(["clip", "clip+ls", "cyclip", "cyclip+ls"], experiment.Variants.Select(v => v.Name));
    }

    [Fact]
    public void Variants_are_names_or_weights()
    {
        var experiment = Parse(Minimal +
            """

            variants:
              - cyclip+ls+ln
              - clip
              - mild: { base: cyclip, ls: 0.3, inmodal: true }
            """);

        Assert.Equal(
            [
                new VariantSection("cyclip+ls+ln", TinyTraining.Weights(0.25, 0.25, 1, 1)),
                new VariantSection("clip", new ObjectiveWeights()),
                new VariantSection("mild", TinyTraining.Weights(0.25, 0.25, 0.3, 0, inModal: true)),
            ],
            experiment.Variants);
    }

    [Fact]
    public void An_experiment_survives_JSON()
    {
        var before = Parse(Minimal + "\ntokenizer: { kind: clip }\n");
        var after = WorkflowJson.FromElement<Experiment>(WorkflowJson.ToElement(before));
        Assert.Equal(Fingerprint.Of(before), Fingerprint.Of(after));
        Assert.Equal(before.Tokenizer, after.Tokenizer);
    }

    [Theory]
    [InlineData("{ kind: clip }", CaptionCleanup.Clip)]
    [InlineData("{ kind: clip, clean: plain }", CaptionCleanup.Plain)]
    [InlineData("{ kind: trained }", CaptionCleanup.Plain)]
    [InlineData("{ clean: clip }", CaptionCleanup.Clip)]
    public void CLIPs_vocabulary_has_CLIPs_clean_up_unless_the_file_says_otherwise(string tokenizer, CaptionCleanup expected) =>
        Assert.Equal(expected, Parse($"{Minimal}\ntokenizer: {tokenizer}\n").Tokenizer!.Clean);

    [Theory]
    [InlineData("""{"kind":"clip","path":null,"url":null,"sha256":null}""")]
    [InlineData("""{"kind":"trained","vocabulary":4096}""")]
    public void A_tokenizer_of_an_older_program_is_plain_and_keeps_its_fingerprint(string stored)
    {
        var section = WorkflowJson.FromBytes<TokenizerSection>(Encoding.UTF8.GetBytes(stored));
        Assert.Equal(CaptionCleanup.Plain, section.Clean);
        Assert.Equal(stored, JsonSerializer.Serialize(section, WorkflowJson.Options));
    }

    [Fact]
    public void All_errors_come_at_once_and_in_order()
    {
        var problems = Problems(
            """
            name: Bad Name
            dataset:
              source: { kind: emoji, path: x }
              imgae: { size: 64 }
            training:
              stepz: 10
              batch: many
              batch: 8
              learning_rate: -1
              warmup: 1.5
            """);

        Assert.Equal(
            [
                "t.yaml:1:7: name cannot be 'Bad Name': use lower-case letters, digits and '-', as in 'my-experiment'",
                "t.yaml:3:26: dataset.source.path is not a key that exists here",
                "t.yaml:4:3: dataset.imgae is not a key that exists here; did you mean 'image'?",
                "t.yaml:6:3: training.steps is missing: give steps or epochs",
                "t.yaml:6:3: training.stepz is not a key that exists here; did you mean 'steps'?",
                "t.yaml:7:10: training.batch must be a whole number, not 'many'",
                "t.yaml:8:3: training.batch is given twice; the first is in line 7",
                "t.yaml:9:18: training.learning_rate cannot be -1: it must be more than 0",
                "t.yaml:10:11: training.warmup must be a whole number, not '1.5'",
            ],
            problems);
    }

    // Each addition to the minimal file, which has four lines, and its one error.
    [Theory]
    [InlineData("variants: [clip, clpi+ls]",
        "5:18: 'clpi+ls' is no variant: use clip or cyclip, then +ls or +ln, or a name with its weights; did you mean 'clip+ls'?")]
    [InlineData("variants: [clip, clip]", "5:18: variants has 'clip' twice")]
    [InlineData("variants: []", "5:11: variants is empty")]
    [InlineData("variants: clip", "5:11: variants must be a list, not 'clip'")]
    [InlineData("variants: [{a: {ls: 1}, b: {ls: 2}}]", "5:12: a variant must be a name, or a name with its weights, not a mapping")]
    [InlineData("variants: [{mine: {lz: 1}}]", "5:20: variants[].lz is not a key that exists here; did you mean 'ln'?")]
    [InlineData("variants: [{Mine: {ls: 1}}]",
        "5:13: 'Mine' cannot name a variant: use lower-case letters, digits, '+', '-', '_' and '.', at most 40")]
    [InlineData("variants: [{mine: {ls: -1}}]", "5:24: variants[].ls cannot be -1: it must be at least 0")]
    [InlineData("tokenizer: { kind: bert }", "5:20: tokenizer.kind cannot be 'bert': use trained or clip")]
    [InlineData("tokenizer: { clean: ftfy }", "5:21: tokenizer.clean cannot be 'ftfy': use clip or plain")]
    [InlineData("tokenizer: { vocabulary: 100 }", "5:26: tokenizer.vocabulary cannot be 100: it must be 514 to 1000000")]
    [InlineData("tokenizer: { kind: clip, url: 'https://example.org/v.gz' }",
        "5:31: tokenizer.sha256 is missing: a file from a URL needs the hash that it must have")]
    [InlineData("tokenizer: { kind: clip, sha256: abc }", "5:34: tokenizer.sha256 must be 64 hexadecimal digits")]
    [InlineData("model: { text: { width: 30, heads: 4 } }", "5:36: model.text.heads is 4, which does not divide model.text.width 30")]
    [InlineData("model: { text: { dropout: 1 } }", "5:27: model.text.dropout cannot be 1: it must be at least 0 and less than 1")]
    [InlineData("model: { vision: { layers: [1, 1] } }", "5:28: model.vision.layers has 2 numbers, but a ResNet has four stages")]
    [InlineData(
        "model: { vision: { heads: 3 } }", "5:27: model.vision.heads is 3, which does not divide the 512 channels that attention sees")]
    [InlineData("model: { vision: { patch: 24, layers: [2], width: 64 } }",
        "5:27: dataset.image.size is 64, which is not a multiple of 24: patches must cover the image")]
    [InlineData("model: [1]", "5:8: model must be a mapping of keys to values, not a list")]
    [InlineData("model: { context: 0x10 }", "5:19: model.context must be a whole number, not '0x10'")]
    [InlineData("model: { context: \"32\" }", "5:19: model.context must be a whole number, not the text '32'; leave out the quotes")]
    [InlineData("model: { context: 99999999999 }", "5:19: model.context cannot be 99999999999: it must be 3 to 4096")]
    [InlineData("evaluation: { retrieval: [test] }", "5:26: the emoji source has no split 'test': use train, seen or unseen")]
    [InlineData("evaluation: { geometry: [seen, seen] }", "5:32: evaluation.geometry has 'seen' twice")]
    [InlineData("evaluation: { zero_shot: [{ split: seen }] }", "5:27: evaluation.zero_shot[].labels is missing")]
    [InlineData("evaluation: { zero_shot: [{ labels: c, templates: ['an icon'] }] }",
        "5:51: the template 'an icon' must have {} once, where the class name goes")]
    [InlineData("evaluate: {}", "5:1: evaluate is not a key that exists here; did you mean 'evaluation'?")]
    [InlineData("name: again", "5:1: name is given twice; the first is in line 1")]
    public void Tells_what_is_wrong_and_where(string addition, string problem) =>
        Assert.Equal(["t.yaml:" + problem], Problems(Minimal + "\n" + addition + "\n"));

    // A whole file and its one error.
    [Theory]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, epochs: 2 }",
        "3:31: training.epochs has no use beside steps: leave one of them out")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, warmup: 6 }",
        "3:31: training.warmup is 6, but there are only 5 steps: no step would run at the full rate")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, seeds: [1, 1] }",
        "3:30: training.seeds has a number twice: each seed is trained once")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, augment: { flip: yes } }",
        "3:40: training.augment.flip must be true or false, not 'yes'; write true")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, learning_rate: .nan }",
        "3:38: training.learning_rate must be a number, not '.nan'")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }", "1:1: training is missing")]
    [InlineData("name: t\ntraining: { steps: 5 }", "1:1: dataset is missing")]
    [InlineData("name: t\ndataset: { name: d }\ntraining: { steps: 5 }", "2:10: dataset.source is missing")]
    [InlineData("name: t\ndataset: { source: { path: x } }\ntraining: { steps: 5 }", "2:20: dataset.source.kind is missing")]
    [InlineData("name: t\ndataset: { source: { kind: pair, path: x } }\ntraining: { steps: 5 }",
        "2:28: dataset.source.kind cannot be 'pair': use emoji, pairs, karpathy, cifar, sentences, sentence_pairs, "
            + "triples, senteval or stored; did you mean 'pairs'?")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv, delimiter: ';;' } }\ntraining: { steps: 5 }",
        "2:63: dataset.source.delimiter must be one character, not ';;'; a tab is \"\\t\" in double quotes")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv, split_column: s, test_fraction: 0.5 } }\ntraining: { steps: "
        + "5 }", "2:84: dataset.source.test_fraction has no use beside split_column: leave one of them out")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv } }\ntraining: { steps: 5 }\nvariants: [clip+ln]",
        "4:12: variant 'clip+ln' trains L_n, which needs sentence triples; this source has none: name a dataset that has them with "
            + "training.triples")]
    [InlineData("name: t\ndataset: { source: { kind: emoji }, image: { size: 48 } }\ntraining: { steps: 5 }",
        "1:1: dataset.image.size is 48, which is not a multiple of 32: the ResNet halves images five times")]
    [InlineData("name: [t]\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }", "1:7: name must be a text, not a list")]
    [InlineData("- a\n- b", "1:1: The file must be a mapping of keys to values, not a list")]
    public void Tells_what_is_wrong_with_a_whole_file(string text, string problem) => Assert.Contains("t.yaml:" + problem, Problems(text));

    [Theory]
    [InlineData("name: {\n", "t.yaml:2:1: not YAML: ")]
    [InlineData("name: t\n\tdataset: x", "t.yaml:2:")]
    [InlineData("name: t\ndataset: *base", "t.yaml:2:10: not YAML: '*base' refers to nothing above")]
    [InlineData("name: t\n---\nname: u", "t.yaml:2:1: not YAML: a second document begins here; a file holds one experiment")]
    [InlineData("[a, b]: c", "t.yaml:1:1: not YAML: a key must be a plain word")]
    public void Tells_where_YAML_breaks(string text, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Problems(text)), StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_lacks_everything() => Assert.Equal(
        ["t.yaml:1:1: name is missing", "t.yaml:1:1: dataset is missing", "t.yaml:1:1: training is missing"],
        Problems("").Where(p => !p.Contains('.', StringComparison.Ordinal) || p.Count(c => c == '.') == 1));

    [Fact]
    public void A_file_that_is_named_but_absent_is_an_error()
    {
        var problem = Assert.Single(Problems("name: t\ndataset: { source: { kind: pairs, path: absent.csv } }\ntraining: { steps: 5 }"));
        Assert.Equal(
            $"t.yaml:2:41: dataset.source.path: there is no file '{Path.Combine(_folder, "absent.csv")}'; "
            + "the path is relative to the experiment file", problem);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_named_by_line()
    {
        var path = Path.Combine(_folder, "latin.yaml");
        await File.WriteAllBytesAsync(path, [.. "name: t\n# caf"u8, 0xE9, .. "\n"u8], TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<ExperimentInvalidException>(
            () => PipelineRequests.ReadAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal($"{path}:2:1: the line is not valid UTF-8; save the file as UTF-8", fault.Message);
    }

    [Fact]
    public async Task A_byte_order_mark_does_not_matter()
    {
        var path = Path.Combine(_folder, "bom.yaml");
        await File.WriteAllTextAsync(
            path, Minimal, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), TestContext.Current.CancellationToken);
        Assert.Equal("t", (await PipelineRequests.ReadAsync(path, TestContext.Current.CancellationToken)).Experiment.Name);
    }

    [Fact]
    public async Task An_absent_experiment_is_named()
    {
        var path = Path.Combine(_folder, "none.yaml");
        var fault = await Assert.ThrowsAsync<FileNotFoundException>(
            () => PipelineRequests.ReadAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal($"There is no experiment file '{path}'.", fault.Message);
    }
}
