namespace ContrastivePipeline.Workflow.Results;

/// <summary>Where a number or an artifact of a run came from.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Experiment">Name of its experiment.</param>
/// <param name="Number">The number; null where an artifact is explained.</param>
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
/// <param name="Variant">The variant.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Metric">Metric id.</param>
/// <param name="Title">The metric in words.</param>
/// <param name="Explanation">What it says, in a sentence; empty where the catalogue does not know it.</param>
/// <param name="Formula">Formula id with its version.</param>
/// <param name="FormulaInWords">The formula; null where this program does not have this version of it.</param>
/// <param name="Split">Split.</param>
/// <param name="N">Items that it averages over.</param>
/// <param name="Value">The value in full; rates are fractions.</param>
public sealed record NumberLineage(
    string Address, string Variant, int Seed, string Metric, string Title, string Explanation, string Formula, string? FormulaInWords,
    string Split, int N, double Value);

/// <summary>A trained model.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Seed">The training seed.</param>
/// <param name="Step">Steps that it was trained for.</param>
/// <param name="Checkpoint">Its weights.</param>
/// <param name="Recipe">SHA-256 of all settings of the training.</param>
/// <param name="Segments">The slices of the training, in order.</param>
public sealed record ModelLineage(
    string Variant, long Seed, int Step, RunArtifact Checkpoint, string Recipe, IReadOnlyList<SegmentLineage> Segments);

/// <summary>A slice of training.</summary>
/// <param name="From">The first step, 0-based.</param>
/// <param name="To">The step that it stops before.</param>
/// <param name="Checkpoint">The state after it.</param>
public sealed record SegmentLineage(int From, int To, RunArtifact Checkpoint);

/// <summary>A dataset version.</summary>
/// <param name="Name">Name of the dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Manifest">Path of its manifest.</param>
/// <param name="Accounting">Where every source row went.</param>
/// <param name="Parts">Its Parquet parts.</param>
/// <param name="Refreshes">The refreshes that led to it, the last first; empty where it was prepared from its source.</param>
public sealed record DatasetLineage(
    string Name, string Version, string Manifest, DataAccounting Accounting, IReadOnlyList<PartLineage> Parts,
    IReadOnlyList<RefreshLineage> Refreshes);

/// <summary>A part of a dataset version.</summary>
/// <param name="Table"><c>media</c>, <c>captions</c>, <c>labels</c>, <c>triples</c> or <c>quarantine</c>.</param>
/// <param name="Path">Path in the store.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Sha256">SHA-256 of the content.</param>
public sealed record PartLineage(string Table, string Path, int Rows, string Sha256);

/// <summary>A refresh of captions.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Base">The version that it was applied to.</param>
/// <param name="Version">The version that it made.</param>
/// <param name="Mode"><c>replace</c>, <c>patch</c> or <c>append</c>.</param>
/// <param name="File">The table of captions.</param>
/// <param name="Sha256">Its SHA-256.</param>
/// <param name="At">When.</param>
public sealed record RefreshLineage(string Id, string Base, string Version, string Mode, string File, string Sha256, DateTimeOffset At);

/// <summary>A setting of the experiment file.</summary>
/// <param name="Path">Where it stands, for example <c>training.learning_rate</c>.</param>
/// <param name="Value">As JSON.</param>
public sealed record LineageSetting(string Path, string Value);

/// <summary>A stage, as its manifest has it.</summary>
/// <param name="Name">Name of the stage.</param>
/// <param name="Label">What it is the stage of.</param>
/// <param name="Version">Version of the stage.</param>
/// <param name="Fingerprint">SHA-256 of name, version and input.</param>
/// <param name="Manifest">Path of its manifest.</param>
/// <param name="CodeVersion">Version of the program.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Started">When the attempt that succeeded began.</param>
/// <param name="Finished">When it ended.</param>
/// <param name="Attempt">1-based number of that attempt.</param>
/// <param name="Cached">Whether it was done before this run came to it.</param>
public sealed record LineageStage(
    string Name, string Label, int Version, string Fingerprint, string Manifest, string CodeVersion, string Machine,
    DateTimeOffset Started, DateTimeOffset Finished, int Attempt, bool Cached);

/// <summary>A command to type.</summary>
/// <param name="Line">The command.</param>
/// <param name="Does">What it does.</param>
public sealed record LineageCommand(string Line, string Does);
