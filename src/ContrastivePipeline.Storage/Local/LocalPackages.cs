using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Storage.Local;

/// <summary>The npm packages under <c>infra/local</c>: Azurite, and the images and words of the demo.</summary>
public static partial class LocalPackages
{
    private const string Stamp = ".installed";

    /// <summary>The folder <c>infra/local</c> that belongs to this program, in its clone or beside it.</summary>
    /// <exception cref="LocalStoreException">There is none.</exception>
    public static string FindFolder() => ProgramFolder.Find("infra/local", "infra/local") ?? throw new LocalStoreException(
        $"This program came without its folder infra/local, which the local store and the demo's data need; " +
        $"looked beside {AppContext.BaseDirectory}. " +
        "Build it in a clone of the repository, or give another store with --store.");

    /// <summary>Installs what the lockfile names, unless it is there already. Safe for processes that start at once; an installation that
    /// was interrupted is done anew.</summary>
    /// <param name="packagesFolder">The folder with package.json and package-lock.json, for example from
    /// <see cref="FindFolder()"/>.</param>
    /// <returns>Path of <c>node_modules</c>.</returns>
    /// <exception cref="LocalStoreException">Node.js or npm is missing, too old, or failed.</exception>
    public static async Task<string> EnsureInstalledAsync(
        string packagesFolder, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var modules = Path.Combine(Path.GetFullPath(packagesFolder), "node_modules");
        var lockfile = Path.Combine(packagesFolder, "package-lock.json");
        if (!File.Exists(lockfile))
            throw new LocalStoreException($"{lockfile} is missing: it says which packages to install. Restore it from the repository.");

        var wanted = await HashAsync(lockfile, cancellationToken);
        if (HasStamp(modules, wanted))
            return modules;

        using var installing = await FileLock.AcquireAsync(
            Path.Combine(packagesFolder, ".lock"),
            () => progress?.Report("Waiting for another process that installs the npm packages"), cancellationToken);
        if (HasStamp(modules, wanted))
            return modules;

        await NodeTools.RequireNodeAsync(cancellationToken);
        progress?.Report("Installing the npm packages of infra/local (once, about half a minute)");
        if (Directory.Exists(modules))
            File.Delete(Path.Combine(modules, Stamp));
        var (exitCode, output, error) = await NodeTools.RunAsync(
            NodeTools.Npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], packagesFolder, null, cancellationToken);
        if (exitCode != 0)
        {
            throw new LocalStoreException(
                $"'npm ci' in {packagesFolder} failed with exit code {exitCode}. " +
                $"Check the network and npm's registry setting, then try again. It said:\n{Tail(output + error)}");
        }

        Directory.CreateDirectory(modules);
        // Written last: its presence says that all the rest is there.
        await File.WriteAllTextAsync(Path.Combine(modules, Stamp), wanted, cancellationToken);
        return modules;
    }

    /// <summary>Whether what the lockfile names is installed.</summary>
    public static async Task<bool> IsInstalledAsync(string packagesFolder, CancellationToken cancellationToken = default)
    {
        var lockfile = Path.Combine(packagesFolder, "package-lock.json");
        return File.Exists(lockfile)
            && HasStamp(Path.Combine(packagesFolder, "node_modules"), await HashAsync(lockfile, cancellationToken));
    }

    private static async Task<string> HashAsync(string file, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellationToken)));

    private static bool HasStamp(string modules, string wanted)
    {
        try
        {
            return File.ReadAllText(Path.Combine(modules, Stamp)) == wanted;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    // npm repeats a registry's URL with the user name and password in it.
    private static string Tail(string output) =>
        string.Join('\n', UserInfo().Replace(output, "//").Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(12));

    [GeneratedRegex("//[^/@\\s]+@")]
    private static partial Regex UserInfo();
}
