using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ContrastivePipeline.Storage.Local;

/// <summary>Starts and ends Azurite for one data folder. The callers hold the folder's lock.</summary>
/// <param name="inMemory">See <see cref="LocalStoreOptions.InMemory"/>.</param>
internal sealed class AzuriteProcess(string folder, bool inMemory = false)
{
    private const string Account = "contrastive";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly string _key = ReadOrCreateKey(folder);

    public string ConnectionString(int port) =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={_key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";

    /// <summary>Starts Azurite and waits until it answers.</summary>
    /// <param name="mustBePort">Whether the port is required; else a free one is used where it is taken.</param>
    /// <param name="linger">How long it stays if this program is the last to use it.</param>
    /// <returns>This program's use of it; its state is written.</returns>
    /// <exception cref="LocalStoreException">It ended or did not answer.</exception>
    public async Task<AzuriteUse> StartAsync(
        string packagesFolder, int? port, bool mustBePort, TimeSpan linger, CancellationToken cancellationToken)
    {
        // Another program may take the free port before Azurite does: then try another port.
        for (var attempt = 1; ; attempt++)
        {
            var chosen = port is { } wanted && (mustBePort || (attempt == 1 && IsFree(wanted))) ? wanted : FreePort();
            var state = new AzuriteState(Guid.NewGuid().ToString("N"), chosen, null);
            state.Write(folder);
            state = state with { Process = await SpawnAsync(packagesFolder, state, cancellationToken) };
            state.Write(folder);
            try
            {
                var waited = Stopwatch.StartNew();
                while (state.Process.IsAliveHere && waited.Elapsed < StartTimeout)
                {
                    if (await AzuriteUse.TryBeginAsync(state, linger, cancellationToken) is { } use)
                        return use;
                    await Task.Delay(50, cancellationToken);
                }
            }
            catch (OperationCanceledException)
            {
                End(state.Process);
                throw;
            }

            End(state.Process);
            var log = await File.ReadAllTextAsync(LogFile, cancellationToken);
            if (mustBePort || attempt == 3 || !log.Contains("EADDRINUSE", StringComparison.Ordinal))
                throw new LocalStoreException($"Azurite did not start on port {chosen}. It reported (in {LogFile}): {log.Trim()}");
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
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended meanwhile, or belongs to another user: then it ends once azurite.json names its successor.
        }
    }

    private string LogFile => Path.Combine(folder, "azurite.log");

    private async Task<ProcessIdentity> SpawnAsync(string packagesFolder, AzuriteState state, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            Path.Combine(packagesFolder, "start-azurite.cjs"), LogFile,
            "--blobHost", "127.0.0.1", "--blobPort", $"{state.Port}", "--skipApiVersionCheck", "--silent", "--disableTelemetry",
            .. inMemory ? (string[])["--inMemoryPersistence"] : ["--location", folder],
        ];
        var environment = new Dictionary<string, string> { ["AZURITE_ACCOUNTS"] = $"{Account}:{_key}", ["CONTRASTIVE_AZURITE"] = state.Id };
        var (exitCode, output, error) = await NodeTools.RunAsync("node", arguments, folder, environment, cancellationToken);
        if (exitCode != 0 || !int.TryParse(output.Trim(), out var id))
            throw new LocalStoreException($"Azurite could not be started: {(output + error).Trim()}");
        return ProcessIdentity.Find(id)
            ?? throw new LocalStoreException(
                $"Azurite ended at once. It reported (in {LogFile}): {(await File.ReadAllTextAsync(LogFile, cancellationToken)).Trim()}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
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
        try
        {
            return File.Exists(file) ? File.ReadAllText(file) : CreateKey(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStoreException($"The key of the local store, {file}, cannot be read or written: {e.Message}", e);
        }
    }

    private static string CreateKey(string file)
    {
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
