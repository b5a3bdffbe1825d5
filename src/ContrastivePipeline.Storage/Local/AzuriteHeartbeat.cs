using System.Text.Json;

namespace ContrastivePipeline.Storage.Local;

/// <summary>
/// The file <c>azurite.alive</c>, which an Azurite touches every two seconds: for those that share its data folder and see neither its
/// process nor its port, such as a container beside its host, or another machine on a network drive.
/// </summary>
internal static class AzuriteHeartbeat
{
    private const string FileName = "azurite.alive";
    private static readonly TimeSpan LongStopped = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(7);

    /// <summary>
    /// Where an Azurite runs that touches the file now, for messages; null where none does. Watches for seconds unless it is clear.
    /// </summary>
    public static async Task<string?> FindAsync(string folder, CancellationToken ct)
    {
        var file = new FileInfo(Path.Combine(folder, FileName));
        var first = file.LastWriteTimeUtc;
        if (!file.Exists || DateTime.UtcNow - first > LongStopped)
            return null;

        await Task.Delay(Watch, ct).ConfigureAwait(false);
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
