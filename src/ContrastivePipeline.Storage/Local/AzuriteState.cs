using System.Text.Json;

namespace ContrastivePipeline.Storage.Local;

/// <summary>The endpoint file <c>azurite.json</c>: which Azurite serves a data folder. Changed under the folder's lock. An Azurite that it
/// does not name any more saves nothing and ends, so the file is written before the Azurite that it names is started.</summary>
/// <param name="Id">Names this Azurite: random, new with every start.</param>
/// <param name="Port">Its port on the loopback interface.</param>
/// <param name="Process">Its process; null while it starts.</param>
internal sealed record AzuriteState(string Id, int Port, ProcessIdentity? Process)
{
    private const string FileName = "azurite.json";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>The state as it was written last; null where there is none that can be read, and so none that counts.</summary>
    public static AzuriteState? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<AzuriteState>(File.ReadAllBytes(Path.Combine(folder, FileName)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    /// <exception cref="LocalStoreException">It cannot be written.</exception>
    public void Write(string folder)
    {
        var file = Path.Combine(folder, FileName);
        var temporary = file + ".new";
        try
        {
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, Json));
            File.Move(temporary, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStoreException($"{file} cannot be written: {e.Message}", e);
        }
    }
}

/// <summary>The file <c>azurite.alive</c>, which an Azurite touches every two seconds: for those that share its data folder and see neither
/// its process nor its port, such as a container beside its host, or another machine on a network drive.</summary>
internal static class AzuriteHeartbeat
{
    private const string FileName = "azurite.alive";
    private static readonly TimeSpan LongStopped = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(7);

    /// <summary>Where an Azurite runs that touches the file now, for messages; null where none does. Watches for seconds unless it is
    /// clear.</summary>
    public static async Task<string?> FindAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        var first = file.LastWriteTimeUtc;
        if (!file.Exists || DateTime.UtcNow - first > LongStopped)
            return null;

        await Task.Delay(Watch, cancellationToken);
        file.Refresh();
        return file.Exists && file.LastWriteTimeUtc != first ? Describe(file) : null;
    }

    private static string Describe(FileInfo file)
    {
        try
        {
            return JsonSerializer.Deserialize<Place>(File.ReadAllBytes(file.FullName)) is { } place
                ? $"process {place.Process} on {place.Machine}"
                : "an unknown process";
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return "an unknown process";
        }
    }

    private sealed record Place(string Machine, int Process);
}
