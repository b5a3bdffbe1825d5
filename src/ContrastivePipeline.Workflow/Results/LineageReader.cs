namespace ContrastivePipeline.Workflow.Results;

/// <summary>Finds the origin of a run's numbers and artifacts, and recomputes numbers.</summary>
public sealed class LineageReader
{
    private const int LeastHashDigits = 6;

    private readonly ArtifactStore _store;
    private readonly RunRecord _run;
    private readonly RunGraph _graph;

    private LineageReader(
        ArtifactStore store, RunRecord run, RunGraph graph, RunArtifacts artifacts, IReadOnlyList<Measurement> measurements) =>
        (_store, _run, _graph, Artifacts, Measurements) = (store, run, graph, artifacts, measurements);

    /// <summary>The run's artifacts.</summary>
    public RunArtifacts Artifacts { get; }

    /// <summary>The run's numbers.</summary>
    public IReadOnlyList<Measurement> Measurements { get; }

    /// <summary>The address of a number of the run.</summary>
    public MeasurementAddress AddressOf(Measurement number) => MeasurementAddress.Of(number, _run.TrainedDataset());

    /// <summary>Reads what the stages of a run have noted.</summary>
    public static async Task<LineageReader> OpenAsync(ArtifactStore store, RunRecord run, CancellationToken cancellationToken)
    {
        var gone = new List<string>();
        var manifests = await RunManifests.ReadAsync(store, run, _ => true, stage => gone.Add(RunManifests.Gone(stage)), cancellationToken);
        var measurements = await new RunProducts(store, run).ReadMeasurementsAsync(gone.Add, cancellationToken);
        return new LineageReader(
            store, run, new RunGraph(manifests), await RunArtifacts.ReadAsync(store, run, manifests, gone, cancellationToken),
            measurements);
    }

    /// <summary>What a text names: path of an artifact, address of a number, beginning of a hash, or a number as printed.</summary>
    /// <param name="what">For example <c>clip/1/seen/geometry/alignment</c>, <c>46.2</c>, <c>3f2a9c</c>.</param>
    /// <exception cref="ResultMissingException">The run has no such number or artifact.</exception>
    public LineageSubject Find(string what)
    {
        var text = what.Trim();
        if ((Artifacts.Find(text) ?? Artifacts.All.FirstOrDefault(a => a.Name == text)) is { } artifact)
            return new LineageSubject([], [artifact]);
        if (MeasurementAddress.Parse(text) is { } address
            && Measurements.FirstOrDefault(m => AddressOf(m) == address) is { } number)
        {
            return new LineageSubject([new FoundNumber([number], number.Value)], []);
        }
        var hashed = text.Length >= LeastHashDigits && text.All(char.IsAsciiHexDigit)
            ? Artifacts.All.Where(a => a.Sha256.StartsWith(text, StringComparison.OrdinalIgnoreCase)).ToArray() : [];
        var printed = PrintedNumber.Parse(text) is { } asPrinted ? Printed(asPrinted) : [];
        return hashed.Length > 0 || printed.Length > 0 ? new LineageSubject(printed, hashed) : throw Missing(text);
    }

    /// <summary>Where a number came from.</summary>
    public async Task<Lineage> ExplainAsync(Measurement number, CancellationToken cancellationToken)
    {
        var evaluation = EvaluationOf(number);
        var input = WorkflowJson.FromElement<EvaluateInput>(evaluation.Manifest.Input);
        var chain = new LineageChain(_store, _run, Artifacts, _graph.LeadingTo(evaluation));
        return await chain.OfAsync(number, input, cancellationToken);
    }

