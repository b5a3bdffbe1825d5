using System.Net;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>Where to listen, and whom to let in.</summary>
/// <param name="Address">Where to listen.</param>
/// <param name="Keys">Who may enter; none is enough on a loopback address only.</param>
public sealed record WebOptions(ListenAddress Address, ApiKeys Keys)
{
    /// <summary>
    /// Proxies whose <c>X-Forwarded-Proto</c> is believed, beside those on this machine: with it the sign-in cookie is marked Secure and
    /// the origin of forms is compared with the address that the browser sees.
    /// </summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>Connections at once. 512.</summary>
    public long Connections { get; init; } = 512;
}
