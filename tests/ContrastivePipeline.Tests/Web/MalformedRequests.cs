using System.Text;

namespace ContrastivePipeline.Tests.Web;

/// <summary>One request that no honest client sends.</summary>
/// <param name="Name">What is wrong with it, to find it again.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="MayBeSilent">Whether no answer at all is right: the request is not whole, or not HTTP/1.</param>
internal sealed record MalformedRequest(string Name, byte[] Bytes, bool MayBeSilent = false);

/// <summary>Requests that are wrong in every way we could think of, and as many more made from those at random.</summary>
/// <param name="run">A run that exists.</param>
/// <param name="artifact">Path of an artifact that it has.</param>
internal sealed class MalformedRequests(string run, string artifact)
{
    private const string Host = "Host: localhost\r\n";

    private static readonly string[] Escapes =
    [
        "../secret.txt", "..%2fsecret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "%252e%252e%252fsecret.txt",
        "..%5csecret.txt",
        "..\\secret.txt", "....//secret.txt", "..;/secret.txt", ".%2e/secret.txt", "%c0%ae%c0%ae/secret.txt", "%uff0e%uff0e/secret.txt",
        "/secret.txt",
        "//secret.txt", "%2fsecret.txt", "secret.txt", "secret.txt%20", "secret.txt%0a", "./secret.txt", "%2e/secret.txt", "C:/secret.txt",
        "file:///secret.txt",
        "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/etc/passwd",
        "secret.txt?", "secret.txt#",
        "secret.txt%3f", "datasets/secret/secret.json", "runs/secret/run.json", "requests/secret.json", "stages/secret/manifest.json", "..",
        ".", "%2e%2e", "%2e",
        "%", "%2", "%zz", "%%", "%ff%fe", "%ed%a0%80", "~root", "${x}", "{path}", "*", "a%0d%0aSet-Cookie:%20x=1", "con", "nul", "::$DATA",
    ];

    private static readonly string[] RangeCases =
    [
        "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=-0", "bytes=99999999999-", "bytes=99999999999999999999999999-",
        "bytes=--1", "bytes=1-2-3",
        "bytes=0x0-0x5", "bytes=1.5-2", "=0-1", "bytes=0-1;2-3", "bytes=\t", "bytes=,", "bytes=-99999999999999999999999999", "0-1",
        "bytes 0-1",
    ];

    private static readonly string[] BodyCases =
    [
        "", "{", "}", "null", "[]", "5", "\"x\"", "{\"experiment\":null}", "{\"experiment\":5}", "{\"experiment\":\"../../secret\"}",
        "{\"experiment\":\"/etc/passwd\"}",
        "{\"yaml\":\"\"}", "{\"yaml\":\"name: [\"}", "{\"experiment\":\"a\",\"yaml\":\"b\"}", "{\"unknown\":1}",
        "{\"fresh\":\"yes\",\"experiment\":\"x\"}",
        "{\"experiment\":\"x\",\"experiment\":\"y\"}", "\0", "\uFEFF", "{\"experiment\":\"\\u0000\"}", "{\"experiment\":\"\\ud800\"}",
        "name: x\ndataset: { name: ../../secret, source: { kind: pairs, path: /etc/passwd, image_column: a, caption_column: b } }",
        "name: ../../secret", "name: !!python/object x", "&a [*a]", "a: &a [x]\nb: [*a, *a]", "? [a]\n: b", "%YAML 9.9\n---\nx",
        "---\n---\n", "- - - - -", "\t", "{[}]",
    ];

    /// <summary>The list by hand.</summary>
    public IEnumerable<MalformedRequest> ByHand() =>
        [.. Paths(), .. Ranges(), .. Bodies(), .. Forms(), .. Methods(), .. Queries(), .. Heads()];

    /// <summary>Requests of the list with bytes changed, removed, doubled or put in, from a seed.</summary>
    public IEnumerable<MalformedRequest> Mutated(int count, int seed)
    {
        var random = new Random(seed);
        var all = ByHand().Where(request => request.Bytes.Length < 4_000).ToArray();
        for (var i = 0; i < count; i++)
        {
            var from = all[random.Next(all.Length)];
            yield return new MalformedRequest($"seed {seed}, {i}: {from.Name}", Mutate(from.Bytes, random), MayBeSilent: true);
        }
    }

