namespace ContrastivePipeline.Data.Sources;

/// <summary>Makes source rows of CIFAR's records.</summary>
/// <param name="names">Classes of each of the layout's lists.</param>
internal sealed class CifarRows(CifarLayout layout, IReadOnlyList<string[]> names, SourcePlace place)
{
    /// <param name="number">1-based number of the record in its file.</param>
    /// <param name="index">0-based number of the image in its split.</param>
    public PairRow Read(CifarFile file, long number, int index, ReadOnlySpan<byte> record)
    {
        var labels = new SourceLabel[layout.Lists.Count];
        SourceFault? fault = null;
        for (var i = 0; i < labels.Length; i++)
        {
            var list = layout.Lists[i];
            labels[i] = new SourceLabel(list.Name, record[i]);
            if (record[i] >= names[i].Length)
            {
                fault ??= new SourceFault(list.Name, "unknown-class",
                    $"The record is of {list.Name} {record[i]}, but {list.NamesFile} has {names[i].Length} names, 0 to " +
                    $"{names[i].Length - 1}; fetch both files again.");
            }
        }

        var content = string.Join(", ", labels.Select(label => $"{label.LabelSet} {label.Label}"));
        var pair = fault is null ? Pair(file, number, index, labels) : null;
        return new PairRow(file.Name, number, content, pair, fault);
    }

    private SourcePair Pair(CifarFile file, long number, int index, SourceLabel[] labels)
    {
        var name = names[layout.Main][labels[layout.Main].Label];
        return new SourcePair(
            $"{file.Split}/{index:D5}", Path.Combine(place.ImageFolder, file.Name), "pixels", name, name, file.Name, file.Split, labels)
        {
            ConfinedTo = place.ConfinedTo,
            Pixels = new PlanarPixels(
                ((number - 1) * layout.RecordLength) + layout.Lists.Count, CifarLayout.Side, CifarLayout.Side),
        };
    }
}
