using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ContrastivePipeline.Web.Security;

/// <summary>
/// Browsers that showed a key. Each holds a random word in a cookie that scripts cannot read and other sites cannot send; the key itself
/// stays out of the browser. Forgotten when the program ends.
/// </summary>
public sealed class SignedIn(AccessRules rules, WebParts parts)
{
    private const string Cookie = "contrastive-session";
    private const int MostBrowsers = 1_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);

    /// <summary>Lets a browser in if its key is right.</summary>
    public bool TryEnter(HttpContext context, string key)
    {
        if (!rules.Keys.Contains(key))
            return false;
        var word = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = parts.Time.GetUtcNow();
        lock (_lock)
        {
            foreach (var over in _ends.Where(end => end.Value <= now).Select(end => end.Key).ToArray())
                _ends.Remove(over);
            if (_ends.Count >= MostBrowsers)
                _ends.Remove(_ends.MinBy(end => end.Value).Key);
            _ends[Hash(word)] = now + Lifetime;
        }
        context.Response.Cookies.Append(Cookie, word, Options(context));
        return true;
    }

    /// <summary>Whether the request comes from a browser that was let in.</summary>
    public bool Includes(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } word)
            return false;
        // The hash of a guess tells nothing about the words that would fit, so its lookup may take whatever time it takes.
        lock (_lock)
            return _ends.TryGetValue(Hash(word), out var end) && end > parts.Time.GetUtcNow();
    }

    /// <summary>Forgets a browser.</summary>
    public void Leave(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { Length: > 0 } word)
        {
            lock (_lock)
                _ends.Remove(Hash(word));
        }
        context.Response.Cookies.Delete(Cookie, Options(context));
    }

    private static CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };

    private static string Hash(string word) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(word)));
}
