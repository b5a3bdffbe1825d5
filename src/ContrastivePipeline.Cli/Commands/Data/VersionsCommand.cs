using System.CommandLine;
using ContrastivePipeline.Cli.Output;
using ContrastivePipeline.Data.Versions;

namespace ContrastivePipeline.Cli.Commands.Data;

/// <summary><c>contrastive data versions DATASET</c>: the versions of a dataset.</summary>
internal sealed class VersionsCommand : CliCommand
{
    private readonly Argument<string> _dataset = WordArgument.Create("DATASET", "Name of a dataset.");

    public VersionsCommand(CliEnvironment world)
        : base("versions", "Lists the versions of a dataset, which is current, and how each became so.", world) => Add(_dataset);

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        await using var session = await call.OpenStoreAsync(cancellationToken);
        var catalog = new DatasetCatalog(session.Store, call.World.Time);
        var name = call.Get(_dataset);
        var unreadable = new List<UnreadableRecord>();
        var versions = await catalog.VersionsAsync(name, unreadable, cancellationToken);
        if (versions.Count == 0 && unreadable.Count == 0)
            await catalog.FindAsync(name, cancellationToken);
        foreach (var record in unreadable)
            call.Notice(record.Problem);
        var current = unreadable.Count == 0 || versions.Any(version => version.IsCurrent) ? await catalog.CurrentAsync(name, cancellationToken) : null;
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
        var table = Tables.Create("", "Version", "Made", ">Captions", ">Quarantined", ">Size", "Became current");
        foreach (var version in versions)
        {
            var books = version.Manifest.Accounting;
            var changes = (current?.History ?? []).Where(change => change.Version == version.Manifest.Version);
            table.Add(
                version.IsCurrent ? "*" : "", version.Manifest.Version, Time(call, version.Created), TextFormatter.Count(books.Kept), TextFormatter.Count(books.Quarantined),
                TextFormatter.Bytes(version.Bytes), string.Join("; ", changes.Select(change => $"{change.How} {Time(call, change.At)}")));
        }
        call.Console.Write(table);
        call.Write(current is null ? $"No version is current. 'contrastive data use {name} VERSION' makes one so." : "* is the current version.");
        if (await NewerVersion.FindAsync(session.Store, name, cancellationToken) is { } newer)
            call.Write(newer.Describe());
        return ExitCode.Done;
    }

    private static string Time(Invocation call, DateTimeOffset at) =>
        $"{TimeZoneInfo.ConvertTime(at, call.World.Time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}";
}
