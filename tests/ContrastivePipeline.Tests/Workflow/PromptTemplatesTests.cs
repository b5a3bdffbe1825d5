namespace ContrastivePipeline.Tests.Workflow;

/// <summary>Prompt templates of a file, as CLIP_benchmark publishes them.</summary>
public sealed class PromptTemplatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_list_of_a_file_is_read_into_the_experiment()
    {
        _folder.Write("t.json", """{ "pets": ["a {c}.", "one {c}", "a {c}."], "cars": ["{} on a road"] }""");
        Assert.Equal(["a {}.", "one {}"], Read("{ path: t.json, list: pets }"));
        Assert.Equal(["{} on a road"], Read("{ path: t.json, list: cars }"));
        Assert.Equal(["my {}"], Read("[\"my {}\"]"));
    }

    /// <summary>The 18 that OpenAI used for CIFAR-10.</summary>
    [Fact]
    public void The_published_lists_are_read()
    {
        Assert.SkipWhen(Shared.Folder is null, "Needs shared/data beside the checkout.");
        var file = Path.Combine(Shared.Folder!, "data", "prompts", "en_zeroshot_classification_templates.json");
        Assert.Equal((18, 18, 80), (Count("cifar10"), Count("cifar100"), Count("imagenet1k")));

        int Count(string list) => Read($"{{ path: '{file}', list: {list} }}").Count;
    }

    [Theory]
    [InlineData("{ path: t.json, list: pet }", "has no list 'pet' of templates; it has pets, none; did you mean 'pets'?")]
    [InlineData("{ path: t.json, list: none }", "has no list 'none' of templates")]
    [InlineData("{ path: t.json }", "evaluation.zero_shot[].templates.list is missing")]
    [InlineData("{ path: absent.json, list: pets }", "evaluation.zero_shot[].templates.path: there is no file")]
    [InlineData("{ path: odd.json, list: pets }", "'odd.json' cannot be read as a JSON object of lists of templates")]
    [InlineData("{ path: slotless.json, list: pets }", "the template 'a pet' must have {} once")]
    public void What_is_wrong_with_a_file_is_a_problem_of_the_experiment(string templates, string expected)
    {
        _folder.Write("t.json", """{ "pets": ["a {c}."], "none": [] }""");
        _folder.Write("odd.json", """["a {c}."]""");
        _folder.Write("slotless.json", """{ "pets": ["a pet"] }""");
        Assert.Contains(expected, Assert.Throws<ExperimentInvalidException>(() => Read(templates)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Read(string templates) => ExperimentFile.Parse(
        $"name: t\ndataset: {{ source: {{ kind: emoji }} }}\ntraining: {{ steps: 1 }}\n"
            + $"evaluation: {{ zero_shot: [{{ labels: category, templates: {templates} }}] }}\n",
        "t.yaml", ExperimentFolder.Of(_folder.Path)).Evaluation.ZeroShot[0].Templates;
}
