namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Reads the form of an experiment that names its datasets: <c>datasets</c>, the one in <c>training.dataset</c>, and
/// <c>evaluations</c>, each with its dataset.</summary>
internal sealed class EvaluationListReader(ConfigProblems problems, ExperimentFolder folder)
{
    private static readonly string[] Kinds = ["retrieval", "geometry", "zero_shot", "sentences"];

    public (DatasetSection Trained, EvaluationSection Evaluation, IReadOnlyList<DatasetEvaluation> Others) Read(
        ConfigSection root, ConfigSection training)
    {
        foreach (var key in new[] { "dataset", "evaluation" }.Where(root.Has))
            root.Fail(key, $"{key} has no use beside datasets: leave one of them out{(key == "evaluation" ? ", and use evaluations" : "")}");
        var datasets = ReadDatasets(root);
        var trained = Trained(root, training, datasets);
        var triples = training.Text("triples") is { } name ? Known(training, "triples", name, datasets)?.Name : null;
        FitSizes(root, datasets, trained);
        var items = root.Items("evaluations");
        var asked = (items ?? []).Select(item => ReadOne(item, datasets)).OfType<Asked>().ToList();
        var evaluations = datasets.Select(dataset => new DatasetEvaluation(
            dataset, items is null ? new EvaluationSection(null, [], null) : Of([.. asked.Where(one => one.Dataset == dataset.Name)])));
        return (
            trained,
            evaluations.FirstOrDefault(one => one.Name == trained.Name)?.Evaluation ?? new EvaluationSection(null, [], null),
            [.. evaluations.Where(one => one.Name != trained.Name && (items is null || one.Name == triples || asked.Exists(a => a.Dataset == one.Name)))]);
    }

    private List<DatasetSection> ReadDatasets(ConfigSection root)
    {
        var datasets = new List<DatasetSection>();
        if (root.Find("datasets") is not ConfigMapping { Entries.Count: > 0 } named)
        {
            root.Fail("datasets", "datasets must name datasets: a key for each, with its source");
            return datasets;
        }
        var reader = new DatasetSectionReader(problems, folder);
        foreach (var entry in named.Entries)
        {
            if (datasets.Any(earlier => earlier.Name == entry.Key.Text))
                problems.Add(entry.Key, $"datasets has '{entry.Key.Text}' twice");
            else
                datasets.Add(reader.ReadNamed(new ConfigSection(entry.Value, $"datasets.{entry.Key.Text}", problems), entry.Key));
        }
        return datasets;
    }

    // Models see all datasets at the size that they are trained on.
    private void FitSizes(ConfigSection root, List<DatasetSection> datasets, DatasetSection trained)
    {
        for (var i = 0; i < datasets.Count; i++)
        {
            var (name, media) = (datasets[i].Name, datasets[i].Media);
            var (kind, trainedKind) = (MediaKinds.Of(media), MediaKinds.Of(trained.Media));
            if (!kind.HasMedia)
                continue;
            if (kind != trainedKind)
            {
                problems.Add(root.Find("datasets")!.At(name, kind.Name), $"datasets.{name} has {kind.Words}, and the models are trained on "
                    + $"{trainedKind.Words} (datasets.{trained.Name})");
                continue;
            }
            if (media.Size == trained.Media.Size)
                continue;
            var size = root.Find("datasets")!.At(name, kind.Name, "size");
            if (size is ConfigScalar)
            {
                problems.Add(size, $"datasets.{name}.{kind.Name}.size is {media.Size}, and the models are trained on {kind.Words} of "
                    + $"{trained.Media.Size} {kind.SizeUnit} (datasets.{trained.Name}): give both the same, or leave it out here");
            }
            datasets[i] = datasets[i] with { Media = media with { Size = trained.Media.Size } };
        }
    }

    private static DatasetSection Trained(ConfigSection root, ConfigSection training, List<DatasetSection> datasets)
    {
        var nothing = new DatasetSection("", new EmojiSection(), MediaKinds.All[0].SectionOf(64));
        if (datasets.Count == 0)
            return nothing;
        if (training.Text("dataset") is { } name)
            return Known(training, "dataset", name, datasets) ?? nothing;
        if (datasets.Count > 1 && root.Has("training"))
            training.Fail("dataset", $"training.dataset is missing: name one of datasets ({NamesOf(datasets)})");
        return datasets[0];
    }

    private static DatasetSection? Known(ConfigSection section, string key, string name, List<DatasetSection> datasets)
    {
        if (datasets.Find(dataset => dataset.Name == name) is { } known)
            return known;
        section.Fail(key, $"there is no dataset '{name}' in datasets; it has {NamesOf(datasets)}"
            + Spelling.Hint(name, datasets.Select(dataset => dataset.Name)));
        return null;
    }

    private Asked? ReadOne(ConfigNode item, List<DatasetSection> datasets)
    {
        if (item is not ConfigMapping { Entries: [var entry] } || !Kinds.Contains(entry.Key.Text))
        {
            problems.Add(item, "an evaluation must be one of retrieval, geometry, zero_shot and sentences with its dataset, as in "
                + "'retrieval: { dataset: NAME, split: test }'");
            return null;
        }
        var section = new ConfigSection(entry.Value, $"evaluations[].{entry.Key.Text}", problems);
        var dataset = Known(section, "dataset", section.RequiredText("dataset"), datasets);
        if (dataset is not null && WhyNot(entry.Key.Text, dataset.Source) is { } lack)
            section.Fail("dataset", $"{entry.Key.Text} cannot be measured on '{dataset.Name}': it has {lack}");
        var asked = new Asked(
            entry.Key.Text, dataset?.Name ?? "", section.Text("split"),
            entry.Key.Text == "zero_shot" ? EvaluationSectionReader.ReadZeroShot(section, dataset?.Source, folder) : null);
        if (asked is { ZeroShot: null, Split: { } split })
            EvaluationSectionReader.CheckSplit(section, "split", split, dataset?.Source);
        section.Close();
        return asked;
    }

    // What a source lacks for a kind of evaluation; null where nothing, or where only the data can tell.
    private static string? WhyNot(string kind, SourceSection source) => (kind, source) switch
    {
        ("sentences", SentencePairsSection or SentEvalSection or StoredSection) => null,
        ("sentences", _) => "no sentence pairs with scores",
        (_, TextSourceSection) => "texts alone, and no media",
        _ => null,
    };

    private static EvaluationSection Of(IReadOnlyList<Asked> asked)
    {
        IReadOnlyList<string> Splits(string kind)
        {
            Asked[] of = [.. asked.Where(one => one.Kind == kind)];
            return of.Any(one => one.Split is null) ? [EvaluationSection.EverySplit] : [.. of.Select(one => one.Split!).Distinct()];
        }
        return new EvaluationSection(Splits("retrieval"), [.. asked.Select(one => one.ZeroShot).OfType<ZeroShotSection>()], Splits("geometry"))
        {
            Sentences = Splits("sentences"),
        };
    }

    private static string NamesOf(List<DatasetSection> datasets) => string.Join(", ", datasets.Select(dataset => dataset.Name));

    private sealed record Asked(string Kind, string Dataset, string? Split, ZeroShotSection? ZeroShot);
}
