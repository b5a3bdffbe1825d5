using System.Runtime.InteropServices;
using System.Text.Json;

namespace ContrastivePipeline.Data.Sources;

/// <summary>Makes source rows of the entries of Karpathy's JSON.</summary>
internal sealed class KarpathyRows(SourcePlace place)
{
    public const string Images = "images";
    public const string FileName = "filename";
    public const string Sentences = "sentences";

    private const string Folder = "filepath";
    private const string Split = "split";
    private const string Raw = "raw";
    private const string MissingField = "missing-field";

    private readonly string _file = Path.GetFileName(place.Path);
    private readonly ImagePlace _images = new(place.ImageFolder, place.ConfinedTo is not null);

    /// <summary>One row a sentence; a single one where the entry as a whole is damaged.</summary>
    /// <param name="number">1-based number of the entry.</param>
    public IEnumerable<PairRow> Read(long number, JsonElement entry)
    {
        var image = ReadImage(entry, out var fault);
        if (image is null)
        {
            // 'tokens' and 'raw' say the same, so a whole entry is long.
            var content = TableText.DecodeWithEscapes(JsonMarshal.GetRawUtf8Value(entry).ToArray());
            return [new PairRow(_file, number, ShortText.Head(content, TableRow.MaxContent), null, fault)];
        }

        return entry.GetProperty(Sentences).EnumerateArray().Select((sentence, i) => ReadSentence(number, image, sentence, i));
    }

    private KarpathyImage? ReadImage(JsonElement entry, out SourceFault? fault)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            fault = new SourceFault("", "wrong-type", $"The entry is {Kind(entry)} instead of an object; check the file.");
            return null;
        }

        if (!TryText(entry, FileName, FileName, out var name, out fault))
            return null;
        var folder = "";
        if (entry.TryGetProperty(Folder, out _) && !TryText(entry, Folder, Folder, out folder, out fault))
            return null;
        (var path, fault) = ImagePath.Normalise(folder.Length == 0 ? name : $"{folder}/{name}", FileName, _images);
        if (fault is not null || !TryText(entry, Split, Split, out var split, out fault))
            return null;
        if (split == "restval")
            split = Splits.Train;

        if (split is not (Splits.Train or "val" or Splits.Test))
        {
            fault = new SourceFault(Split, "bad-split", $"'{TableText.Printable(split)}' is no split of Karpathy's; " +
                "use train, val, test or restval.");
            return null;
        }

        if (entry.TryGetProperty(Sentences, out var sentences) && sentences.ValueKind == JsonValueKind.Array && sentences.GetArrayLength() > 0)
            return new KarpathyImage(path, split);
        fault = new SourceFault(Sentences, MissingField, $"'{path}' has no list of sentences; write one, or remove the entry.");
        return null;
    }

    private PairRow ReadSentence(long number, KarpathyImage image, JsonElement sentence, int index)
    {
        var column = $"{Sentences}[{index}].{Raw}";
        var pair = TryText(sentence, Raw, column, out var raw, out var fault) ? Pair(image, raw, column, out fault) : null;
        var content = JsonSerializer.Serialize(new { filename = image.Path, split = image.Split, raw });
        return new PairRow(_file, number, ShortText.Head(content, TableRow.MaxContent), pair, fault);
    }

    private SourcePair? Pair(KarpathyImage image, string raw, string column, out SourceFault? fault)
    {
        var caption = TableText.Fold(raw);
        fault = FieldChecks.CheckCaption(caption, column, PairsSourceSpec.DefaultMaxCaptionLength);
        return fault is not null ? null : new SourcePair(
            image.Path, Path.Combine(_images.Folder, image.Path), FileName, caption, image.Path, _file, image.Split, [])
        {
            ConfinedTo = place.ImagesConfinedTo,
        };
    }

    private static bool TryText(JsonElement entry, string property, string column, out string text, out SourceFault? fault)
    {
        (text, fault) = ("", null);
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty(property, out var value))
        {
            fault = new SourceFault(column, MissingField, $"There is no '{column}'; write it, or remove the entry.");
        }
        else if (value.ValueKind != JsonValueKind.String)
        {
            fault = new SourceFault(column, "wrong-type", $"'{column}' is {Kind(value)} instead of a text; check the file.");
        }
        else
        {
            try
            {
                text = value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                // What the reader says of bytes that are no UTF-8, and of half a surrogate pair.
                fault = new SourceFault(column, "invalid-utf8", $"'{column}' is no text in UTF-8; write it as UTF-8.");
            }
        }

        return fault is null;
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}

/// <summary>What is said of an image, apart from its sentences.</summary>
/// <param name="Path">Under the image folder.</param>
internal sealed record KarpathyImage(string Path, string Split);
