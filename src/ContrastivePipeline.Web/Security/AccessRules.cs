using Microsoft.Extensions.DependencyInjection;

namespace ContrastivePipeline.Web.Security;

/// <summary>Whom to let in.</summary>
/// <param name="Keys">The keys; without any, everyone who reaches the server may enter.</param>
/// <param name="LoopbackOnly">Whether the server listens on a loopback address and has no keys, and so must be called by a loopback name: a page
/// whose own name was made to point to this machine gives itself away by that name. With keys such a page gets nothing, and a proxy on
/// this machine may pass on the name that it is called by.</param>
public sealed record AccessRules(ApiKeys Keys, bool LoopbackOnly);

/// <summary>Registers what the checks need.</summary>
public static class SecurityServices
{
    /// <summary>Adds the rules and the memory of who is signed in.</summary>
    public static IServiceCollection AddContrastiveSecurity(this IServiceCollection services, AccessRules rules) =>
        services.AddSingleton(rules).AddSingleton<SignedIn>();
}
