using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;

namespace ContrastivePipeline.Storage.Local;

/// <summary>Starts, greets and ends Azurite for one data folder. The callers hold the folder's lock.</summary>
internal sealed class AzuriteProcess(string folder, string packagesFolder)
{
    private const string Account = "contrastive";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly string key = ReadOrCreateKey(folder);

    /// <summary>How to reach an Azurite of this folder.</summary>
    public string ConnectionString(int port) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";

    /// <summary>Starts Azurite and waits until it answers.</summary>
    /// <param name="port">The port to listen on; null for a free one.</param>
    /// <param name="ct">Stops waiting, and Azurite.</param>
    /// <returns>Its port and process.</returns>
    /// <exception cref="LocalStoreException">It ended or did not answer.</exception>
    public async Task<(int Port, ProcessIdentity Process)> StartAsync(int? port, CancellationToken ct)
    {
        // Somebody may take a free port before Azurite does: then another.
        for (var attempt = 1; ; attempt++)
        {
            var chosen = port ?? FreePort();
            var process = await SpawnAsync(chosen, ct).ConfigureAwait(false);
            try
            {
                var waited = Stopwatch.StartNew();
                while (process.IsAliveHere && waited.Elapsed < StartTimeout)
                {
                    if (await AnswersAsync(chosen, ct).ConfigureAwait(false))
                        return (chosen, process);
                    await Task.Delay(50, ct).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException)
            {
                End(process);
                throw;
            }

            End(process);
            var log = await File.ReadAllTextAsync(LogFile, ct).ConfigureAwait(false);
            if (port is not null || attempt == 3 || !log.Contains("EADDRINUSE", StringComparison.Ordinal))
                throw new LocalStoreException($"Azurite did not start on port {chosen}. It said (in {LogFile}): {log.Trim()}");
        }
    }

    /// <summary>Whether an Azurite that knows this folder's key answers on a port.</summary>
    public async Task<bool> AnswersAsync(int port, CancellationToken ct)
    {
        var client = new BlobServiceClient(
            ConnectionString(port), new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(5) } });
        try
        {
            await client.GetPropertiesAsync(ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Ends Azurite at once: what it has confirmed is on disk (see infra/local/azurite-durable.cjs).</summary>
    public static void End(ProcessIdentity process)
    {
        if (!process.IsAliveHere)
            return;
        try
        {
            using var running = Process.GetProcessById(process.Id);
            running.Kill();
            running.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }

    private string LogFile => Path.Combine(folder, "azurite.log");

    private async Task<ProcessIdentity> SpawnAsync(int port, CancellationToken ct)
    {
        string[] arguments =
        [
            Path.Combine(packagesFolder, "start-azurite.cjs"), LogFile,
            "--blobHost", "127.0.0.1", "--blobPort", $"{port}", "--location", folder,
            "--skipApiVersionCheck", "--silent", "--disableTelemetry",
        ];
        var environment = new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"{Account}:{key}" };
        var (exitCode, output, error) = await NodeTools.RunAsync("node", arguments, folder, environment, ct).ConfigureAwait(false);
        if (exitCode != 0 || !int.TryParse(output.Trim(), out var id))
            throw new LocalStoreException($"Azurite could not be started: {(output + error).Trim()}");
        return ProcessIdentity.Find(id)
            ?? throw new LocalStoreException(
                $"Azurite ended at once. It said (in {LogFile}): {(await File.ReadAllTextAsync(LogFile, ct).ConfigureAwait(false)).Trim()}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string ReadOrCreateKey(string folder)
    {
        var file = Path.Combine(folder, "account.key");
        if (File.Exists(file))
            return File.ReadAllText(file);

        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var temporary = file + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(key);
        }

        File.Move(temporary, file);
        return key;
    }
}
