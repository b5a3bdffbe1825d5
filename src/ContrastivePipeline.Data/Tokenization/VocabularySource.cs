using System.Net;
using System.Security.Cryptography;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>Where a vocabulary file comes from: a path, or a URL that is fetched once and kept under its hash.</summary>
/// <param name="Path">A file on this machine; null where <paramref name="Url"/> is given.</param>
/// <param name="Url">HTTP or HTTPS; needs <paramref name="Sha256"/>.</param>
/// <param name="Sha256">What the file must hash to, hexadecimal; optional for a path.</param>
public sealed record VocabularySource(string? Path, Uri? Url, string? Sha256)
{
    private const long LargestDownload = 64L << 20;

    /// <summary>CLIP's published vocabulary at a fixed commit of openai/CLIP (MIT).</summary>
    public static VocabularySource Clip { get; } = new(
        null,
        new("https://raw.githubusercontent.com/openai/CLIP/d05afc436d78f1c48dc0dbf8e5980a9d471f35f6/clip/bpe_simple_vocab_16e6.txt.gz"),
        "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a");

    /// <summary>The path of the verified file, which is downloaded into <paramref name="cacheFolder"/> where it is not there yet.</summary>
    /// <exception cref="InvalidDataException">The file has another hash than <see cref="Sha256"/>; a download is not kept.</exception>
    /// <exception cref="FileNotFoundException"><see cref="Path"/> does not exist.</exception>
    /// <exception cref="HttpRequestException">The URL cannot be fetched; the message names it without its query.</exception>
    public async Task<string> ResolveAsync(string cacheFolder, HttpClient http, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        if ((Path is null) == (Url is null))
            throw new ArgumentException("A vocabulary needs either a path or a URL.");
        if (Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
            throw new ArgumentException($"'{hash}' is no SHA-256: 64 hexadecimal digits are expected.");
        if (Path is not null)
            return await VerifiedAsync(Path, cancellationToken);
        if (Sha256 is null)
            throw new ArgumentException($"The vocabulary at {Shown} needs its SHA-256, so that every run gets the same file.");

        string cached = System.IO.Path.Combine(cacheFolder, Sha256.ToLowerInvariant());
        if (File.Exists(cached) && Matches(await HashAsync(cached, cancellationToken)))
            return cached;
        Directory.CreateDirectory(cacheFolder);
        await DownloadAsync(cached, http, cancellationToken);
        return cached;
    }

    // User information, query and fragment may carry secrets.
    private string Shown => Url!.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private async Task<string> VerifiedAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"The vocabulary file '{path}' does not exist.", path);
        if (Sha256 is not null && await HashAsync(path, cancellationToken) is var actual && !Matches(actual))
        {
            throw new InvalidDataException(
                $"The vocabulary file '{path}' has SHA-256 {actual}, not {Sha256}: it is another file or damaged.");
        }

        return path;
    }

    private async Task DownloadAsync(string target, HttpClient http, CancellationToken cancellationToken)
    {
        string part = $"{target}.{Guid.NewGuid():N}.part";
        try
        {
            await FetchAsync(Url!, part, http, cancellationToken);
            string actual = await HashAsync(part, cancellationToken);
            if (!Matches(actual))
            {
                throw new InvalidDataException(
                    $"The vocabulary at {Shown} has SHA-256 {actual}, not {Sha256}: nothing was kept. " +
                    "Check the URL, or give a path to the right file.");
            }

            File.Move(part, target, overwrite: true);
        }
        catch (Exception exception) when (exception is HttpRequestException || IsTimeout(exception, cancellationToken))
        {
            throw new HttpRequestException(
                $"The vocabulary at {Shown} could not be fetched ({Reason(exception)}). Try again, or give a path to the file.",
                exception, (exception as HttpRequestException)?.StatusCode);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task FetchAsync(Uri url, string part, HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var file = File.Create(part);
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (file.Length > LargestDownload)
                throw new HttpRequestException($"it is longer than {LargestDownload >> 20} MiB, which no vocabulary is");
        }
    }

    private static bool IsTimeout(Exception exception, CancellationToken cancellationToken) =>
        exception is TaskCanceledException && !cancellationToken.IsCancellationRequested;

    private static string Reason(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: HttpStatusCode status } => $"status {(int)status}",
        TaskCanceledException => "no answer in time",
        _ => exception.Message,
    };

    private bool Matches(string hash) => string.Equals(hash, Sha256, StringComparison.OrdinalIgnoreCase);

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
