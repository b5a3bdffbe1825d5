using System.Text.Json;

namespace ContrastivePipeline.Storage.Local;

/// <summary>The endpoint file <c>azurite.json</c>: which Azurite serves a data folder, and for whom. Changed under the folder's lock.</summary>
/// <param name="Port">Its port on the loopback interface.</param>
/// <param name="Process">Azurite's process.</param>
/// <param name="Users">The programs that use it, one entry for each time that one joined.</param>
internal sealed record AzuriteState(int Port, ProcessIdentity Process, IReadOnlyList<ProcessIdentity> Users)
{
    private const string FileName = "azurite.json";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>The state as it was written last; null where there is none.</summary>
    public static AzuriteState? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<AzuriteState>(File.ReadAllBytes(file));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new LocalStoreException($"{file} is not readable: {e.Message} Delete it and try again.", e);
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    public void Write(string folder)
    {
        var file = Path.Combine(folder, FileName);
        var temporary = file + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, Json));
        File.Move(temporary, file, overwrite: true);
    }
}
