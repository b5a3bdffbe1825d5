using System.Runtime.CompilerServices;
using ContrastivePipeline.Storage.Local;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>Node.js, npm and the packages of infra/local, which the local store and the demo's data need.</summary>
internal static class NodeChecks
{
    /// <param name="needed">Whether the local store is used; else only the demo's data is.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async IAsyncEnumerable<Finding> ExamineAsync(bool needed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = needed ? Verdict.Fail : Verdict.Warn;
        yield return await TryAsync("Node.js", missing, async () => $"{await NodeTools.RequireNodeAsync(cancellationToken)}");
        yield return await TryAsync("npm", missing, async () => $"{await NodeTools.RequireNpmAsync(cancellationToken)}");
        yield return await PackagesAsync(missing, cancellationToken);
    }

    private static async Task<Finding> PackagesAsync(Verdict missing, CancellationToken cancellationToken)
    {
        try
        {
            var folder = LocalPackages.FindFolder();
            return await LocalPackages.IsInstalledAsync(folder, cancellationToken)
                ? new Finding("npm packages", Verdict.Ok, $"installed in {folder}")
                : new Finding("npm packages", Verdict.Warn, $"not installed in {folder}", "The first command that needs them installs them.");
        }
        catch (LocalStoreException absent)
        {
            return new Finding("npm packages", missing, absent.Message);
        }
    }

    private static async Task<Finding> TryAsync(string check, Verdict missing, Func<Task<string>> look)
    {
        try
        {
            return new Finding(check, Verdict.Ok, await look());
        }
        catch (LocalStoreException absent)
        {
            return new Finding(check, missing, absent.Message);
        }
    }
}
