using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Data.Sources;

/// <summary>The demo's source: about 1,900 emoji in three vendors' drawings, captioned with CLDR's English names and keywords. Splits are
/// <c>train</c>, <c>seen</c> (one drawing of about a fifth of the concepts) and <c>unseen</c> (a tenth of the concepts, with
/// all that are nearly the same); see docs/adr/0003.</summary>
/// <param name="PackagesFolder">A <c>node_modules</c> folder with the packages.</param>
public sealed record EmojiSourceSpec([property: NotInFingerprint] string PackagesFolder) : MediaSourceSpec
{
    /// <summary>Authors and licences of images and words (NOTICE has the full text); a report that shows them prints these lines.</summary>
    public static IReadOnlyList<string> Attributions { get; } =
    [
        "Drawings: Noto Emoji, © Google LLC, Apache License 2.0;",
        "Twemoji, © Twitter, Inc and other contributors, CC BY 4.0, resized and set on white;",
        "Fluent Emoji, © Microsoft Corporation, MIT.",
        "Names and keywords: Unicode CLDR, © Unicode, Inc., Unicode License V3.",
    ];

    /// <summary>Whether a dataset was prepared from this source, by its class lists, which a refresh of its captions does not
    /// change.</summary>
    public static bool IsSourceOf(IReadOnlyList<LabelSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return sets.Count == EmojiLabels.Sets.Count
            && sets.Zip(EmojiLabels.Sets)
                .All(pair => pair.First.Name == pair.Second.Name && pair.First.Classes.SequenceEqual(pair.Second.Classes));
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<PairRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await EmojiPackages.CheckAsync(PackagesFolder, cancellationToken);
        foreach (var concept in await EmojiCatalog.ReadAsync(PackagesFolder, cancellationToken))
        {
            var labels = EmojiLabels.Of(concept);
            for (var i = 0; i < EmojiPackages.Drawings.Count; i++)
            {
                var drawing = EmojiPackages.Drawings[i];
                var content = JsonSerializer.Serialize(new { drawing = drawing.Name, concept = concept.Id, caption = concept.Caption });
                var pair = new SourcePair(
                    $"{drawing.Name}/{concept.Id}", drawing.PathOf(PackagesFolder, concept.Id), "drawing", concept.Caption, concept.Id,
                    drawing.Package, concept.SplitOf(i, EmojiPackages.Drawings.Count), labels);
                yield return new PairRow(EmojiPackages.Table, concept.Row, content, pair, null);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<SourceExtras> ReadExtrasAsync(CancellationToken cancellationToken = default) => new(
        EmojiLabels.Sets, EmojiTriples.Of(await EmojiCatalog.ReadAsync(PackagesFolder, cancellationToken)));

    /// <inheritdoc/>
    public override async Task<string> SnapshotAsync(CancellationToken cancellationToken = default)
    {
        var content = new StringBuilder();
        foreach (var package in await EmojiPackages.CheckAsync(PackagesFolder, cancellationToken))
            content.Append(package).Append('\n');

        foreach (var table in new[] { EmojiPackages.Table, EmojiPackages.Annotations })
        {
            await using var stream = File.OpenRead(Path.Combine(PackagesFolder, table));
            content.Append(Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken))).Append('\n');
        }

        foreach (var drawing in EmojiPackages.Drawings)
        {
            var folder = new DirectoryInfo(Path.Combine(PackagesFolder, drawing.Package, drawing.Folder));
            var files = folder.Exists ? folder.GetFiles() : [];
            foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
                content.Append(drawing.Name).Append('/').Append(file.Name).Append(' ').Append(file.Length).Append('\n');
        }

        return "emoji:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())));
    }
}
