using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Workflow;

public sealed partial class ExperimentSchemaTests
{
    private static readonly string Folder = FindExperiments();
    private static readonly JsonObject Schema = ReadSchema();

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_follow_the_schema(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.StartsWith("# yaml-language-server: $schema=experiment.schema.json", text, StringComparison.Ordinal);
        Assert.Empty(JsonSchemaCheck.Errors(Json(ConfigParser.Parse(text)), Schema));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_can_be_read(string file)
    {
        var folder = Directory.CreateTempSubdirectory("experiment-examples-").FullName;
        try
        {
            // Data that a user has to bring.
            File.WriteAllText(Path.Combine(folder, "cc3m.csv"), "image,caption\n");
            File.WriteAllText(Path.Combine(folder, "dataset_coco.json"), "{}");
            foreach (var data in new[] { "coco", "cifar-10-batches-bin", "cifar-100-binary" })
                Directory.CreateDirectory(Path.Combine(folder, data));
            var experiment = ExperimentFile.Parse(File.ReadAllText(Path.Combine(Folder, file)), file, ExperimentFolder.Of(folder));
            Assert.Equal(Path.GetFileNameWithoutExtension(file), experiment.Name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_schema_has_the_keys_of_the_code()
    {
        string[] shapes =
        [
            "dataset: { source: { kind: emoji } }\nvariants: [{ mine: { ls: 1 } }]\nevaluation: { zero_shot: [{ labels: c }] }",
            "dataset: { source: { kind: pairs } }\ntokenizer: { kind: clip }",
            "dataset: { source: { kind: karpathy } }\ntraining: { media_tower: { freeze: true }, text_tower: { learning_rate: 1 } }",
            "dataset: { source: { kind: cifar } }",
            "dataset: { source: { kind: stored } }\nevaluation: { zero_shot: [{ labels: c, templates: { path: x, list: y } }] }",
            "dataset: { source: { kind: sentences } }",
            "dataset: { source: { kind: sentence_pairs } }",
            "dataset: { source: { kind: triples } }",
            "dataset: { source: { kind: senteval } }",
            "datasets: { d: { source: { kind: stored } } }\ntraining: { dataset: d }\n"
                + "variants: [{ name: w, weights: w }, { name: e, embeddings: e }, { name: f, from: w }]\n"
                + "evaluations: [{ retrieval: { dataset: d } }, { geometry: { dataset: d } }, "
                + "{ zero_shot: { dataset: d, labels: c, templates: { path: x, list: y } } },"
                + "{ sentences: { dataset: d } }]",
        ];
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var shape in shapes)
        {
            var problems = new ConfigProblems();
            new ExperimentReader(problems, ExperimentFolder.Of(Folder)).Read(ConfigParser.Parse(shape));
            asked.UnionWith(problems.Asked.Select(key => key.Replace("datasets.d", "dataset", StringComparison.Ordinal)));
        }
        // A list's items are asked for by their kind.
        asked.UnionWith(["evaluations[].retrieval", "evaluations[].geometry", "evaluations[].zero_shot", "evaluations[].sentences"]);
        // Another test of this process may have added its own kind of media.
        asked.RemoveWhere(key => key.StartsWith($"dataset.{SignalKind.KindName}", StringComparison.Ordinal));
        Assert.Equal(asked, new SortedSet<string>(
            Keys(Schema, "").Select(key => key.Replace("datasets.", "dataset.", StringComparison.Ordinal)), StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5, epochs: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: emoji, path: x } }\ntraining: { steps: 5 }")]
    [InlineData("name: T\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 0 }")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }\nvariants: [clpi]")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }\nmodle: {}")]
    [InlineData("name: t\ndataset: { source: { kind: emoji } }")]
    [InlineData("name: t\ndatasets: { d: { source: { kind: emoji } } }")]
    [InlineData("name: t\ndatasets: { d: { source: { kind: emoji } } }\ndataset: { source: { kind: emoji } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndatasets: { d: { source: { kind: emoji } } }\ntraining: { steps: 5 }\nevaluations: [{ recall: { dataset: d } }]")]
    [InlineData("name: t\ndataset: { source: { kind: stored, version: newest } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: karpathy } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: cifar, path: x, images: y } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: stored, path: x } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndataset: { source: { kind: triples } }\ntraining: { steps: 5 }")]
    [InlineData("name: t\ndatasets: { d: { source: { kind: emoji } } }\ntraining: { steps: 5 }\nevaluations: [{ sentences: { labels: d } }]")]
    public void The_schema_refuses_what_the_code_refuses(string text)
    {
        Assert.NotEmpty(JsonSchemaCheck.Errors(Json(ConfigParser.Parse(text)), Schema));
        Assert.Throws<ExperimentInvalidException>(() => ExperimentFile.Parse(text, "t.yaml", ExperimentFolder.Of(Folder)));
    }

    private static JsonObject ReadSchema()
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "experiment.schema.json")))!.AsObject();
        return Resolved(root, root)!.AsObject();
    }

    // With what each reference names in its place.
    private static JsonNode? Resolved(JsonNode? node, JsonObject root) => node switch
    {
        JsonObject o when o["$ref"]?.GetValue<string>() is { } path =>
            Resolved(path.Split('/').Skip(1).Aggregate(
                (JsonNode)root, (at, key) => at is JsonArray array ? array[int.Parse(key)]! : at[key]!), root),
        JsonObject o => new JsonObject(o.Select(entry => KeyValuePair.Create(entry.Key, Resolved(entry.Value, root)))),
        JsonArray a => new JsonArray([.. a.Select(item => Resolved(item, root))]),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> Keys(JsonObject schema, string path)
    {
        foreach (var (key, inner) in schema["properties"]?.AsObject() ?? [])
        {
            var name = path.Length == 0 ? key : $"{path}.{key}";
            yield return name;
            foreach (var below in Keys(inner!.AsObject(), name))
                yield return below;
        }
        var parts = (schema["oneOf"]?.AsArray() ?? []).Select(option => (option!.AsObject(), path))
            .Concat(schema["items"] is JsonObject items ? [(items, path + "[]")] : [])
            .Concat(schema["additionalProperties"] is JsonObject additional ? [(additional, path)] : []);
        foreach (var below in parts.SelectMany(part => Keys(part.Item1, part.Item2)))
            yield return below;
    }

    /// <summary>YAML's core types: what is not quoted may be a number or a truth value.</summary>
    private static JsonNode? Json(ConfigNode node) => node switch
    {
        ConfigMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Key.Text, Json(e.Value)))),
        ConfigSequence sequence => new JsonArray([.. sequence.Items.Select(Json)]),
        ConfigScalar { IsEmpty: true } => null,
        ConfigScalar { Plain: true, Text: "true" or "false" } flag => flag.Text == "true",
        ConfigScalar { Plain: true } number when Numbers().IsMatch(number.Text) =>
            double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture),
        ConfigScalar text => text.Text,
        _ => throw new NotSupportedException(),
    };

    private static string FindExperiments()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "src", "experiments");
            if (Directory.Exists(candidate))
                return candidate;
        }
        throw new DirectoryNotFoundException("src/experiments is not above the tests.");
    }

    [GeneratedRegex("^[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?$")]
    private static partial Regex Numbers();
}
