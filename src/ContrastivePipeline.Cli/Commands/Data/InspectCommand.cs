using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using System.Text.Json;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data inspect DATASET</c>: what a dataset version holds.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", DataCommand.VersionHelp);

    public InspectCommand(CliEnvironment environment)
        : base("inspect", "Shows what a dataset version holds, and where every source row went.", environment) => Add(_dataset);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var reference = call.Get(_dataset);
        var manifest = await new DatasetCatalog(session.Store).FindAsync(reference, cancellationToken);
        var newer = await NewerVersion.FindAsync(session.Store, reference, cancellationToken);
        var summary = await new DatasetReader(session.Store).InspectAsync(manifest, cancellationToken);
        var refreshes = (await new DatasetCatalog(session.Store).RefreshesAsync(manifest.Name, cancellationToken))
            .Where(refresh => refresh.Record.Version == manifest.Version || refresh.Record.Base == manifest.Version).ToArray();
        if (call.Json)
        {
            var document = JsonSerializer.SerializeToNode(summary, WorkflowJson.Options)!.AsObject();
            document["newer"] = newer?.Version;
            document["refreshes"] = JsonSerializer.SerializeToNode(refreshes, WorkflowJson.Options);
            call.WriteJson(document);
        }
        else
        {
            Write(call, summary, newer, refreshes);
        }
        return ExitCode.Done;
    }

    private static IEnumerable<string> Texts(DatasetSummary data)
    {
        if (data.Captions > 0)
        {
            yield return $"{Count(data.Captions)} {(data.IsOfTexts ? "sentences" : "captions")} of {data.ShortestCaption} to "
                + $"{data.LongestCaption} words, median {data.MedianCaption}";
        }
        if (data.SentencePairs > 0)
            yield return $"{Count(data.SentencePairs)} sentence pairs with scores";
        if (data.Triples > 0)
            yield return $"{Count(data.Triples)} sentence triples";
    }

    private static Table Splits(DatasetSummary data)
    {
        if (!data.IsOfTexts)
        {
            var splits = ConsoleTables.Create("Split", ">Media", ">Captions", ">Concepts", "Example");
            foreach (var split in data.Splits)
                splits.Add(split.Name, Count(split.Media), Count(split.Captions), Count(split.Concepts), split.Example);
            return splits;
        }
        var texts = ConsoleTables.Create("Split", ">Sentences", ">Sentence pairs", "Scores", "Example");
        foreach (var split in data.Splits)
        {
            var scores = split.LeastScore is null ? "" : string.Create(
                CultureInfo.InvariantCulture, $"{split.LeastScore} to {split.GreatestScore}");
            texts.Add(split.Name, Count(split.Captions), Count(split.SentencePairs), scores, split.Example);
        }
        return texts;
    }

    private static void Write(Invocation call, DatasetSummary data, NewerVersion? newer, IReadOnlyList<StoredRefresh> refreshes)
    {
        call.Write($"Dataset {data.Name}@{data.Version}");
        if (newer is not null)
            call.Write(newer.Describe());
        if (!data.IsOfTexts)
            call.Write($"{Count(data.Media)} media, {data.MediaSize}, {Bytes(data.MediaBytes)}");
        call.Write(string.Join("; ", Texts(data)));
        AccountingFormatter.Write(call, data.Accounting);
        AccountingFormatter.Write(call, data.Copies);
        call.Write("");
        if (data.Splits.Count > 0)
            call.Console.Write(Splits(data));
        foreach (var (set, classes) in data.Classes)
            call.Write($"\nClasses '{set}': {string.Join(", ", classes.Select(c => $"{c.Key} {Count(c.Value)}"))}");
        foreach (var row in data.QuarantineExamples)
            call.Write($"\nQuarantined as {row.Reason}, for example {row.File} row {row.Row}: {row.Detail}");
        foreach (var refresh in refreshes)
            call.Write("\n" + RefreshFormatter.Line(refresh.Record, data.Version));
    }
}
