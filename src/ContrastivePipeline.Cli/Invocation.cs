using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace ContrastivePipeline.Cli;

/// <summary>One call of a command: its options, and where its output goes.</summary>
internal sealed class Invocation
{
    // Columns of a file: no table is wrapped or cut in one.
    private const int WidthOfFiles = 10_000;

    private readonly ParseResult _parse;

    public Invocation(ParseResult parse, CliEnvironment environment)
    {
        _parse = parse;
        Environment = environment;
        Console = CreateConsole();
        Notice = text => Environment.Error.WriteLine(text);
    }

    public CliEnvironment Environment { get; }

    /// <summary>Standard output with tables and colors.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Writes a message that is no result: to standard error, or into the display that is open.</summary>
    public Action<string> Notice { get; set; }

    public bool Json => Get(GlobalOptions.Json);

    /// <summary>Whether bars and colors are of use: standard output is a terminal, and --json was not given.</summary>
    private bool IsInteractive => Environment.IsTerminal && !Json;

    /// <summary>Full path of the folder of the local store, reports and scratch files.</summary>
    public string LocalFolder =>
        Path.GetFullPath(Get(GlobalOptions.Local) ?? NonEmpty(Environment.Variable(GlobalOptions.LocalVariable)) ?? ".contrastive");

    /// <summary>Folder for scratch files, on the disk of <see cref="LocalFolder"/>.</summary>
    public string ScratchFolder => Path.Combine(LocalFolder, "scratch");

    /// <summary>Address of the store from --store or its variable, which may hold a key; null for the local store.</summary>
    public string? StoreText => Get(GlobalOptions.Store) ?? NonEmpty(Environment.Variable(GlobalOptions.StoreVariable));

    public T? Get<T>(Option<T> option) => _parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => _parse.GetRequiredValue(argument);

    /// <summary>An argument that may be left out; null where it is.</summary>
    public T? Find<T>(Argument<T> argument) => _parse.GetValue(argument);

    /// <summary>Opens the store of this call.</summary>
    /// <exception cref="UsageException">Its address makes no sense, or the local folder cannot be written into.</exception>
    /// <exception cref="Storage.StoreException">The store does not work.</exception>
    public Task<StoreSession> OpenStoreAsync(CancellationToken cancellationToken)
    {
        // With another store, few commands write into the local folder.
        if (StoreText is null)
            OutputFolder.Require("--local", LocalFolder);
        return StoreSession.OpenAsync(this, cancellationToken);
    }

    /// <summary>Opens the display of a run: bars on a terminal, lines in a log, JSON with --json. It shows the notices of this call, too,
    /// until it is disposed.</summary>
    public RunDisplay OpenDisplay()
    {
        RunDisplay display = Json ? new JsonRunDisplay(Environment.Out)
            : IsInteractive && Console.Profile.Capabilities.Interactive ? new BarRunDisplay(Console)
            : new LineRunDisplay(Environment.Out, Environment.Time);
        var before = Notice;
        display.Closed += () => Notice = before;
        Notice = display.Say;
        return display;
    }

    public void Write(string line) => Environment.Out.WriteLine(line);

    /// <summary>Writes a document as indented JSON.</summary>
    public void WriteJson<T>(T document) => Environment.Out.WriteLine(Encoding.UTF8.GetString(WorkflowJson.ToBytes(document)));

    /// <summary>Writes a document as JSON on one line.</summary>
    public void WriteJsonLine<T>(T document) => Environment.Out.WriteLine(JsonSerializer.Serialize(document, WorkflowJson.Options));

    private IAnsiConsole CreateConsole()
    {
        var colors = Environment.IsTerminal && !Get(GlobalOptions.NoColor) && NonEmpty(Environment.Variable("NO_COLOR")) is null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Environment.Out),
            Ansi = Environment.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = Environment.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!Environment.IsTerminal)
            console.Profile.Width = WidthOfFiles;
        return console;
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>The options that every command has.</summary>
internal static class GlobalOptions
{
    public const string StoreVariable = "CONTRASTIVE_STORE";
    public const string LocalVariable = "CONTRASTIVE_LOCAL";

    public static Option<string?> Store { get; } = new("--store")
    {
        Description = "Artifact store: a connection string, or the URL of an account or container to sign in to with your Azure identity. "
            + $"Default: {StoreVariable}, else a local Azurite.",
        HelpName = "ADDRESS",
        Recursive = true,
    };

    public static Option<string?> Local { get; } = new("--local")
    {
        Description = $"Folder of the local store, reports and scratch files. Default: {LocalVariable}, else .contrastive.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "JSON for scripts instead of text.", Recursive = true };

    public static Option<bool> NoColor { get; } = new("--no-color") { Description = "No colors (also: NO_COLOR).", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Stack traces with errors.", Recursive = true };

    public static IEnumerable<Option> All => [Store, Local, Json, NoColor, Verbose];
}

/// <summary>Shows the progress of an installation or a start as notices of a call.</summary>
internal sealed class Notices(Invocation call) : IProgress<string>
{
    public void Report(string value) => call.Notice(value);
}
