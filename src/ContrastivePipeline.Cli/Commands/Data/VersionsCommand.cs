using System.CommandLine;
using static ContrastivePipeline.Cli.Output.TextFormatter;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data versions DATASET</c>: the versions of a dataset.</summary>
internal sealed class VersionsCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");

    public VersionsCommand(CliEnvironment environment)
        : base("versions", "Lists the versions of a dataset, which is current, and how each became so.", environment) => Add(_dataset);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.Environment.Time);
        var name = call.Get(_dataset);
        var unreadable = new List<UnreadableRecord>();
        var versions = await catalog.VersionsAsync(name, unreadable, cancellationToken);
        if (versions.Count == 0 && unreadable.Count == 0)
            await catalog.FindAsync(name, cancellationToken);
        foreach (var record in unreadable)
            call.Notice(record.Problem);
        var current = unreadable.Count == 0 || versions.Any(version => version.IsCurrent)
            ? await catalog.CurrentAsync(name, cancellationToken)
            : null;
        if (call.Json)
        {
            call.WriteJson(new
            {
                Dataset = name,
                Current = current,
                Versions = versions.Select(v => new { v.Manifest.Version, v.Created, v.IsCurrent, v.Bytes, v.Manifest.Accounting }),
            });
            return ExitCode.Done;
        }
        var table = ConsoleTables.Create("", "Version", "Made", ">Captions", ">Quarantined", ">Size", "Became current");
        foreach (var version in versions)
        {
            var books = version.Manifest.Accounting;
            var changes = (current?.History ?? []).Where(change => change.Version == version.Manifest.Version);
            table.Add(
                version.IsCurrent ? "*" : "", version.Manifest.Version, Time(call, version.Created), Count(books.Kept),
                Count(books.Quarantined), Bytes(version.Bytes),
                string.Join("; ", changes.Select(change => $"{change.How} {Time(call, change.At)}")));
        }
        call.Console.Write(table);
        call.Write(current is null
            ? $"No version is current. 'contrastive data use {name} VERSION' makes one so."
            : "* is the current version.");
        if (await NewerVersion.FindAsync(session.Store, name, cancellationToken) is { } newer)
            call.Write(newer.Describe());
        return ExitCode.Done;
    }

    private static string Time(Invocation call, DateTimeOffset at) =>
        $"{TimeZoneInfo.ConvertTime(at, call.Environment.Time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}";
}

/// <summary>A version that was made after the current one and never was current: the source was corrected and prepared again, which does
/// not change what the name of the dataset means.</summary>
internal sealed record NewerVersion(string Dataset, string Current, string Version, long Captions)
{
    /// <summary>The newest such version; null where there is none, or the reference names a version.</summary>
    public static async Task<NewerVersion?> FindAsync(ArtifactStore store, string reference, CancellationToken cancellationToken)
    {
        var catalog = new DatasetCatalog(store);
        if (reference.Contains('@', StringComparison.Ordinal)
            || await catalog.CurrentAsync(reference, cancellationToken) is not { } current)
        {
            return null;
        }

        var versions = await catalog.VersionsAsync(reference, cancellationToken);
        var newest = versions.TakeWhile(version => !version.IsCurrent)
            .FirstOrDefault(version => current.History.All(change => change.Version != version.Manifest.Version));
        return newest is null
            ? null
            : new NewerVersion(reference, current.Version, newest.Manifest.Version, newest.Manifest.Accounting.Kept);
    }

    /// <summary>What it means and how to change it.</summary>
    public string Describe() =>
        $"Version {Version} ({Count(Captions)} captions) was made after this one and is not current: '{Dataset}' means {Current} "
        + $"until 'contrastive data use {Dataset} {Version}'.";
}
