using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>The training recipe of every variant.</summary>
/// <param name="Batch">Pairs a step.</param>
/// <param name="Steps">Steps in all; null where epochs are given.</param>
/// <param name="Epochs">Passes over the training pairs; null where steps are given.</param>
/// <param name="Segment">Steps of one training stage.</param>
/// <param name="CheckpointSeconds">Time between checkpoints inside a segment.</param>
/// <param name="LearningRate">At the end of warm-up.</param>
/// <param name="WeightDecay">Decoupled.</param>
/// <param name="Warmup">Steps of warm-up; null where they depend on the number of steps, which depends on the data.</param>
/// <param name="ClipNorm">Greatest norm of all gradients together; 0 for no limit.</param>
/// <param name="Seeds">Every variant is trained once with each.</param>
/// <param name="Parallel">Variants trained at once; 0 for one a core.</param>
public sealed record TrainingSection(
    int Batch,
    int? Steps,
    int? Epochs,
    int Segment,
    int CheckpointSeconds,
    double LearningRate,
    double WeightDecay,
    DecayRule Decay,
    int? Warmup,
    double ClipNorm,
    Augmentation Augment,
    SentenceSection Sentence,
    IReadOnlyList<int> Seeds,
    int Parallel)
{
    /// <summary>How the media tower is trained; null, and absent from JSON, like the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TowerTraining? MediaTower { get; init; }

    /// <summary>How the text tower is trained; null, and absent from JSON, like the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TowerTraining? TextTower { get; init; }

    /// <summary>The dataset whose sentence triples L_n takes; null, and absent from JSON, for the one that is trained on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Triples { get; init; }

    /// <summary>Sentence triples a step, for L_n; null for as many as pairs. Absent from JSON then: older files have no such
    /// key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TriplesBatch { get; init; }

    /// <summary>Sentence triples a step.</summary>
    [JsonIgnore]
    public int TriplesPerStep => TriplesBatch ?? Batch;

    /// <summary>Steps in all for a number of training pairs; an epoch has as many whole batches as fit.</summary>
    public int TotalSteps(int pairs) => Steps ?? checked(Epochs!.Value * Math.Max(1, pairs / Batch));

    /// <summary>Steps of warm-up for a number of training pairs: 50 by default, at most half of all.</summary>
    public int WarmupSteps(int pairs) => Warmup ?? UsualWarmupOf(TotalSteps(pairs));

    internal static int UsualWarmupOf(int steps) => Math.Min(50, steps / 2);
}

/// <summary>How L_s and L_n compare sentences.</summary>
/// <param name="Temperature">τ.</param>
public sealed record SentenceSection(SentenceSpace Space, double Temperature);

internal static class TrainingSectionReader
{
    private const string Positive = "more than 0";
    private const string NotNegative = "at least 0";

    public static TrainingSection Read(ConfigSection section, MediaKind media)
    {
        int? steps = section.Has("steps") ? section.Int("steps", 1, 1) : null;
        int? epochs = section.Has("epochs") ? section.Int("epochs", 1, 1, 1_000_000) : null;
        if (section.Node is ConfigMapping { Entries.Count: > 0 } && steps is null && epochs is null)
            section.Fail("steps", "training.steps is missing: give steps or epochs");
        if (steps is not null && epochs is not null)
            section.Fail("epochs", "training.epochs has no use beside steps: leave one of them out");

        var training = new TrainingSection(
            section.Int("batch", 128, 2, 1_000_000),
            steps,
            epochs,
            section.Int("segment", 500, 1),
            section.Int("checkpoint_seconds", 60, 1, 86_400),
            section.Real("learning_rate", 1e-3, value => value > 0, Positive),
            section.Real("weight_decay", 0.1, value => value >= 0, NotNegative),
            section.Choice("decay", "standard", "standard", "cyclip") == "cyclip" ? DecayRule.CyClip : DecayRule.Standard,
            section.Has("warmup") ? section.Int("warmup", 0, 0) : steps is { } known ? TrainingSection.UsualWarmupOf(known) : null,
            section.Real("clip_norm", 0, value => value >= 0, NotNegative + " (0 is off)"),
            media.ReadAugmentation(section.Section("augment")),
            ReadSentence(section.Section("sentence")),
            ReadSeeds(section),
            section.Int("parallel", 0, 0, 1024))
        {
            MediaTower = ReadTower(section, "media_tower"),
            TextTower = ReadTower(section, "text_tower"),
            Triples = section.Text("triples"),
            TriplesBatch = section.Has("triples_batch") ? section.Int("triples_batch", 2, 2, 1_000_000) : null,
        };
        if (training is { MediaTower.Frozen: true, TextTower.Frozen: true })
            section.Fail("text_tower", "training freezes both towers: nothing would be trained");
        if (training.Warmup > steps)
        {
            section.Fail(
                "warmup", $"training.warmup is {training.Warmup}, but there are only {steps} steps: no step would run at the full rate");
        }
        section.Close();
        return training;
    }

    private static TowerTraining? ReadTower(ConfigSection training, string key)
    {
        if (!training.Has(key))
            return null;
        var section = training.Section(key);
        var tower = new TowerTraining(
            section.Flag("freeze", false),
            section.Has("learning_rate") ? section.Real("learning_rate", 1e-3, value => value > 0, Positive) : null);
        if (tower is { Frozen: true, LearningRate: not null })
            section.Fail("learning_rate", $"training.{key}.learning_rate has no use beside freeze: leave one of them out");
        section.Close();
        return tower;
    }

    private static SentenceSection ReadSentence(ConfigSection section)
    {
        var sentence = new SentenceSection(
            section.Choice("space", "projected", "projected", "encoder") == "encoder" ? SentenceSpace.Encoder : SentenceSpace.Projected,
            section.Real("temperature", 0.05, value => value > 0, Positive));
        section.Close();
        return sentence;
    }

    private static IReadOnlyList<int> ReadSeeds(ConfigSection section)
    {
        var seeds = section.Ints("seeds", least: 0) ?? [1];
        if (seeds.Distinct().Count() != seeds.Count)
            section.Fail("seeds", "training.seeds has a number twice: each seed is trained once");
        return seeds;
    }
}
