using System.Runtime.CompilerServices;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>Checks that the store can be written and read.</summary>
internal static class StoreCheck
{
    public static async Task<DoctorFinding> ExamineAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.StoreText is null && !await HasPackagesAsync(cancellationToken))
        {
            return new DoctorFinding(
                "store", DoctorVerdict.Warn, "not tried: the local store is not installed yet", "The first command that needs it installs it.");
        }

        try
        {
            await using var place = await StorePlace.OpenAsync(call, cancellationToken);
            return Judge(await StoreDoctor.CheckAsync(place.Address, cancellationToken));
        }
        catch (Exception fault) when (fault is LocalStoreException or UsageException or IOException or UnauthorizedAccessException)
        {
            return new DoctorFinding("store", DoctorVerdict.Fail, Failure.Of(fault, verbose: false).Message);
        }
    }

    private static DoctorFinding Judge(StoreHealth health) => health is { Problem: null, Write: { } write, Read: { } read }
        ? new DoctorFinding("store", DoctorVerdict.Ok, $"{health.Address}, write {write.TotalMilliseconds:0} ms, read {read.TotalMilliseconds:0} ms")
        : new DoctorFinding("store", DoctorVerdict.Fail, health.Problem ?? $"{health.Address} gave no answer");

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
    public static async IAsyncEnumerable<DoctorFinding> ExamineAsync(bool needed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = needed ? DoctorVerdict.Fail : DoctorVerdict.Warn;
        yield return await TryAsync("Node.js", missing, async () => $"{await NodeTools.RequireNodeAsync(cancellationToken)}");
        yield return await TryAsync("npm", missing, async () => $"{await NodeTools.RequireNpmAsync(cancellationToken)}");
        yield return await PackagesAsync(missing, cancellationToken);
    }

    private static async Task<DoctorFinding> PackagesAsync(DoctorVerdict missing, CancellationToken cancellationToken)
    {
        try
        {
            var folder = LocalPackages.FindFolder();
            return await LocalPackages.IsInstalledAsync(folder, cancellationToken)
                ? new DoctorFinding("npm packages", DoctorVerdict.Ok, $"installed in {folder}")
                : new DoctorFinding(
                    "npm packages", DoctorVerdict.Warn, $"not installed in {folder}", "The first command that needs them installs them.");
        }
        catch (LocalStoreException absent)
        {
            return new DoctorFinding("npm packages", missing, absent.Message);
        }
    }

    private static async Task<DoctorFinding> TryAsync(string check, DoctorVerdict missing, Func<Task<string>> look)
    {
        try
        {
            return new DoctorFinding(check, DoctorVerdict.Ok, await look());
        }
        catch (LocalStoreException absent)
        {
            return new DoctorFinding(check, missing, absent.Message);
        }
    }
}
