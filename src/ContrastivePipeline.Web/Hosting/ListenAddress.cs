using System.Net;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>Where a server listens.</summary>
/// <param name="Ip">Address of an interface, or any.</param>
/// <param name="Port">The port; 0 for a free one.</param>
public sealed record ListenAddress(IPAddress Ip, int Port)
{
    /// <summary>What <c>contrastive serve</c> listens on by default.</summary>
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>Whether only this machine reaches it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Ip);

    /// <summary>Reads <c>http://ADDRESS:PORT</c>; the address is numeric, or <c>localhost</c> for 127.0.0.1.</summary>
    /// <exception cref="WebStartException">It is not of that form.</exception>
    public static ListenAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw Refused(text, "it is no such URL");
        if (url.Scheme == "https")
            throw Refused(text, "the server speaks no TLS; let it listen on a loopback address behind a proxy that does");
        if (url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
            throw Refused(text, "it has more than an address and a port");
        if (url.Host == "localhost")
            return new ListenAddress(IPAddress.Loopback, url.Port);
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip)
            ? new ListenAddress(ip, url.Port)
            : throw Refused(text, "a server listens on a numeric address or 'localhost', and not on a name");
    }

    private static WebStartException Refused(string text, string why) =>
        new($"Cannot listen on '{text}': {why}. Expected http://ADDRESS:PORT, for example {Default}.");
}
