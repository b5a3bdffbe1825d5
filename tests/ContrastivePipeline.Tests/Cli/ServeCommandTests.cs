using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Cli;

/// <summary><c>contrastive serve</c>.</summary>
public sealed class ServeCommandTests(LocalStoreFixture local) : IClassFixture<LocalStoreFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_api_and_page_until_it_is_reported_to_stop_and_says_where()
    {
        await local.OpenAsync();
        Exception? fault = null;
        var answers = new List<HttpStatusCode>();
        var said = await Contrastive.ServeAsync(async line =>
        {
            try
            {
                using var client =
                    new HttpClient { BaseAddress = new Uri(JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!) };
                foreach (var path in new[] { "/api/health", "/api/runs", "/api/experiments", "/" })
                {
                    answers.Add((await client.GetAsync(path, Cancellation)).StatusCode);
                }
            }
            catch (Exception e)
            {
                fault = e;
            }
        }, "serve", "--url", "http://127.0.0.1:0", "--local", local.Folder, "--json");
        Assert.Null(fault);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal((0, 4), (said.Code, answers.Count));
        Assert.Single(said.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Stopping", said.Error, StringComparison.Ordinal);
        Assert.Contains("Without an API key every user of this machine", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "http://0.0.0.0:0", "--key-file")]
    [InlineData("--url", "https://127.0.0.1:0", "TLS")]
    [InlineData("--key-file", "/nowhere/keys.txt", "/nowhere/keys.txt")]
    [InlineData("--data", "/nowhere", "/nowhere")]
    [InlineData("--proxy", "proxy.example", "--proxy proxy.example")]
    public async Task What_cannot_be_served_is_reported(string option, string value, string word)
    {
        await local.OpenAsync();
        var said = await Contrastive.RunAsync("serve", "--local", local.Folder, option, value);
        Assert.Equal(2, said.Code);
        Assert.Contains(word, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_reported_with_a_way_out()
    {
        await local.OpenAsync();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var said = await Contrastive.RunAsync(
            "serve", "--local", local.Folder, "--url", $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}");
        Assert.Equal(2, said.Code);
        Assert.Contains("http://127.0.0.1:0", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_shell_started_it_without_ctrl_c_it_says_what_stops_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows which signals a process ignores.");
        await local.OpenAsync();
        var program = Path.Combine(AppContext.BaseDirectory, "contrastive");
        string[] serve = [program, "serve", "--url", "http://127.0.0.1:0", "--local", local.Folder];
        var start = new ProcessStartInfo("/bin/sh", ["-c", "trap '' INT; exec \"$0\" \"$@\"", .. serve])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var serving = Process.Start(start)!;

        var notice = await serving.StandardError.ReadLineAsync(Cancellation);
        Assert.Equal($"This shell started it with Ctrl-C ignored: 'kill {serving.Id}' stops it.", notice);
        using (Process.Start("/bin/kill", [$"{serving.Id}"]))
        {
            await serving.WaitForExitAsync(Cancellation);
        }

        Assert.Equal(0, serving.ExitCode);
        Assert.DoesNotContain("ignored", (await Contrastive.RunAsync("runs", "--local", local.Folder)).Error, StringComparison.Ordinal);
    }
}
