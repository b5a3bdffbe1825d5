using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Data.Shards;

/// <summary>Names dataset versions.</summary>
internal static class VersionHash
{
    /// <summary>First 12 hexadecimal digits of the SHA-256 over everything that a version is.</summary>
    /// <param name="parts">Names and hashes of all parts, in order.</param>
    /// <param name="mediaSize">Short side of the images.</param>
    /// <param name="labelSets">The class lists.</param>
    /// <param name="accounting">The accounting.</param>
    /// <param name="refresh">The refresh that made it, if one did.</param>
    public static string Of(
        IEnumerable<(string Name, string Sha256)> parts, int mediaSize, IReadOnlyList<LabelSet> labelSets, DataAccounting accounting,
        RefreshOrigin? refresh)
    {
        var text = new StringBuilder();
        foreach (var (name, sha256) in parts) text.Append(name).Append(' ').Append(sha256).Append('\n');
        text.Append(JsonSerializer.Serialize(new { MediaSize = mediaSize, LabelSets = labelSets, Accounting = accounting }));
        if (refresh is not null) text.Append(JsonSerializer.Serialize(refresh));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }
}
