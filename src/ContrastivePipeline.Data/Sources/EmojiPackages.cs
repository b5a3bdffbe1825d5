using System.Text.Json;

namespace ContrastivePipeline.Data.Sources;

/// <summary>The npm packages that the emoji source reads, with the versions it was written for.</summary>
internal static class EmojiPackages
{
    /// <summary>Metadata: one entry an emoji.</summary>
    public const string Table = "emoji-datasource-google/emoji.json";

    /// <summary>English names and keywords.</summary>
    public const string Annotations = "cldr-annotations-full/annotations/en/annotations.json";

    private static readonly (string Package, string Version)[] Required =
    [
        ("emoji-datasource-google", "16.0.0"),
        ("emoji-datasource-twitter", "16.0.0"),
        ("@lobehub/fluent-emoji-3d", "1.1.0"),
        ("cldr-annotations-full", "48.2.0"),
    ];

    /// <summary>The drawings of a concept, in the order that splits refer to.</summary>
    public static IReadOnlyList<EmojiDrawing> Drawings { get; } =
    [
        new("fluent", "@lobehub/fluent-emoji-3d", "assets", ".webp"),
        new("google", "emoji-datasource-google", "img/google/64", ".png"),
        new("twitter", "emoji-datasource-twitter", "img/twitter/64", ".png"),
    ];

    /// <summary>Checks that every package is there in the right version.</summary>
    /// <exception cref="SourceException">One is missing or has another version.</exception>
    public static async Task<IReadOnlyList<string>> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var (package, version) in Required)
        {
            var file = Path.Combine(folder, package, "package.json");
            using var manifest = await ReadJsonAsync(file, cancellationToken);
            var actual = manifest.RootElement.TryGetProperty("version", out var value) ? value.GetString() : null;
            if (actual != version)
            {
                throw new SourceException($"{file}: {package} has version {actual ?? "(none)"}, but {version} is needed, " +
                    "because splits and captions depend on it. Run 'npm ci' in the folder of the package lock.");
            }

            found.Add($"{package}@{version}");
        }

        return found;
    }

    /// <exception cref="SourceException">It is missing or is not JSON.</exception>
    public static async Task<JsonDocument> ReadJsonAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            return await JsonDocument.ParseAsync(stream, default, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SourceException($"{file} cannot be read: {error.Message} Install the demo's packages with 'npm ci'.", error);
        }
        catch (JsonException error)
        {
            throw new SourceException($"{file} is not JSON: {error.Message} Install the demo's packages again with 'npm ci'.", error);
        }
    }
}

/// <summary>One vendor's images.</summary>
/// <param name="Name">The vendor, which starts the media ids.</param>
/// <param name="Folder">Folder of the images in the package.</param>
/// <param name="Extension">Of the image files, which are named by code points.</param>
internal sealed record EmojiDrawing(string Name, string Package, string Folder, string Extension)
{
    public string PathOf(string packagesFolder, string concept) =>
        Path.GetFullPath(Path.Combine(packagesFolder, Package, Folder, concept + Extension));
}
