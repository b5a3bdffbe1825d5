using System.CommandLine;
using System.Text;
using System.Text.Json;
using ContrastivePipeline.Cli.Stores;
using ContrastivePipeline.Workflow.Stages;
using Spectre.Console;

namespace ContrastivePipeline.Cli;

/// <summary>One call of a command: its options, and where its words go.</summary>
internal sealed class Invocation
{
    private const int WidthOfFiles = 10_000;
    private readonly ParseResult _parse;

    public Invocation(ParseResult parse, CliEnvironment world)
    {
        _parse = parse;
        World = world;
        Console = CreateConsole();
        Notice = text => World.Error.WriteLine(text);
    }

    public CliEnvironment World { get; }

    /// <summary>Standard output with tables and colors.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Says something that is no result: to standard error, or where a display of the moment wants it.</summary>
    public Action<string> Notice { get; set; }

    public bool Json => Get(GlobalOptions.Json);

    /// <summary>Whether bars and colors reach a person.</summary>
    public bool IsInteractive => World.IsTerminal && !Json;

    /// <summary>Full path of the folder of the local store, reports and scratch files.</summary>
    public string LocalFolder =>
        Path.GetFullPath(Get(GlobalOptions.Local) ?? NonEmpty(World.Variable(GlobalOptions.LocalVariable)) ?? ".contrastive");

    /// <summary>The store that was asked for; null for the local one. May hold a key.</summary>
    public string? StoreText => Get(GlobalOptions.Store) ?? NonEmpty(World.Variable(GlobalOptions.StoreVariable));

    public T? Get<T>(Option<T> option) => _parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => _parse.GetRequiredValue(argument);

    public Task<StoreSession> OpenStoreAsync(CancellationToken cancellationToken)
    {
        // Another store needs the folder for scratch files and reports alone, and not with every command.
        if (StoreText is null)
            OutputFolder.Require("--local", LocalFolder);
        return StoreSession.OpenAsync(this, cancellationToken);
    }

    /// <summary>Writes a line of text, as it is.</summary>
    public void Write(string line) => World.Out.WriteLine(line);

    /// <summary>Writes a document as indented JSON.</summary>
    public void WriteJson<T>(T document) => World.Out.WriteLine(Encoding.UTF8.GetString(WorkflowJson.ToBytes(document)));

    /// <summary>Writes a document as JSON on one line.</summary>
    public void WriteJsonLine<T>(T document) => World.Out.WriteLine(JsonSerializer.Serialize(document, WorkflowJson.Options));

    private IAnsiConsole CreateConsole()
    {
        var colors = World.IsTerminal && !Get(GlobalOptions.NoColor) && NonEmpty(World.Variable("NO_COLOR")) is null;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(World.Out),
            Ansi = World.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = World.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!World.IsTerminal)
            console.Profile.Width = WidthOfFiles;
        return console;
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
