using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>CIFAR-10 or CIFAR-100 in its binary version: splits <c>train</c> and <c>test</c>, class list <c>class</c> and for CIFAR-100
/// <c>superclass</c>. The caption of an image is the name of its class, and so is its concept: every image of the class is a right
/// answer.</summary>
/// <param name="Path">Folder of the unpacked files.</param>
/// <param name="ConfinedTo">Folder that no file may lie outside of, links followed; null for anywhere.</param>
public sealed record CifarSourceSpec(
    [property: NotInFingerprint] string Path,
    [property: NotInFingerprint, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ConfinedTo = null) : MediaSourceSpec
{
    private SourcePlace Place => new(Path, Path, ConfinedTo);

    /// <inheritdoc/>
    /// <remarks>A row is a record; its number counts from 1 in its file, the media id from 0 in its split.</remarks>
    public override async IAsyncEnumerable<PairRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var layout = CifarLayout.Find(Place.FindTable(), Place.ShownPath);
        var rows = new CifarRows(layout, ReadNames(layout), Place);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in layout.Files)
        {
            using var records = Open(file.Name);
            CheckLength(file.Name, records.Length, layout.RecordLength);
            var record = new byte[layout.RecordLength];
            for (var number = 1L; records.ReadAtLeast(record, record.Length, throwOnEndOfStream: false) == record.Length; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var index = counts[file.Split] = counts.GetValueOrDefault(file.Split, -1) + 1;
                yield return rows.Read(file, number, index, record);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<SourceExtras> ReadExtrasAsync(CancellationToken cancellationToken = default)
    {
        var layout = CifarLayout.Find(Place.FindTable(), Place.ShownPath);
        LabelSet[] sets = [.. layout.Lists.Zip(ReadNames(layout), (list, names) => new LabelSet(list.Name, names))];
        return Task.FromResult(new SourceExtras(sets, []));
    }

    /// <inheritdoc/>
    /// <remarks>Made of the names and content of all its files.</remarks>
    public override async Task<string> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        var layout = CifarLayout.Find(Place.FindTable(), Place.ShownPath);
        using var snapshot = new SourceSnapshot("cifar");
        foreach (var name in layout.Lists.Select(list => list.NamesFile).Concat(layout.Files.Select(file => file.Name)))
        {
            await using var content = Open(name);
            await snapshot.AddFileAsync(name, content, cancellationToken);
        }

        return snapshot.Finish();
    }

    private string[][] ReadNames(CifarLayout layout) => [.. layout.Lists.Select(list => ReadNames(list.NamesFile))];

    // 'maple_tree': the files write a blank so, and prompts are sentences.
    private string[] ReadNames(string file)
    {
        using var reader = new StreamReader(Open(file));
        string[] names =
            [.. reader.ReadToEnd().Split('\n').Select(line => TableText.Fold(line.Replace('_', ' '))).Where(name => name.Length > 0)];
        if (names.Length is 0 or > byte.MaxValue + 1)
            throw new SourceException($"{Show(file)} names {names.Length:N0} classes; it should have a line for each, at most 256.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(name => name.Count() > 1) is { } twice)
            throw new SourceException($"{Show(file)} names the class '{TableText.Printable(twice.Key)}' twice; fetch it again.");
        return names;
    }

    private void CheckLength(string file, long length, int recordLength)
    {
        if (length == 0)
            throw new SourceException($"{Show(file)} is empty; fetch it again.");
        if (length % recordLength != 0)
        {
            throw new SourceException($"{Show(file)} ends inside record {(length / recordLength) + 1:N0}: it has {length:N0} bytes, " +
                $"and a record has {recordLength:N0}. Fetch it again.");
        }
    }

    private FileStream Open(string name)
    {
        var path = Place.Find(System.IO.Path.Combine(Path, name));
        if (SourceFiles.FindOther(path) is { } other)
            throw new SourceException($"{Show(name)} cannot be read: it is {other}.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"{Show(name)} cannot be read ({error.GetType().Name}); fetch it again.", error);
        }
    }

    private string Show(string name) => System.IO.Path.Combine(Place.ShownPath, name);
}
