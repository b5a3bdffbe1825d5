using System.Text.Json;

namespace ContrastivePipeline.Tests;

/// <summary>Reference cases written by public implementations; <c>CONTRASTIVE_GOLDEN</c> names other folders of them, separated as in
/// PATH.</summary>
public static class Golden
{
    /// <summary>
    /// Tensors that only a case of the kind has, so that a case with a new name still finds its test. A tensor is looked up
    /// in every file of the case.
    /// </summary>
    private static readonly Dictionary<string, string[]> Signatures = new()
    {
        ["clip-rn"] = ["in.pixel_values", "out.eval.image_features", "visual.layer1.0.conv1.weight"],
        ["clip-vit"] = ["in.pixel_values", "out.eval.image_features", "visual.class_embedding"],
        ["objectives"] = ["in.z1", "in.z3", "out.clip.loss"],
        ["train-10"] = ["in.pool.pixel_values", "in.batch_indices", "out.loss"],
        ["schedule"] = ["in.step", "out.lr"],
        ["retrieval"] = ["in.text_image_index", "out.image_to_text_rank"],
        ["zeroshot"] = ["in.prompt_features", "out.classifier"],
        ["geometry"] = ["out.align_alpha2", "out.centroid_gap"],
        ["sts"] = ["in.alpha.sentence1", "in.alpha.gold"],
        ["probe"] = ["in.outer_fold", "in.inner_fold"],
        ["mel"] = ["out.mel_filterbank"],
        ["htsat"] = ["in.a.logmel", "out.a.embedding"],
        ["roberta"] = ["out.hidden_state_layer1", "out.pooler_output"],
        ["holm"] = ["in.p", "out.adjusted"],
        ["cluster-bootstrap"] = ["in.cluster", "out.se_clusters"],
        ["correlation"] = ["in.predicted", "out.spearman"],
    };

    /// <summary>Where the cases are; none where there are none.</summary>
    public static IReadOnlyList<string> Folders { get; } = Environment.GetEnvironmentVariable("CONTRASTIVE_GOLDEN") is { Length: > 0 } named
        ? [.. named.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath)]
        : Shared.Folder is { } shared
            ? [.. new[] { "golden", "golden-more" }.Select(name => Path.Combine(shared, name)).Where(Directory.Exists)]
            : [];

    /// <summary>
    /// Every case of a kind, for <c>[MemberData(nameof(Golden.Cases), "retrieval", MemberType = typeof(Golden))]</c>; one skipped
    /// row with the reason where there is none.
    /// </summary>
    public static IEnumerable<TheoryDataRow<GoldenCase>> Cases(string kind)
    {
        if (!Signatures.ContainsKey(kind))
            throw new ArgumentException($"'{kind}' is no kind of golden case.", nameof(kind));
        var folders = Folders.SelectMany(Directory.GetDirectories).Where(folder => KindOf(folder) == kind)
            .Order(StringComparer.Ordinal).ToList();
        if (folders.Count > 0)
            return folders.Select(folder => new TheoryDataRow<GoldenCase>(new GoldenCase(folder)));
        string reason = Folders.Count == 0
            ? "Needs shared/golden and shared/golden-more beside the checkout or CONTRASTIVE_GOLDEN, which are absent."
            : $"The golden folders have no case of the kind '{kind}'.";
        return [new TheoryDataRow<GoldenCase>(new GoldenCase("")) { Skip = reason }];
    }

    /// <summary>Kind of the case in a folder, by its name up to a suffix or else by its tensors; null where it has none.</summary>
    public static string? KindOf(string folder)
    {
        string file = Path.Combine(folder, "case.json");
        if (!File.Exists(file))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        string name = json.RootElement.TryGetProperty("case", out var value) ? value.GetString() ?? "" : "";
        return KindOf(name, TensorNames(json.RootElement));
    }

    internal static string? KindOf(string name, IReadOnlySet<string> tensors) =>
        Signatures.Keys
            .Where(kind => name.StartsWith(kind, StringComparison.Ordinal))
            .MaxBy(kind => kind.Length)
        ?? Signatures.FirstOrDefault(kind => kind.Value.All(tensors.Contains)).Key;

    // By file, or without one where the case has a single file.
    private static HashSet<string> TensorNames(JsonElement root) =>
        root.TryGetProperty("tensors", out var entries)
            ? entries.EnumerateObject()
                .SelectMany(entry => entry.Value.TryGetProperty("dtype", out _)
                    ? [entry.Name]
                    : entry.Value.EnumerateObject().Select(tensor => tensor.Name))
                .ToHashSet()
            : [];
}
