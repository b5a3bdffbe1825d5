using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Where datasets live in the store.</summary>
public static partial class DatasetPaths
{
    /// <summary>Folder of all datasets.</summary>
    public const string Root = "datasets/";

    /// <summary>Folder of a dataset, with all its versions.</summary>
    public static string Dataset(string name) => $"{Root}{name}/";

    /// <summary>Blob that says which version is current.</summary>
    public static string Current(string name) => $"{Root}{name}/current.json";

    /// <summary>Folder of a refresh: its record and the rows that it rejected.</summary>
    public static string Refresh(string name, string id) => $"{Refreshes(name)}{id}";

    internal const string RefreshesName = "refreshes/";

    internal const string RecordName = "record.json";

    internal const string RejectedName = "rejected.parquet";

    /// <summary>Folder of all refreshes of a dataset.</summary>
    public static string Refreshes(string name) => Dataset(name) + RefreshesName;

    /// <summary>Folder of a version.</summary>
    public static string Version(string name, string version) => $"{Root}{name}/{version}";

    /// <summary>The manifest, written last: a version exists when its manifest does.</summary>
    public static string Manifest(string name, string version) => $"{Version(name, version)}/manifest.json";

    /// <summary>Whether a text can name a dataset: 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first.</summary>
    public static bool IsName(string text) => NamePattern().IsMatch(text);

    /// <summary>Whether a text looks like a version: 12 hexadecimal digits.</summary>
    internal static bool IsVersion(string text) => VersionPattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[0-9a-f]{12}\z")]
    private static partial Regex VersionPattern();
}

/// <summary>Computes the names of dataset versions.</summary>
internal static class VersionHash
{
    /// <summary>First 12 hexadecimal digits of the SHA-256 over everything that identifies a version.</summary>
    /// <param name="parts">Names and hashes of all parts, in order.</param>
    public static string Of(
        IEnumerable<(string Name, string Sha256)> parts, int mediaSize, IReadOnlyList<LabelSet> labelSets, DataAccounting accounting,
        RefreshOrigin? refresh)
    {
        var text = new StringBuilder();
        foreach (var (name, sha256) in parts)
            text.Append(name).Append(' ').Append(sha256).Append('\n');

        text.Append(JsonSerializer.Serialize(new { MediaSize = mediaSize, LabelSets = labelSets, Accounting = accounting }));
        if (refresh is not null)
            text.Append(JsonSerializer.Serialize(refresh));

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }
}

/// <summary>JSON of manifests and other records of datasets.</summary>
internal static class DatasetJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        // '{}' is JSON but no manifest: missing members are errors.
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Deserialises a blob; <paramref name="what"/> names its kind in messages.</summary>
    /// <exception cref="InvalidDataException">It holds something else.</exception>
    public static T Parse<T>(StoredBlob blob, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(blob.Content, Options)
                ?? throw new InvalidDataException($"{blob.Path} holds null instead of a {what}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{blob.Path} is no {what}: {error.Message}", error);
        }
    }
}
