using System.Text;

namespace ContrastivePipeline.Tests.Workflow;

/// <summary>YAML as people and programs write it.</summary>
public sealed class ExperimentPitfallTests : IDisposable
{
    private const string Head = "name: t\ndataset: { source: { kind: emoji } }\n";

    private readonly TemporaryFolder _folder = new();

    public ExperimentPitfallTests() => _folder.Write("pairs.tsv", "image\tcaption\n");

    public void Dispose() => _folder.Dispose();

    // A third line, and its one error.
    [Theory]
    [InlineData("training: { steps: 010 }", "3:20: training.steps cannot be 010: some read a number that begins with 0 as octal; write 10")]
    [InlineData("training: { steps: 0o17 }", "3:20: training.steps must be a whole number, not '0o17'")]
    [InlineData("training: { steps: 1_000 }", "3:20: training.steps must be a whole number, not '1_000'; write 1000")]
    [InlineData("training: { steps: 1e3 }", "3:20: training.steps must be a whole number, not '1e3'")]
    [InlineData("training: { steps: 12:30 }", "3:20: training.steps must be a whole number, not '12:30'")]
    [InlineData(
        "training: { steps: 99999999999999999999 }", "3:20: training.steps cannot be 99999999999999999999: it must be at most 2147483647")]
    [InlineData("training: { steps: 5, seeds: [3000000000] }",
        "3:31: An entry of training.seeds cannot be 3000000000: it must be at most 2147483647")]
    [InlineData("training: { steps: 5, seeds: 1 }", "3:30: training.seeds must be a list, not '1'")]
    [InlineData("training: { steps: 5, learning_rate: '1e-4' }",
        "3:38: training.learning_rate must be a number, not the text '1e-4'; leave out the quotes")]
    [InlineData("training: { steps: 5, learning_rate: 1e-4x }", "3:38: training.learning_rate must be a number, not '1e-4x'")]
    [InlineData("training:\n  steps: 5\n  learning_rate: 0,001", "5:18: training.learning_rate must be a number, not '0,001'; write 0.001")]
    [InlineData("training: { steps: 5, learning_rate: .inf }", "3:38: training.learning_rate must be a number, not '.inf'")]
    [InlineData("training: { steps: 5, learning_rate: Infinity }", "3:38: training.learning_rate must be a number, not 'Infinity'")]
    [InlineData("training: { steps: 5, learning_rate: 1e999 }", "3:38: training.learning_rate must be a number, not '1e999'")]
    [InlineData("training: { steps: 5, learning_rate: 1e-999 }", "3:38: training.learning_rate cannot be 1e-999: it must be more than 0")]
    [InlineData(
        "training: { steps: 5, augment: { flip: No } }", "3:40: training.augment.flip must be true or false, not 'No'; write false")]
    [InlineData(
        "training: { steps: 5, augment: { flip: True } }", "3:40: training.augment.flip must be true or false, not 'True'; write true")]
    [InlineData("training: { steps: 5, augment: [] }", "3:32: training.augment must be a mapping of keys to values, not a list")]
    [InlineData(
        "training: { steps: 5, augment: { zom: 0.1 } }", "3:34: training.augment.zom is not a key that exists here; did you mean 'zoom'?")]
    [InlineData("training: { steps: 5, lr: 1e-3 }", "3:23: training.lr is not a key that exists here; did you mean 'learning_rate'?")]
    [InlineData("training: { steps: 5, batch_size: 8 }", "3:23: training.batch_size is not a key that exists here; did you mean 'batch'?")]
    [InlineData("training: { max_steps: 5, steps: 5 }", "3:13: training.max_steps is not a key that exists here; did you mean 'steps'?")]
    [InlineData("training: &t { steps: 5 }\ntokenizer: *t", "3:16: tokenizer.steps is not a key that exists here")]
    [InlineData("training: { steps: 5 }\nevaluation: { zero_shot: [{ labels: c, template: ['{}'] }] }",
        "4:40: evaluation.zero_shot[].template is not a key that exists here; did you mean 'templates'?")]
    [InlineData(
        "training: { steps: 5 }\nevaluation: { retrieval: { seen: 1 } }", "4:26: evaluation.retrieval must be a list, not a mapping")]
    [InlineData("training: { steps: 5 }\nvariants: { clip: {} }", "4:11: variants must be a list, not a mapping")]
    [InlineData("training: { steps: 5 }\nvariants: [no]",
        "4:12: 'no' is no variant: use clip or cyclip, then +ls or +ln, or a name with its weights")]
    [InlineData("training: { steps: 5 }\nvariants:\n  - |\n    clip",
        "5:5: 'clip\n' is no variant: use clip or cyclip, then +ls or +ln, or a name with its weights; did you mean 'clip'?")]
    [InlineData("training: { steps: 5 }\nmodel: { text: { dropout: 0 } }\nvariants: [clip, clip+ls]",
        "4:27: model.text.dropout is 0, so the two dropout views of a caption that variant 'clip+ls' compares are identical: "
        + "give more than 0, such as 0.1, or leave out its ls and inmodal")]
    [InlineData("training: { steps: 5 }\nmodel: { text: { dropout: 0.0 } }\nvariants: [{ mine: { inmodal: true } }]",
        "4:27: model.text.dropout is 0, so the two dropout views of a caption that variant 'mine' compares are identical: "
        + "give more than 0, such as 0.1, or leave out its ls and inmodal")]
    [InlineData("training: { steps: 5, augment: { shift: 0 } }\nvariants: [{ mine: { inmodal: true } }]",
        "3:32: training.augment changes nothing, so the two views of a media item that variant 'mine' compares are identical: "
        + "give shift, flip, zoom or tint, or leave out its inmodal")]
    public void A_pitfall_is_named_with_its_place(string text, string problem)
    {
        var fault = Assert.Throws<ExperimentInvalidException>(() => Parse(Head + text + "\n"));
        Assert.Equal("t.yaml:" + problem, fault.Message);
    }