    private IEnumerable<MalformedRequest> Paths()
    {
        var mine = $"/api/runs/{run}/artifacts/";
        foreach (var escape in Escapes)
        {
            foreach (var prefix in new[] { mine, $"{mine}{artifact}/../", $"/api/runs/", $"/api/datasets/", "/api/experiments/", "/" })
                yield return Get(prefix + escape);
            yield return Get($"/api/runs/{escape}/results");
            yield return Get($"/api/datasets/{escape}/versions/current/quarantine");
            yield return Get($"/api/datasets/shapes/versions/{escape}/quarantine");
        }
        foreach (var path in new[] { mine + artifact + "/", mine + "/" + artifact, mine + artifact.ToUpperInvariant(),
            mine + artifact[..^1], mine + artifact + "%00", mine + "%00",
            mine.ToUpperInvariant() + artifact, mine + artifact.Replace("/", "%2F", StringComparison.Ordinal), mine
                + artifact.Replace('/', '\\'), mine + new string('a', 3_000),
            "/" + new string('a', 9_000), mine + string.Concat(Enumerable.Repeat("../", 500)), mine
                + string.Concat(Enumerable.Repeat("a/", 1_500)), "/api/runs/" + new string('a', 201) })
        {
            yield return Get(path);
        }
    }

    private IEnumerable<MalformedRequest> Ranges() =>
        RangeCases.Select(range => Get($"/api/runs/{run}/artifacts/{artifact}", $"Range: {range}\r\n"));

    private static IEnumerable<MalformedRequest> Bodies()
    {
        foreach (var body in BodyCases)
        {
            yield return Post("application/json", Encoding.UTF8.GetBytes(body));
            yield return Post("application/yaml", Encoding.UTF8.GetBytes(body));
        }
        yield return Post("application/yaml", [0xFF, 0xFE, 0x00]);
        yield return Post("application/json", [0xC0, 0xAF]);
        yield return Post("application/yaml", Encoding.ASCII.GetBytes(new string('[', 100_000)));
        yield return Post("application/json", Encoding.ASCII.GetBytes(new string('[', 100_000)));
        foreach (var type in new[] { "text/plain", "application/xml", "x", "", "/", "application/json; charset=\"",
            "multipart/form-data; boundary=", "application/yaml, application/json" })
        {
            yield return Post(type, "name: x"u8.ToArray());
        }
    }