    /// <summary>Where an artifact came from.</summary>
    public async Task<Lineage> ExplainAsync(RunArtifact artifact, CancellationToken cancellationToken)
    {
        // The parts of a dataset are named by its manifest, and that by the stage which prepared it.
        var maker = _graph.MakerOf(artifact.Path) ?? Artifacts.All.Where(a => a.Kind == "dataset-manifest" && a.Label == artifact.Label)
            .Select(a => _graph.MakerOf(a.Path)).FirstOrDefault();
        var chain = new LineageChain(_store, _run, Artifacts, maker is null ? [] : _graph.LeadingTo(maker));
        return await chain.OfAsync(artifact, maker, cancellationToken);
    }

    /// <summary>Computes a number again from the stored embeddings; needs no model.</summary>
    /// <exception cref="FormulaChangedException">This program has another version of the formula.</exception>
    /// <exception cref="ArtifactCorruptException">The embeddings are not what was written.</exception>
    /// <exception cref="ArtifactMissingException">The embeddings are gone.</exception>
    public async Task<Recomputation> RecomputeAsync(Measurement number, CancellationToken cancellationToken)
    {
        var evaluation = EvaluationOf(number);
        if (MetricCatalogue.Find(number.Metric)?.Formula is var formula && formula != number.Formula)
        {
            throw new FormulaChangedException(
                $"{AddressOf(number)} was computed with formula {number.Formula}; this program has "
                    + $"{formula ?? "no formula for it"}. "
                + $"Use the program that measured it, {evaluation.Manifest.CodeVersion}, or measure anew with 'contrastive run "
                + $"{_run.Experiment}'.");
        }
        var input = WorkflowJson.FromElement<EvaluateInput>(evaluation.Manifest.Input);
        var family = LineageChain.FamilyOf(number.Metric);
        var again = await new TrialEvaluation(_store, input).EvaluateAsync(number.Split, wanted => wanted == family, cancellationToken);
        return new Recomputation(number, again.Measurements.First(m => m.Metric == number.Metric).Value);
    }

    private RunManifests.Done EvaluationOf(Measurement number) => _graph.EvaluationOf(number)
        ?? throw new ResultMissingException($"Run '{_run.Id}' has not evaluated {number.Variant} with seed {number.Seed} on {number.Dataset}.");

    /// <summary>A table prints single values, and means over seeds where there are several.</summary>
    private FoundNumber[] Printed(PrintedNumber number) =>
    [
        .. Measurements.Where(m => number.IsOf(m.Metric, m.Value)).Select(m => new FoundNumber([m], m.Value)),
        .. Measurements.GroupBy(m => (m.Variant, m.Dataset, m.Split, m.Metric)).Where(seeds => seeds.Count() > 1)
            .Select(seeds => new FoundNumber([.. seeds], SeedSummary.Of([.. seeds.Select(m => m.Value)]).Mean))
            .Where(mean => number.IsOf(mean.Of[0].Metric, mean.Value)),
    ];

    private ResultMissingException Missing(string text) => new(
        $"Run '{_run.Id}' has no number that is printed as '{text}' and no artifact of that path or hash. A number's address is "
        + $"VARIANT/SEED/SPLIT/METRIC{(Measurements.Count > 0 ? $", for example {AddressOf(Measurements[0])}" : "")}; "
        + $"'contrastive results {_run.Id} --json' lists all numbers.");
}

/// <summary>What a user may have meant.</summary>
public sealed record LineageSubject(IReadOnlyList<FoundNumber> Numbers, IReadOnlyList<RunArtifact> Artifacts);

/// <summary>A number of a table.</summary>
/// <param name="Of">The measurement, or one a seed where the table has their mean.</param>
public sealed record FoundNumber(IReadOnlyList<Measurement> Of, double Value);

/// <summary>A number that was computed again.</summary>
public sealed record Recomputation(Measurement Stored, double Value)
{
    /// <summary>Whether the two are the same to the last bit.</summary>
    public bool IsIdentical => BitConverter.DoubleToInt64Bits(Stored.Value) == BitConverter.DoubleToInt64Bits(Value);
}

/// <summary>This program has another version of a number's formula: what it computed would be another number.</summary>
internal sealed class FormulaChangedException(string message) : Exception(message), IPermanentFailure;
