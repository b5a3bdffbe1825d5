using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ContrastivePipeline.Storage.Local;

/// <summary>Runs Node.js and npm.</summary>
public static partial class NodeTools
{
    /// <summary>The oldest Node.js that Azurite was tried with.</summary>
    public static Version MinimumNode { get; } = new(20, 0);

    /// <summary>The version of Node.js in the PATH.</summary>
    /// <exception cref="LocalStoreException">There is none, or it is too old.</exception>
    public static async Task<Version> RequireNodeAsync(CancellationToken cancellationToken = default)
    {
        var version = await VersionAsync("node", cancellationToken);
        return version >= MinimumNode ? version : throw new LocalStoreException(
            $"Node.js {version} is too old for the local store, which needs {MinimumNode.Major} or newer. " +
            "Install it from https://nodejs.org, or give another store with --store.");
    }

    /// <summary>The version of npm in the PATH.</summary>
    /// <exception cref="LocalStoreException">There is none.</exception>
    public static Task<Version> RequireNpmAsync(CancellationToken cancellationToken = default) => VersionAsync(Npm, cancellationToken);

    internal static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>Runs a program to its end, its output captured; kills it on cancellation.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using var process = Start(start);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LocalStoreException(
                $"The local store needs Node.js {MinimumNode.Major} or newer with npm, and '{start.FileName}' could not be started: " +
                $"{e.Message}. " +
                "Install it from https://nodejs.org, or give another store with --store.", e);
        }
    }

    private static async Task<Version> VersionAsync(string program, CancellationToken cancellationToken)
    {
        var (_, output, error) = await RunAsync(program, ["--version"], Environment.CurrentDirectory, null, cancellationToken);
        return VersionPattern().Match(output) is { Success: true } match
            ? Version.Parse(match.Value)
            : throw new LocalStoreException($"'{program} --version' answered '{(output + error).Trim()}' and no version number.");
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionPattern();
}