    private IEnumerable<MalformedRequest> Forms()
    {
        foreach (var path in new[] { "/runs", "/runs/none/cancel", $"/runs/{run}/none", "/datasets/shapes/refresh",
            "/datasets/..%2fsecret/refresh", "/search" })
        {
            yield return Post("application/json", "{}"u8.ToArray(), path);
            yield return Post("multipart/form-data", "x"u8.ToArray(), path);
            yield return Post(
                "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"u8.ToArray(), path);
            yield return Post("multipart/form-data; boundary=" + new string('x', 200), "--x"u8.ToArray(), path);
            yield return Post("application/x-www-form-urlencoded",
                Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3_000).Select(i => $"k{i}=v&"))), path);
            yield return Post("application/x-www-form-urlencoded", Encoding.ASCII.GetBytes(new string('k', 3_000) + "=v"), path);
        }
        yield return Post("application/json", "{}"u8.ToArray(), "/sign-in");
        yield return Post("application/x-www-form-urlencoded", Encoding.ASCII.GetBytes("key=" + new string('k', 20_000)), "/sign-in");
    }

    private IEnumerable<MalformedRequest> Methods()
    {
        foreach (var method in new[] { "DELETE", "PUT", "PATCH", "TRACE", "TRACK", "DEBUG", "PROPFIND", "FOO", "GETT", "G",
            new string('M', 40) })
        {
            foreach (var path in new[] { "/api/runs", $"/api/runs/{run}", $"/api/runs/{run}/artifacts/{artifact}", "/api/health" })
                yield return Raw($"{method} {path} HTTP/1.1\r\n{Host}\r\n");
        }
        yield return Raw($"GET /api/runs/{run}/cancel HTTP/1.1\r\n{Host}\r\n");
        yield return Raw($"OPTIONS * HTTP/1.1\r\n{Host}\r\n");
        yield return Raw("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\n\r\n");
        yield return Raw($"GET http://evil.example/api/runs HTTP/1.1\r\n{Host}\r\n");
        yield return Raw("GET http://evil.example/api/runs HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    }

    private IEnumerable<MalformedRequest> Queries()
    {
        foreach (var query in new[] { "limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "limit=%00", "limit= 5x",
            "offset=-5", "state=x", "state=0", "experiment=..", "experiment=%2e%2e%2fsecret",
            "experiment=a/b", "experiment=%00", "experiment=" + new string('x', 300) })
        {
            yield return Get($"/api/runs?{query}");
        }
        foreach (var query in new[] { "format=xml", "format=../secret", "seed=x", "seed=99999999999999", "variant=none", "metric=none",
            "split=none" })
        {
            yield return Get($"/api/runs/{run}/results?{query}");
        }

        foreach (var query in new[] { "", "run=x", "text=x", $"run={run}", $"run={run}&text=", $"run={run}&text={new string('x', 1_001)}",
            $"run={run}&text=x&top=0", $"run={run}&text=x&top=101",
            $"run={run}&text=x&seed=y", $"run={run}&text=x&variant=none", "run=../secret&text=x", $"run={run}&text=%20" })
        {
            yield return Get($"/api/search?{query}");
        }
        yield return Get($"/api/runs/{run}/results", "Accept: image/png\r\n");
        yield return Get($"/api/runs/{run}/media?id=../../secret.txt");
        yield return Get($"/api/runs/{run}/media");
    }

    private static IEnumerable<MalformedRequest> Heads()
    {
        foreach (var head in new[]
        {
            "GET / HTTP/2.0", "GET / HTTP/0.9", "GET / HTTP/9.9", "GET / http/1.1", "GET / HTTP/1.1 x", "GET  / HTTP/1.1",
            "GET / HTTP/1.1\0", " GET / HTTP/1.1", "GET /", "GET", "",
            "GET / \xff", "GET /\xff\xfe HTTP/1.1", "GET /a\0b HTTP/1.1", "GET /%00 HTTP/1.1", "GET ../secret.txt HTTP/1.1",
            "GET secret.txt HTTP/1.1", "GET \\secret.txt HTTP/1.1", "\x16\x03\x01\x02\0\x01", "\0\0\0\0",
        })
        {
            yield return Raw($"{head}\r\n{Host}\r\n", silent: !head.Contains("HTTP", StringComparison.Ordinal));
        }
        foreach (var headers in new[]
        {
            "", "Host: \r\n", "Host: a b\r\n", "Host: evil.example\r\n", "Host: localhost\r\nHost: localhost\r\n",
            "Host: localhost:99999999\r\n", "Host: localhost:x\r\n", "Host: [::1\r\n", "Host: 127.0.0.1.evil.example\r\n",
            $"{Host}Content-Length: x\r\n", $"{Host}Content-Length: -1\r\n", $"{Host}Content-Length: 5, 6\r\n",
            $"{Host}Content-Length: 5\r\nContent-Length: 6\r\n", $"{Host}Content-Length: 99999999999999999999999\r\n",
            $"{Host}Content-Length: 0x5\r\n", $"{Host}Transfer-Encoding: gzip\r\n", $"{Host}Transfer-Encoding: chunked, gzip\r\n",
            $"{Host}Transfer-Encoding: \r\n", $"{Host}: x\r\n", $"{Host}No colon\r\n", $"{Host}Bad Name: x\r\n",
            $"{Host}X: a\0b\r\n", $"{Host}X: \xff\r\nOrigin: http://evil.example\r\n", $"{Host} folded\r\n",
            $"{Host}X: {new string('a', 20_000)}\r\n", Host + string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: a\r\n")),
            $"{Host}Origin: http://evil.example\r\n", $"{Host}Sec-Fetch-Site: cross-site\r\n",
            $"{Host}Content-Type: application/yaml\r\nContent-Length: 999999999999\r\n", $"{Host}Content-Length: 5\r\n\n",
        })
        {
            yield return Raw(
                $"POST /api/runs HTTP/1.1\r\n{headers}\r\n", silent: headers.Contains("Content-Length: 5\r\n\n", StringComparison.Ordinal));
        }
        yield return Raw(
            $"POST /api/runs HTTP/1.1\r\n{Host}Content-Type: application/yaml\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n");
        yield return Raw($"POST /api/runs HTTP/1.1\r\n{Host}Content-Type: application/yaml\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n");
        yield return Raw(
            $"POST /api/runs HTTP/1.1\r\n{Host}Content-Type: application/yaml\r\nContent-Length: 100\r\n\r\nabc", silent: true);
        yield return Raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", silent: true);
        yield return Raw("GET /api/runs HTTP/1.1\nHost localhost\n\n", silent: true);
    }

    private static MalformedRequest Get(string path, string headers = "") => Raw($"GET {path} HTTP/1.1\r\n{Host}{headers}\r\n");

    private static MalformedRequest Post(string type, byte[] body, string path = "/api/runs") => new(
        $"POST {path} {type}: {Encoding.Latin1.GetString(body.AsSpan(0, Math.Min(body.Length, 60)))}",
        [.. Encoding.Latin1.GetBytes(
            $"POST {path} HTTP/1.1\r\n{Host}Content-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);

    private static MalformedRequest Raw(string text, bool silent = false) =>
        new(text[..Math.Min(text.Length, 120)], Encoding.Latin1.GetBytes(text), silent);

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var i = random.Next(1, 5); i > 0 && changed.Count > 1; i--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveAt(at);
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(at, Math.Min(random.Next(1, 20), changed.Count - at)));
                    break;
                case 3:
                    changed.InsertRange(at, Encoding.Latin1.GetBytes(Escapes[random.Next(Escapes.Length)]));
                    break;
                default:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 20), changed.Count - at));
                    break;
            }
        }
        return [.. changed];
    }
}
