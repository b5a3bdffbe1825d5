using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>A task of SentEval in the files that its script downloads: STS12 to STS16, STS-B and SICK-R, each whole.</summary>
/// <param name="Path">SentEval's folder of data, which has <c>STS</c> and <c>SICK</c>.</param>
/// <param name="TaskName">One of <see cref="TaskNames"/>.</param>
/// <param name="ConfinedTo">Folder that no file may lie outside of, links followed; null for anywhere.</param>
public sealed record SentEvalSourceSpec(
    [property: NotInFingerprint] string Path,
    string TaskName,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null) : TextSourceSpec
{
    /// <summary>The tasks: <c>sts12</c> to <c>sts16</c>, <c>sts-b</c> and <c>sick-r</c>.</summary>
    public static IReadOnlyList<string> TaskNames { get; } = [.. SentEvalTask.All.Select(task => task.Name)];

    private SourcePlace Place => new(Path, null, ConfinedTo);

    /// <inheritdoc/>
    /// <remarks>A row is a pair. One that nobody scored is quarantined as <c>no-score</c>; SentEval leaves it out too.</remarks>
    public override async IAsyncEnumerable<TextRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var task = Find();
        foreach (var part in task.Parts)
        {
            var pairs = ReadLines(part.File);
            var scores = part.ScoreFile is null ? pairs : ReadLines(part.ScoreFile);
            if (scores.Length != pairs.Length)
            {
                throw new SourceException($"{Show(part.File)} has {pairs.Length:N0} lines and {Show(part.ScoreFile!)} {scores.Length:N0}: they do "
                    + "not belong together. Fetch both again.");
            }
            for (var i = part.HasHeader ? 1 : 0; i < pairs.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Read(task, part, i, pairs[i], part.ScoreFile is null ? null : scores[i]);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Made of the task and the content of its files.</remarks>
    public override async Task<string> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        using var snapshot = new SourceSnapshot($"senteval-{TaskName}");
        foreach (var file in Find().Parts.SelectMany(part => new[] { part.File, part.ScoreFile }).OfType<string>())
        {
            await using var content = Open(file);
            await snapshot.AddFileAsync(file, content, cancellationToken);
        }

        return snapshot.Finish();
    }

    private SentEvalTask Find() => SentEvalTask.Find(TaskName) ?? throw new SourceException(
        $"SentEval has no task '{TaskName}' with scores; it has {string.Join(", ", TaskNames)}.");

    /// <param name="score">The line of the scores' file; null where the score stands beside the sentences.</param>
    private static TextRow Read(SentEvalTask task, SentEvalPart part, int line, byte[] pair, byte[]? score)
    {
        var item = Read(task, part, Fields(pair), score, out var fault);
        var content = TableText.DecodeWithEscapes(pair) + (score is null ? "" : "\t" + TableText.DecodeWithEscapes(score));
        return new TextRow(System.IO.Path.GetFileName(part.File), line + 1, content, fault is null ? item : null, fault);
    }

    private static SentencePair? Read(SentEvalTask task, SentEvalPart part, byte[][] fields, byte[]? score, out SourceFault? fault)
    {
        var needed = 1 + Math.Max(part.Second, score is null ? part.Score : 0);
        if (fields.Length < needed)
        {
            fault = FieldChecks.WrongCount(fields.Length, needed);
            return null;
        }

        score ??= fields[part.Score];
        var (second, value) = ("", 0.0);
        if (!FieldChecks.TrySentence(fields[part.First], "sentence 1", MostCharacters, out var first, out fault)
            || !FieldChecks.TrySentence(fields[part.Second], "sentence 2", MostCharacters, out second, out fault)
            || !TryScore(task, score, out value, out fault))
        {
            return null;
        }

        return new SentencePair(first, second, value, part.Split, part.Subset);
    }

    private static bool TryScore(SentEvalTask task, byte[] score, out double value, out SourceFault? fault)
    {
        value = 0;
        if (score.AsSpan().Trim(" \t"u8).Length == 0)
        {
            fault = new SourceFault("score", "no-score", "Nobody scored the pair; it is left out, as SentEval does.");
            return false;
        }

        if (!FieldChecks.TryScore(score, "score", out value, out fault))
            return false;
        if (value >= task.Least && value <= task.Greatest)
            return true;
        fault = new SourceFault("score", "bad-score", $"A score of {value} is outside of the task's {task.Least} to {task.Greatest}; fetch the file again.");
        return false;
    }

    private static byte[][] Fields(byte[] line)
    {
        var fields = new List<byte[]>();
        foreach (var field in line.AsSpan().Split((byte)'\t'))
            fields.Add(line[field]);
        return [.. fields];
    }

    // Empty lines count: in files of scores they stand for pairs without one.
    private byte[][] ReadLines(string file)
    {
        using var lines = new ByteLines(Open(file));
        var all = new List<byte[]>();
        while (lines.Next() is { } line)
            all.Add(line.Bytes);
        return all.Count > 0 ? [.. all] : throw new SourceException($"{Show(file)} is empty; fetch it again.");
    }

    private FileStream Open(string file)
    {
        var path = Place.Find(System.IO.Path.Combine(Path, file));
        return File.Exists(path) ? TableFile.OpenText(path, Show(file)) : throw new SourceException(
            $"{Show(file)} is missing. The folder must have SentEval's files under their own names; name the one that has STS and SICK.");
    }

    private string Show(string file) => System.IO.Path.Combine(Place.ShownPath, file);
}
