using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Data.Sources;

/// <summary>One string for the content of a source's files and of the images that they name, wherever they are and whenever they were
/// written.</summary>
/// <param name="kind">The kind of source, which begins the string.</param>
internal sealed class SourceSnapshot(string kind) : IDisposable
{
    /// <summary>Images that are hashed in parallel before they are added in order.</summary>
    private const int Window = 1_024;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Of a source whose images are files: its table's name and content, and every image's path and content. Reads every
    /// image.</summary>
    /// <param name="open">Opens the table.</param>
    public static async Task<string> OfAsync(
        string kind, MediaSourceSpec source, SourcePlace place, Func<Stream> open, CancellationToken cancellationToken)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var row in source.ReadAsync(cancellationToken))
        {
            if (row.Pair is { } pair)
                ids.Add(pair.MediaId);
        }

        using var snapshot = new SourceSnapshot(kind);
        await using (var table = open())
        {
            await snapshot.AddFileAsync(Path.GetFileName(place.Path), table, cancellationToken);
        }

        await snapshot.AddImagesAsync(ids, place.ImageFolder, place.ImagesConfinedTo, cancellationToken);
        return snapshot.Finish();
    }

    /// <summary>Adds a file of the source.</summary>
    /// <param name="name">Its file name, which is the source of its captions.</param>
    public async Task AddFileAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        Add(name);
        Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)));
    }

    /// <summary>Adds images.</summary>
    /// <param name="paths">Their paths below <paramref name="folder"/>, in ordinal order.</param>
    /// <param name="folder">Full path.</param>
    /// <param name="confinedTo">The folder that must not be left; null for none.</param>
    private async Task AddImagesAsync(IEnumerable<string> paths, string folder, string? confinedTo, CancellationToken cancellationToken)
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

    public string Finish() => $"{kind}:" + Convert.ToHexStringLower(_hash.GetHashAndReset());

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
