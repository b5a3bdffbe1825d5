using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>Checks that the store can be written and read.</summary>
internal static class StoreCheck
{
    public static async Task<Finding> ExamineAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.StoreText is null && !await HasPackagesAsync(cancellationToken))
        {
            return new Finding(
                "store", Verdict.Warn, "not tried: the local store is not installed yet", "The first command that needs it installs it.");
        }

        try
        {
            await using var place = await StorePlace.OpenAsync(call, cancellationToken);
            return Judge(await StoreDoctor.CheckAsync(place.Address, cancellationToken));
        }
        catch (Exception fault) when (fault is LocalStoreException or UsageException or IOException or UnauthorizedAccessException)
        {
            return new Finding("store", Verdict.Fail, Failure.Of(fault, verbose: false).Message);
        }
    }

    private static Finding Judge(StoreHealth health) => health is { Problem: null, Write: { } write, Read: { } read }
        ? new Finding("store", Verdict.Ok, $"{health.Address}, write {write.TotalMilliseconds:0} ms, read {read.TotalMilliseconds:0} ms")
        : new Finding("store", Verdict.Fail, health.Problem ?? $"{health.Address} gave no answer");

    private static async Task<bool> HasPackagesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LocalPackages.IsInstalledAsync(LocalPackages.FindFolder(), cancellationToken);
        }
        catch (LocalStoreException)
        {
            return false;
        }
    }
}

/// <summary>Node.js, npm and the packages of infra/local, which the local store and the demo's data need.</summary>
internal static class NodeChecks
{
    /// <param name="needed">Whether the local store is used; else only the demo's data is.</param>
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
                : new Finding(
                    "npm packages", Verdict.Warn, $"not installed in {folder}", "The first command that needs them installs them.");
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
