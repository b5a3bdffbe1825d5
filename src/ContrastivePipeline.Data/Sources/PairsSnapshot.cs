using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Data.Sources;

/// <summary>One string for the content of a table and of the images that it names.</summary>
/// <param name="name">The table's file name, which is the source of its captions.</param>
internal sealed class PairsSnapshot(string name) : IDisposable
{
    /// <summary>Images that are hashed in parallel before they are added in order.</summary>
    private const int Window = 1_024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public async Task AddTableAsync(Stream table, CancellationToken cancellationToken)
    {
        Add(name);
        Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(table, cancellationToken)));
    }

    /// <summary>Adds images.</summary>
    /// <param name="paths">Their paths below <paramref name="folder"/>, in ordinal order.</param>
    /// <param name="folder">Full path.</param>
    /// <param name="confinedTo">The folder that must not be left; null for none.</param>
    public async Task AddImagesAsync(IEnumerable<string> paths, string folder, string? confinedTo, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        foreach (var window in paths.Chunk(Window))
        {
            var states = new string[window.Length];
            await Parallel.ForAsync(0, window.Length, options, async (i, stop) =>
                states[i] = await StateOfAsync(Path.Combine(folder, window[i]), confinedTo, stop));
            for (var i = 0; i < window.Length; i++)
            {
                Add(window[i]);
                Add(states[i]);
            }
        }
    }

    public string Finish() => "pairs:" + Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private static async Task<string> StateOfAsync(string path, string? confinedTo, CancellationToken cancellationToken)
    {
        try
        {
            if (confinedTo is not null)
            {
                if (SourceFiles.Confine(confinedTo, path) is not { } real)
                    return "outside";
                path = real;
            }

            if (SourceFiles.FindOther(path) is not null)
                return "unreadable";
            await using var image = File.OpenRead(path);
            return image.Length > SourceFiles.MaxImageLength
                ? "too large"
                : Convert.ToHexStringLower(await SHA256.HashDataAsync(image, cancellationToken));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return "absent";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unreadable";
        }
    }

    private void Add(string text)
    {
        // A name may hold a line feed; none holds a zero.
        _hash.AppendData(Encoding.UTF8.GetBytes(text));
        _hash.AppendData([0]);
    }
}
