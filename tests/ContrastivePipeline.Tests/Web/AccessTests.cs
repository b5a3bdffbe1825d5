using System.Net;

namespace ContrastivePipeline.Tests.Web;

public sealed class AccessTests(AzuriteFixture azurite)
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string OtherKey = "fedcba9876543210fedcba9876543210";

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task On_loopback_a_foreign_host_name_is_refused(string host)
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        await WebLab.ProblemAsync(await web.GetAsync("/api/runs", ("Host", host)), 421);
    }

    [Theory]
    [InlineData("localhost:1234")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:5080")]
    public async Task On_loopback_its_names_are_welcome_without_a_key(string host)
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/api/runs", ("Host", host))).StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Pages_of_other_sites_change_nothing(string header, string value)
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        await WebLab.ProblemAsync(await web.SendAsync(HttpMethod.Post, "/sign-out", null, (header, value)), 403);
        var own = web.Url.GetLeftPart(UriPartial.Authority);
        Assert.Equal(HttpStatusCode.SeeOther, (await web.SendAsync(HttpMethod.Post, "/sign-out", null, ("Origin", own))).StatusCode);
    }

    [Fact]
    public async Task With_keys_only_they_open_the_api()
    {
        await using var web = await WebLab.StartAsync(
            await azurite.OpenStoreAsync(), ApiKeys.Parse($"# two\n{Key}\n\n{OtherKey}\n", "keys"));
        var refused = await web.GetAsync("/api/runs");
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        await WebLab.ProblemAsync(refused, 401);
        await WebLab.ProblemAsync(await web.GetAsync("/nowhere"), 401);
        await WebLab.ProblemAsync(await web.GetAsync("/api/runs", ("X-Api-Key", Key[..^1] + "0")), 401);
        await WebLab.ProblemAsync(await web.GetAsync($"/api/runs?key={Key}"), 401);
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/api/runs", ("X-Api-Key", Key))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/api/runs", ("Authorization", $"bearer {OtherKey}"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/api/health")).StatusCode);
        Assert.DoesNotContain(web.Notices, notice => notice.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_browser_signs_in_once_and_its_cookie_is_not_the_key()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "keys"));
        var asked = await web.GetAsync("/", ("Accept", "text/html"));
        Assert.Equal((HttpStatusCode.SeeOther, "/sign-in"), (asked.StatusCode, asked.Headers.Location?.ToString()));
        var deep = await web.GetAsync("/runs/a-b/explain?of=a%2Bb&again=1", ("Accept", "text/html"));
        Assert.Equal("/sign-in?return=%2Fruns%2Fa-b%2Fexplain%3Fof%3Da%252Bb%26again%3D1", deep.Headers.Location?.OriginalString);
        var wrong = await SignInAsync(web, OtherKey);
        Assert.Equal("/sign-in?wrong", wrong.Headers.Location?.ToString());
        Assert.False(wrong.Headers.Contains("Set-Cookie"));

        var right = await SignInAsync(web, Key);
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        var session = ("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, (await web.GetAsync("/api/runs", session)).StatusCode);

        await web.SendAsync(HttpMethod.Post, "/sign-out", null, session);
        await WebLab.ProblemAsync(await web.GetAsync("/api/runs", session), 401);
    }

    [Fact]
    public void Open_to_other_machines_needs_a_key()
    {
        var options = new WebOptions(ListenAddress.Parse("http://0.0.0.0:0"), ApiKeys.None);
        Assert.Contains(
            "--key-file", Assert.Throws<WebStartException>(() => ContrastiveWeb.Build(null!, options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", "32")]
    [InlineData("0123456789abcdef 0123456789abcdef", "printable")]
    [InlineData("0123456789abcdef0123456789abcdeé", "printable")]
    public void Bad_keys_are_refused_without_repeating_them(string key, string word)
    {
        var message = Assert.Throws<WebStartException>(() => ApiKeys.Parse("\n" + key, "keys.txt")).Message;
        Assert.Contains("keys.txt, line 2", message, StringComparison.Ordinal);
        Assert.Contains(word, message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5080")]
    [InlineData("https://127.0.0.1:5080")]
    [InlineData("http://some.host:5080")]
    [InlineData("http://127.0.0.1:5080/path")]
    [InlineData("http://user@127.0.0.1:5080")]
    [InlineData("ftp://127.0.0.1")]
    public void Addresses_that_make_no_sense_are_refused(string url) => Assert.Throws<WebStartException>(() => ListenAddress.Parse(url));

    [Fact]
    public async Task Every_answer_carries_the_headers_that_browsers_need()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        foreach (var path in new[] { "/", "/api/runs", "/api/nothing", "/openapi/v1.json" })
        {
            var headers = (await web.GetAsync(path)).Headers;
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.False(headers.Contains("Server"));
        }
    }

    [Theory]
    [InlineData("/runs/a-b/explain?of=a%2Bb&again=1", "/runs/a-b/explain?of=a%2Bb&again=1")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("runs", "/")]
    [InlineData("~/runs", "/")]
    [InlineData("/runs\r\nSet-Cookie: a=b", "/")]
    [InlineData("/ru ns", "/")]
    [InlineData("/läufe", "/")]
    [InlineData("/sign-in?return=/sign-in", "/")]
    public async Task Signing_in_leads_to_the_page_that_was_asked_for_and_never_to_another_site(string? back, string to)
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "keys"));
        Assert.Equal(to, (await SignInAsync(web, Key, back)).Headers.Location?.OriginalString);
        var wrong = (await SignInAsync(web, OtherKey, back)).Headers.Location?.OriginalString;
        Assert.Equal(to == "/" ? "/sign-in?wrong" : $"/sign-in?return={Uri.EscapeDataString(to)}&wrong", wrong);
        var page = await (await web.GetAsync(wrong!)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"name=\"return\" value=\"{WebUtility.HtmlEncode(to)}\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_with_TLS_the_cookie_is_secure_and_its_pages_may_post()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync(), ApiKeys.Parse(Key, "keys"));
        (string, string)[] proxied = [("X-Forwarded-Proto", "https"), ("Host", "lab.example"), ("Origin", "https://lab.example")];
        var right = await SignInAsync(web, Key, null, proxied);
        Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        Assert.Contains("; secure", Assert.Single(right.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        await WebLab.ProblemAsync(await SignInAsync(
            web, Key, null, ("X-Forwarded-Proto", "https"), ("Host", "lab.example"), ("Origin", "http://lab.example")), 403);
    }

    [Fact]
    public async Task A_page_with_a_foreign_name_cannot_call_itself_localhost_by_a_header()
    {
        await using var web = await WebLab.StartAsync(await azurite.OpenStoreAsync());
        await WebLab.ProblemAsync(await web.GetAsync(
            "/api/runs", ("Host", "evil.example"), ("X-Forwarded-Host", "localhost"), ("X-Forwarded-Proto", "http")), 421);
    }

    private static Task<HttpResponseMessage> SignInAsync(WebLab web, string key, string? back = null, params (string, string)[] headers) =>
        web.SendAsync(HttpMethod.Post, "/sign-in",
            new FormUrlEncodedContent(back is null ? [new("key", key)] : [new("key", key), new("return", back)]), headers);
}