    // A whole file that YAML itself refuses, or ought to.
    [Theory]
    [InlineData("base: &b { steps: 5 }\ntraining:\n  <<: *b", "t.yaml:3:3: not YAML: merge keys (<<) are not supported")]
    [InlineData(
        "name: !!python/object:os.system t", "t.yaml:1:7: not YAML: the tag 'tag:yaml.org,2002:python/object:os.system' has no meaning")]
    [InlineData("training: !mine { steps: 5 }", "t.yaml:1:11: not YAML: the tag '!mine' has no meaning")]
    [InlineData("name: t\n\tdataset: x", "t.yaml:2:1: not YAML: the line is indented with a tab; use spaces (the reader stopped in line ")]
    [InlineData("training:\n  batch: 8\n \tsteps: 5", "t.yaml:3:2: not YAML: the line is indented with a tab; use spaces")]
    [InlineData("name: \"\\q\"", "t.yaml:1:")]
    [InlineData("name: t\n---\nname: u", "t.yaml:2:1: not YAML: a second document begins here")]
    [InlineData("name: t\n...\nname: u", "t.yaml:")]
    [InlineData("a: [1, 2", "t.yaml:")]
    [InlineData("? [a, b]\n: c", "t.yaml:1:3: not YAML: a key must be a plain word")]
    public void What_is_no_YAML_says_where(string text, string start) =>
        Assert.StartsWith(start, Assert.Throws<ExperimentInvalidException>(() => Parse(text)).Message, StringComparison.Ordinal);

    // Every name that must be one word: a block scalar ends with a line end, which '$' in a pattern lets through.
    [Theory]
    [InlineData("name: |\n  t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }", "1:7: name must be one line")]
    [InlineData(
        "name: t\ndataset:\n  name: |\n    d\n  source: { kind: emoji }\ntraining: { steps: 5 }", "3:9: dataset.name must be one line")]
    [InlineData("name: \"t\\n\"\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }", "1:7: name must be one line")]
    [InlineData("name: t\ndataset: { source: { kind: stored, version: \"0123456789ab\\n\" } }\ntraining: { steps: 5 }",
        "2:45: dataset.source.version must be one line")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }\nvariants: [{ \"mine\\n\": { ls: 1 } }]",
        "4:14: 'mine\n' cannot name a variant")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv, delimiter: \"\\n\" } }\ntraining: { steps: 5 }",
        "dataset.source.delimiter must be one line")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv, delimiter: \"\uFF0C\" } }\ntraining: { steps: 5 }",
        "dataset.source.delimiter cannot be '\uFF0C'")]
    [InlineData("name: t\ndataset: { source: { kind: pairs, path: pairs.tsv, delimiter: '\"' } }\ntraining: { steps: 5 }",
        "dataset.source.delimiter cannot be '\"'")]
    public void A_name_is_one_line_and_a_delimiter_one_character(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<ExperimentInvalidException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("training: { steps: 5, learning_rate: 1.0e-4 }", 1e-4)]
    [InlineData("training: { steps: 5, learning_rate: 1e-4 }", 1e-4)]
    [InlineData("training: { steps: 5, learning_rate: 1E-4 }", 1e-4)]
    [InlineData("training: { steps: 5, learning_rate: .5 }", 0.5)]
    [InlineData("training: { steps: 5, learning_rate: !!float 1 }", 1)]
    [InlineData("training: { steps: 5, learning_rate: }", 1e-3)]
    [InlineData("training: { steps: 5, learning_rate: NULL }", 1e-3)]
    [InlineData("training: { steps: 5, learning_rate: ~ }", 1e-3)]
    [InlineData("training: &t { steps: 5 }\nmodel:\ntokenizer: null\nevaluation: ~", 1e-3)]
    public void What_is_meant_is_read(string text, double rate) => Assert.Equal(rate, Parse(Head + text + "\n").Training!.LearningRate);

    [Theory]
    [InlineData("%YAML 1.2\n---\n")]
    [InlineData("---\n")]
    [InlineData("# a comment\n\n")]
    [InlineData("\uFEFF")]
    public async Task The_beginning_and_the_line_ends_do_not_matter(string start)
    {
        var path = _folder.Write("t.yaml", (start + Head + "training: { steps: 5 }\n...\n").Replace("\n", "\r\n"));
        Assert.Equal("t", (await PipelineRequests.ReadAsync(path, TestContext.Current.CancellationToken)).Experiment.Name);
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-32BE", false)]
    public async Task Other_encodings_are_named(string name, bool withMark)
    {
        var encoding = Encoding.GetEncoding(name);
        var path = _folder.Write("t.yaml", [.. withMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Head)]);
        var fault = await Assert.ThrowsAsync<ExperimentInvalidException>(
            () => PipelineRequests.ReadAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal($"{path}:1:1: the file is not UTF-8 but UTF-16, UTF-32 or no text at all; save it as UTF-8", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    public void A_file_of_nothing_lacks_everything(string text)
    {
        var problems = Assert.Throws<ExperimentInvalidException>(() => Parse(text)).Problems.Select(problem => problem.Message);
        Assert.Equal(["dataset is missing", "name is missing", "training is missing"],
            problems.Where(p => p.EndsWith(" is missing", StringComparison.Ordinal) && !p.Contains('.')).Order());
    }

    private Experiment Parse(string text) => ExperimentFile.Parse(text, "t.yaml", ExperimentFolder.Of(_folder.Path));
}
