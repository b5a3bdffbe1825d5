using Microsoft.AspNetCore.Http.HttpResults;

namespace ContrastivePipeline.Web.Security;

/// <summary>The page that a browser asked for before it had to sign in: where it goes afterwards. Never another site.</summary>
internal static class ReturnAddress
{
    /// <summary>Name of the query parameter and of the form's field.</summary>
    public const string Field = "return";

    private const string Home = "/";

    /// <summary>The sign-in page that leads back to a path with its query.</summary>
    public static string SignIn(string pathAndQuery) =>
        pathAndQuery == Home ? AccessCheck.SignInPath : $"{AccessCheck.SignInPath}?{Field}={Uri.EscapeDataString(pathAndQuery)}";

    /// <summary>What a client sent, if it is a page of this server; else the first page.</summary>
    /// <remarks>A browser reads <c>//host</c> and <c>/\host</c> as another site; a header takes printable ASCII only.</remarks>
    public static string Of(string? sent) =>
        sent is ['/', ..] && RedirectHttpResult.IsLocalUrl(sent) && sent.All(c => c is > ' ' and < '\x7f')
        && !sent.StartsWith(AccessCheck.SignInPath, StringComparison.Ordinal) ? sent : Home;
}
