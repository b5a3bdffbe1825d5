using System.Globalization;

namespace ContrastivePipeline.Data.Sources;

/// <summary>The binary layout of CIFAR-10 or CIFAR-100: records of one byte a class list and 32 x 32 pixels.</summary>
/// <param name="Lists">Class lists, in the order of their bytes in a record.</param>
/// <param name="Main">Index of the list whose class is an image's caption.</param>
/// <param name="Files">Files of records, train before test.</param>
internal sealed record CifarLayout(IReadOnlyList<CifarList> Lists, int Main, IReadOnlyList<CifarFile> Files)
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 32;

    private const string Names10 = "batches.meta.txt";
    private const string FineNames = "fine_label_names.txt";
    private const string CoarseNames = "coarse_label_names.txt";

    /// <summary>Bytes of a record.</summary>
    public int RecordLength => Lists.Count + (3 * Side * Side);

    /// <summary>Recognises the layout by the files in a folder.</summary>
    /// <param name="shown">What messages call the folder.</param>
    /// <exception cref="SourceException">It is neither CIFAR-10 nor CIFAR-100.</exception>
    public static CifarLayout Find(string folder, string shown)
    {
        if (!Directory.Exists(folder))
            throw new SourceException($"{shown}: there is no such folder; unpack CIFAR's binary version and name its folder.");
        if (Has(Names10))
        {
            return new CifarLayout(
                [new("class", Names10)], 0, Some([.. Batches(folder, shown), new("test_batch.bin", Splits.Test)]));
        }

        if (Has(FineNames))
        {
            return new CifarLayout(
                [new("superclass", CoarseNames), new("class", FineNames)], 1,
                Some([new("train.bin", Splits.Train), new("test.bin", Splits.Test)]));
        }

        throw new SourceException($"{shown} {WhyNot(folder)}");

        bool Has(string name) => File.Exists(Path.Combine(folder, name));

        // A set of test images alone can be measured with.
        CifarFile[] Some(IReadOnlyList<CifarFile> files) => files.Where(file => Has(file.Name)).ToArray() is { Length: > 0 } some
            ? some
            : throw new SourceException($"{shown}: there is none of {string.Join(", ", files.Select(file => file.Name))}; fetch it again.");
    }

    // A batch that was forgotten would go unnoticed.
    private static IEnumerable<CifarFile> Batches(string folder, string shown)
    {
        const string start = "data_batch_", end = ".bin";
        var numbers = Directory.GetFiles(folder, start + "*" + end).Select(Path.GetFileName).Select(name =>
            int.TryParse(name![start.Length..^end.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        var expected = 1;
        foreach (var number in numbers.Where(number => number > 0).Order())
        {
            if (number != expected)
                throw new SourceException($"{shown}: there is {start}{number}{end}, but no {start}{expected}{end}; fetch it again.");
            yield return new CifarFile($"{start}{expected++}{end}", Splits.Train);
        }
    }

    private static string WhyNot(string folder)
    {
        foreach (var inner in new[] { "cifar-10-batches-bin", "cifar-100-binary" })
        {
            if (Directory.Exists(Path.Combine(folder, inner)))
                return $"has a folder {inner}: name that one.";
        }

        return File.Exists(Path.Combine(folder, "batches.meta")) || File.Exists(Path.Combine(folder, "meta"))
            ? "is CIFAR's version for Python; fetch the binary version."
            : $"has neither {Names10} of CIFAR-10 nor {FineNames} of CIFAR-100; name the folder of the unpacked binary version.";
    }
}

/// <summary>A class list of CIFAR.</summary>
/// <param name="Name">What the dataset calls it.</param>
/// <param name="NamesFile">Text file with a class a line.</param>
internal sealed record CifarList(string Name, string NamesFile);

/// <summary>A file of records.</summary>
internal sealed record CifarFile(string Name, string Split);
