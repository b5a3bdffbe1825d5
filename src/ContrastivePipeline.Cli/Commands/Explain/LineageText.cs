using System.Globalization;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Explain;

/// <summary>Writes a lineage as text.</summary>
internal static class LineageText
{
    private const int PartsShown = 3;
    private const int ChoicesShown = 20;

    /// <summary>The whole chain, from the number or artifact back to the data.</summary>
    public static void Write(Invocation call, Lineage lineage)
    {
        if (lineage.Number is { } number)
            WriteNumber(call, lineage, number);
        if (lineage.Artifact is { } artifact)
            WriteArtifact(call, lineage, artifact);
        Section(call, lineage.Number is null ? "Made of" : "Computed from", lineage.Sources.Select(Line));
        if (lineage.Model is { } model)
            WriteModel(call, model);
        Section(call, "Tokenizer", lineage.Tokenizer is { } tokenizer ? [Line(tokenizer)] : []);
        if (lineage.Dataset is { } dataset)
            WriteDataset(call, dataset);
        Section(
            call, $"Settings of experiment {lineage.Experiment}", lineage.Settings.Select(setting => $"{setting.Path}: {setting.Value}"));
        Section(call, "Stages, the last first", lineage.Stages.Select(stage =>
            $"{Name(stage)}: {Time(call, stage.Finished)}, {Duration(stage.Finished - stage.Started)} on {stage.Machine}, "
            + $"program {stage.CodeVersion}, "
            + $"stage version {stage.Version}{(stage.Cached ? ", done before this run" : "")}"));
        Section(call, "Again", lineage.Commands.SelectMany(command => new[] { command.Line, $"  {command.Does}" }));
    }

    /// <summary>Writes the numbers and artifacts that an ambiguous argument may mean.</summary>
    public static void WriteChoice(Invocation call, string runId, string text, LineageSubject subject, LineageReader lineage)
    {
        call.Write($"'{text}' may be any of these of run {runId}:");
        foreach (var found in subject.Numbers.Take(ChoicesShown))
        {
            call.Write(found.Of.Count == 1
                ? $"  {lineage.AddressOf(found.Of[0])} = {Full(found.Value)}"
                : $"  {Full(found.Value)}, the mean of {string.Join(", ", found.Of.Select(lineage.AddressOf))}");
        }
        foreach (var artifact in subject.Artifacts.Take(ChoicesShown))
            call.Write($"  {Line(artifact)}");
        if (Math.Max(subject.Numbers.Count, subject.Artifacts.Count) > ChoicesShown)
            call.Write("  and more; --json lists all");
        call.Write($"'contrastive explain ADDRESS --run {runId}' tells where one came from.");
    }

    /// <summary>A number that was computed again.</summary>
    public static void Write(Invocation call, Recomputation again, MeasurementAddress address)
    {
        call.Write(address.ToString());
        call.Write($"  stored      {Full(again.Stored.Value)}");
        call.Write($"  recomputed  {Full(again.Value)}");
        call.Write(again.IsIdentical ? "  the same to the last bit" : $"  DIFFERENT by {Full(again.Value - again.Stored.Value)}");
    }

    private static void WriteNumber(Invocation call, Lineage lineage, NumberLineage number)
    {
        var percent = IsFraction(number.Metric) ? string.Create(CultureInfo.InvariantCulture, $" = {100 * number.Value:0.0} %") : "";
        call.Write(Full(number.Value) + percent);
        call.Write($"{number.Address} of run {lineage.RunId}");
        Section(
            call, "Metric",
            [$"{number.Title} ({number.Metric}) over {Count(number.N)} items of split {number.Split}", number.Explanation]);
        Section(call, $"Formula {number.Formula}", [number.FormulaInWords ?? "This program does not have this version of the formula."]);
    }

    private static void WriteArtifact(Invocation call, Lineage lineage, RunArtifact artifact)
    {
        call.Write($"{artifact.Path} of run {lineage.RunId}");
        call.Write($"{artifact.Kind}, {Bytes(artifact.Length)}, SHA-256 {artifact.Sha256}");
    }

    private static void WriteModel(Invocation call, ModelLineage model) => Section(call, "Model",
    [
        $"{model.Variant}, seed {model.Seed}, {Count(model.Step)} steps, settings {model.Recipe[..12]}",
        Line(model.Checkpoint),
        $"trained in {model.Segments.Count} segments, each from the checkpoint of the one before:",
        .. model.Segments.Select(segment =>
            $"  steps {segment.From}-{segment.To}: {segment.Checkpoint.Path} {segment.Checkpoint.Sha256[..12]}"),
    ]);

    private static void WriteDataset(Invocation call, DatasetLineage dataset) => Section(call, $"Dataset {dataset.Name}@{dataset.Version}",
    [
        $"{Count(dataset.Accounting.Kept)} rows kept of {Count(dataset.Accounting.SourceRows)} source rows",
        dataset.Manifest,
        .. dataset.Parts.GroupBy(part => part.Table).SelectMany(table => table.Take(PartsShown)
            .Select(part => $"{part.Path} {part.Sha256[..12]}, {Count(part.Rows)} rows")
            .Concat(table.Count() > PartsShown ? [$"and {table.Count() - PartsShown} more parts of {table.Key} (--json lists them)"] : [])),
        .. dataset.Refreshes.Select(refresh =>
            $"refreshed ({refresh.Mode}) from {refresh.Base} with {refresh.File} (SHA-256 {refresh.Sha256[..12]}), "
                + $"{Time(call, refresh.At)}"),
    ]);

    private static void Section(Invocation call, string head, IEnumerable<string> lines)
    {
        string[] all = [.. lines.Where(line => line.Length > 0)];
        if (all.Length == 0)
            return;
        call.Write("");
        call.Write(head);
        foreach (var line in all)
            call.Write($"  {line}");
    }

    private static string Line(RunArtifact artifact) => $"{artifact.Path} {artifact.Sha256[..12]}, {Bytes(artifact.Length)}";

    private static string Name(LineageStage stage) => stage.Label.Length == 0 ? stage.Name : $"{stage.Name} ({stage.Label})";

    private static bool IsFraction(string metric) => MetricCatalogue.Find(metric)?.Unit == MetricUnit.Fraction;

    private static string Full(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Time(Invocation call, DateTimeOffset time) =>
        $"{TimeZoneInfo.ConvertTime(time, call.Environment.Time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}";
}
