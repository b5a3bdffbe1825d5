using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace ContrastivePipeline.Storage;

/// <summary>Where a store is and how to sign in. Never shows its secrets.</summary>
public sealed class StoreAddress
{
    /// <summary>The container that a store uses by default.</summary>
    public const string DefaultContainer = "contrastive";

    private readonly string? _connectionString;
    private readonly Uri _account;

    private StoreAddress(string? connectionString, Uri account, string container)
    {
        _connectionString = connectionString;
        _account = account;
        Container = container;
    }

    /// <summary>Name of the blob container.</summary>
    public string Container { get; }

    /// <summary>The folder of the data of a store on this machine, for the message about a full disk; else null.</summary>
    internal string? LocalFolder { get; init; }

    /// <summary>Reads an address.</summary>
    /// <param name="text">A storage connection string, or the https URL of an account or container, for which
    /// <see cref="DefaultAzureCredential"/> signs in (managed identity, environment, Azure CLI and so on).</param>
    /// <param name="container">The container, where the URL does not name it.</param>
    /// <exception cref="ArgumentException">It is neither; the message does not repeat it, for it may hold a key.</exception>
    public static StoreAddress Parse(string text, string container = DefaultContainer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        text = text.Trim();
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? FromUrl(url, container)
            : FromConnectionString(text, container);
    }

    /// <summary>The address of an Azurite whose data lies in a folder of this machine.</summary>
    internal static StoreAddress ParseLocal(string connectionString, string folder) =>
        new(connectionString, FromConnectionString(connectionString, DefaultContainer)._account, DefaultContainer) { LocalFolder = folder };

    /// <summary>The same account with another container.</summary>
    public StoreAddress WithContainer(string container) =>
        new(_connectionString, _account, ValidateContainer(container)) { LocalFolder = LocalFolder };

    /// <summary>The container's URL, without keys or tokens.</summary>
    public override string ToString() => $"{_account.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{Container}";

    internal BlobContainerClient CreateClient(BlobClientOptions options)
    {
        var service = _connectionString is not null
            ? new BlobServiceClient(_connectionString, options)
            : new BlobServiceClient(_account, Credential.Value, options);
        return service.GetBlobContainerClient(Container);
    }

    // Signing in takes seconds where there is no managed identity: done once per process, on first use.
    private static readonly Lazy<TokenCredential> Credential = new(() => new DefaultAzureCredential());

    private static StoreAddress FromUrl(Uri url, string container)
    {
        if (url.Query.Length > 0 || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            throw new ArgumentException(
                "The store's URL carries a token or a password. Give the plain account URL to sign in with your Azure identity, " +
                "or a connection string with SharedAccessSignature=… or AccountKey=….", nameof(url));
        }

        if (url.Scheme != "https")
        {
            throw new ArgumentException(
                $"The store's URL {url} is not https, and an identity must not travel in the clear. " +
                "Use https, or a connection string with an account key.", nameof(url));
        }

        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length switch
        {
            0 => new StoreAddress(null, url, ValidateContainer(container)),
            1 => new StoreAddress(null, new Uri(url, "/"), ValidateContainer(segments[0])),
            _ => throw new ArgumentException(
                $"The store's URL {url} has more than a container in its path; " +
                "expected https://ACCOUNT.blob.core.windows.net or https://ACCOUNT.blob.core.windows.net/CONTAINER.", nameof(url)),
        };
    }

    private static StoreAddress FromConnectionString(string text, string container)
    {
        try
        {
            return new StoreAddress(text, new BlobServiceClient(text).Uri, ValidateContainer(container));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or UriFormatException)
        {
            // The SDK's message may quote the string with its key.
            throw new ArgumentException(
                "The store's address is neither an https URL nor a storage connection string " +
                "(DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…;EndpointSuffix=…). Copy it again from the portal or " +
                "'az storage account show-connection-string'.", nameof(text));
        }
    }

    private static string ValidateContainer(string container)
    {
        ArgumentNullException.ThrowIfNull(container);
        var good = container.Length is >= 3 and <= 63
            && container.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
            && container[0] != '-' && container[^1] != '-' && !container.Contains("--", StringComparison.Ordinal);
        return good ? container : throw new ArgumentException(
            $"'{container}' is no container name: 3 to 63 lower-case letters, digits and single hyphens.", nameof(container));
    }
}
