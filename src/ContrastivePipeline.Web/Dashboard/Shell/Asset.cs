using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ContrastivePipeline.Web.Dashboard.Shell;

/// <summary>A style sheet, script or icon that the program carries.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Hash">The first digits of its SHA-256.</param>
internal sealed record Asset(byte[] Content, string Type, string Hash)
{
    private static readonly FrozenDictionary<string, Asset> All = Load().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Where a page finds an asset. The address changes with the content, so that no browser keeps an old one.</summary>
    public static string Href(string name) => $"/assets/{name}?v={All[name].Hash}";

    /// <summary>Answers a request for an asset.</summary>
    public static IResult Serve(string name, HttpContext context)
    {
        if (!All.TryGetValue(name, out var asset))
            return Results.NotFound();
        // An address with the hash in it never means anything else.
        context.Response.Headers.CacheControl =
            context.Request.Query["v"] == asset.Hash ? "private, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Content, asset.Type, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\""));
    }

    private static IEnumerable<KeyValuePair<string, Asset>> Load()
    {
        // The report's own style sheet, so that the dashboard and the reports it links to look alike.
        yield return new("report.css", Read(typeof(HtmlReport), "report.css"));
        var own = typeof(Asset).Assembly.GetManifestResourceNames();
        foreach (var name in own.Where(n => n.StartsWith("dashboard/", StringComparison.Ordinal)))
            yield return new(name["dashboard/".Length..], Read(typeof(Asset), name));
    }

    private static Asset Read(Type neighbour, string resource)
    {
        using var stream = neighbour.Assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new Asset(content, TypeOf(resource), Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
}
