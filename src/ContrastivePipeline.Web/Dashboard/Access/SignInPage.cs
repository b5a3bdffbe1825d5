using ContrastivePipeline.Reporting.Html;
using ContrastivePipeline.Web.Dashboard.Shell;
using ContrastivePipeline.Web.Security;

namespace ContrastivePipeline.Web.Dashboard.Access;

/// <summary>Asks for a key, where the server needs one.</summary>
internal static class SignInPage
{
    /// <summary>The page.</summary>
    /// <param name="wrong">Whether the key that was just given is none.</param>
    /// <param name="back">Where the browser goes then: a path of this server.</param>
    public static Page Write(bool wrong, string back) => new("Sign in", Area.Outside, Markup.Of($"""
        <p class="lead">This server is open to those who have one of its API keys.</p>
        {(wrong ? new Markup("<div class=\"note error\" role=\"alert\" id=\"wrong\"><p>The server does not know this key. Check that all of it was pasted; whoever runs the server has the key file.</p></div>") : Markup.None)}
        <form action="/sign-in" method="post" class="panel narrow"><input type="hidden" name="{ReturnAddress.Field}" value="{back}" />
        <div class="field"><label for="key">API key</label>
        <input type="password" id="key" name="{SignInEndpoints.KeyField}" required="required" autofocus="autofocus" autocomplete="current-password"{new Markup(wrong ? " aria-invalid=\"true\" aria-describedby=\"wrong\"" : "")} /></div>
        <p><button type="submit">Sign in</button></p></form>
        <p class="quiet"><small>The key stays on the server; this browser gets a cookie that ends after twelve hours or when the server stops.</small></p>
        """));
}
