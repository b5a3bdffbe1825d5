using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Storage.Local;

namespace ContrastivePipeline.Cli.Commands.Doctor;

/// <summary>Whether the store takes and gives.</summary>
internal static class StoreCheck
{
    public static async Task<Finding> ExamineAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.StoreText is null && !await HasPackagesAsync(cancellationToken))
            return new Finding("store", Verdict.Warn, "not tried: the local store is not installed yet", "The first command that needs it installs it.");
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
