using ContrastivePipeline.Web.Security;

namespace ContrastivePipeline.Web.Hosting;

/// <summary>Where to listen, and whom to let in.</summary>
/// <param name="Address">Where to listen.</param>
/// <param name="Keys">Who may enter; none is enough on a loopback address only.</param>
public sealed record WebOptions(ListenAddress Address, ApiKeys Keys)
{
    /// <summary>Connections at once. 512.</summary>
    public long Connections { get; init; } = 512;
}
