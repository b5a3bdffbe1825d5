using System.Security.Cryptography;
using System.Text;

namespace ContrastivePipeline.Web.Security;

/// <summary>The keys that open the API. Only their hashes are kept.</summary>
public sealed class ApiKeys
{
    /// <summary>The environment variable that may hold keys, separated by commas or line ends.</summary>
    public const string Variable = "CONTRASTIVE_API_KEYS";

    /// <summary>A shorter key could be guessed.</summary>
    public const int ShortestKey = 32;

    private readonly byte[][] _hashes;

    private ApiKeys(byte[][] hashes) => _hashes = hashes;

    /// <summary>No key.</summary>
    public static ApiKeys None { get; } = new([]);

    /// <summary>Whether there is no key.</summary>
    public bool IsEmpty => _hashes.Length == 0;

    /// <summary>Reads keys, one a line; empty lines and those that begin with # are skipped.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="origin">What messages call the text.</param>
    /// <exception cref="WebStartException">A key is too short or could not travel in a header. The message does not repeat it.</exception>
    public static ApiKeys Parse(string text, string origin)
    {
        var keys = new List<string>();
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var key = line.Trim();
            if (key.Length == 0 || key[0] == '#')
                continue;
            if (key.Length < ShortestKey)
            {
                throw Refused(
                    origin, number, $"has {key.Length} characters; a key needs at least {ShortestKey}. 'openssl rand -hex 32' makes one");
            }
            if (key.Any(c => c is <= ' ' or >= '\x7f'))
                throw Refused(origin, number, "has a character that is no printable ASCII; use letters and digits");
            keys.Add(key);
        }
        return new ApiKeys([.. keys.Select(Hash)]);
    }

    /// <summary>Reads the keys of a file and of the environment variable.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <param name="variable">Value of <see cref="Variable"/>; null where it is not set.</param>
    /// <exception cref="WebStartException">The file cannot be read, has no key, or a key is bad.</exception>
    public static ApiKeys Read(string? file, string? variable)
    {
        var keys = Parse((variable ?? "").Replace(',', '\n'), Variable)._hashes.ToList();
        if (file is not null)
        {
            var own = Parse(ReadFile(file), file);
            keys.AddRange(own.IsEmpty ? throw new WebStartException($"The key file {file} holds no key: write one a line.") : own._hashes);
        }
        return keys.Count == 0 ? None : new ApiKeys([.. keys]);
    }

    /// <summary>Whether a key is one of these. Takes the same time whichever it is, and however much of it is right.</summary>
    public bool Contains(string key)
    {
        var hash = Hash(key);
        var found = false;
        foreach (var known in _hashes)
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WebStartException($"The key file {file} cannot be read: {e.Message}", e);
        }
    }

    private static WebStartException Refused(string origin, int index, string fault) =>
        new($"{origin}, line {index + 1}: the key {fault}.");
}
