namespace ContrastivePipeline.Workflow.Results;

/// <summary>Where a number or an artifact of a run came from.</summary>
/// <param name="Artifact">The artifact; null where a number is explained.</param>
/// <param name="Sources">The artifacts that it was computed from, by the stage that made it.</param>
/// <param name="Model">The model behind it; null where it comes before any model.</param>
/// <param name="Tokenizer">The vocabulary; null where it comes before any.</param>
/// <param name="Dataset">The dataset version; null where nothing of it depends on data.</param>
/// <param name="Settings">The experiment file's settings that bear on it, defaults included, of its own variant alone.</param>
/// <param name="Stages">Every stage that led to it, the last first.</param>
/// <param name="Commands">Commands that check it or make it again.</param>
public sealed record Lineage(
    string RunId,
    string Experiment,
    NumberLineage? Number,
    RunArtifact? Artifact,
    IReadOnlyList<RunArtifact> Sources,
    ModelLineage? Model,
    RunArtifact? Tokenizer,
    DatasetLineage? Dataset,
    IReadOnlyList<LineageSetting> Settings,
    IReadOnlyList<LineageStage> Stages,
    IReadOnlyList<LineageCommand> Commands);

/// <summary>A number with its definition.</summary>
/// <param name="Address">Its <see cref="MeasurementAddress"/>.</param>
/// <param name="Explanation">What it says, in a sentence; empty where the catalogue does not know it.</param>
/// <param name="Formula">Formula id with its version.</param>
/// <param name="FormulaInWords">The formula; null where this program does not have this version of it.</param>
/// <param name="N">Items that it averages over.</param>
/// <param name="Value">The value in full; rates are fractions.</param>
public sealed record NumberLineage(
    string Address, string Variant, int Seed, string Metric, string Title, string Explanation, string Formula, string? FormulaInWords,
    string Split, int N, double Value);

/// <summary>A trained model.</summary>
/// <param name="Step">Steps that it was trained for.</param>
/// <param name="Recipe">SHA-256 of all settings of the training.</param>
public sealed record ModelLineage(
    string Variant, long Seed, int Step, RunArtifact Checkpoint, string Recipe, IReadOnlyList<SegmentLineage> Segments);

/// <summary>A segment of training.</summary>
/// <param name="From">The first step, 0-based.</param>
/// <param name="To">The step that it stops before.</param>
public sealed record SegmentLineage(int From, int To, RunArtifact Checkpoint);

/// <summary>A dataset version.</summary>
/// <param name="Refreshes">The refreshes that led to it, the last first; empty where it was prepared from its source.</param>
public sealed record DatasetLineage(
    string Name, string Version, string Manifest, DataAccounting Accounting, IReadOnlyList<PartLineage> Parts,
    IReadOnlyList<RefreshLineage> Refreshes);

/// <summary>A part of a dataset version.</summary>
/// <param name="Table"><c>media</c>, <c>captions</c>, <c>labels</c>, <c>triples</c>, <c>sentence-pairs</c> or
/// <c>quarantine</c>.</param>
public sealed record PartLineage(string Table, string Path, int Rows, string Sha256);

/// <summary>A refresh of captions.</summary>
/// <param name="Mode"><c>replace</c>, <c>patch</c> or <c>append</c>.</param>
public sealed record RefreshLineage(string Id, string Base, string Version, string Mode, string File, string Sha256, DateTimeOffset At);

/// <summary>A setting of the experiment file.</summary>
public sealed record LineageSetting(string Path, string Value);

/// <summary>A stage, as its manifest has it.</summary>
/// <param name="Started">When the attempt that succeeded began.</param>
/// <param name="Attempt">1-based number of that attempt.</param>
public sealed record LineageStage(
    string Name, string Label, int Version, string Fingerprint, string Manifest, string CodeVersion, string Machine,
    DateTimeOffset Started, DateTimeOffset Finished, int Attempt, bool Cached);

/// <summary>A command to type.</summary>
public sealed record LineageCommand(string Line, string Does);
