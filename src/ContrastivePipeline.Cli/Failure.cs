using System.Text.RegularExpressions;

namespace ContrastivePipeline.Cli;

/// <summary>An exception as it is shown to the user.</summary>
/// <param name="Message">What was wrong, where, and what to do; without secrets.</param>
internal sealed partial record Failure(int Code, string Message)
{
    /// <summary>Maps an exception to its exit code and message.</summary>
    public static Failure Of(Exception fault, bool verbose)
    {
        var code = CodeOf(fault);
        var message = IsForUsers(fault)
            ? MessageOf(fault)
            : $"{fault.GetType().Name}: {fault.Message}\nThis should not happen. --verbose shows where it did; please report it.";
        return new Failure(code, HideSecrets(verbose ? $"{message}\n{fault}" : message));
    }

    /// <summary>Replaces account keys and signatures that a message quotes.</summary>
    public static string HideSecrets(string text) => Secrets().Replace(text, "$1=…");

    // The messages of .NET about files name neither the reason nor what to do; our own exceptions of these types do.
    private static string MessageOf(Exception fault) => fault switch
    {
        FileNotFoundException { FileName: { } file } when StartsWith(fault, "Could not find file") => $"There is no file '{file}'.",
        DirectoryNotFoundException when Quoted().Match(fault.Message) is { Success: true } path =>
            $"There is no '{path.Groups[1].Value}': a folder on the way to it is missing, or is a file.",
        UnauthorizedAccessException when Quoted().Match(fault.Message) is { Success: true } path =>
            $"'{path.Groups[1].Value}' cannot be opened: "
            + (Directory.Exists(path.Groups[1].Value)
                ? "it is a folder."
                : "this user may not read or write it. See its rights, or name another."),
        IOException when StartsWith(fault, "The file '") && Quoted().Match(fault.Message) is { Success: true } path =>
            $"'{path.Groups[1].Value}' is a file already.",
        _ => fault.Message,
    };

    private static bool StartsWith(Exception fault, string text) => fault.Message.StartsWith(text, StringComparison.Ordinal);

    private static int CodeOf(Exception fault)
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case UsageException or WebStartException or TelemetrySettingException or ResultMissingException
                    or ExperimentInvalidException or SourceException:
                case DatasetNotFoundException or RunRequestException or ExperimentMisfitException:
                    return ExitCode.Usage;
                case RunBusyException or RefreshConflictException:
                    return ExitCode.Busy;
                case ArtifactMissingException or ArtifactCorruptException:
                    return ExitCode.Failed;
                case StoreException:
                    return ExitCode.Store;
                case OperationCanceledException:
                    return ExitCode.Interrupted;
            }
        }
        return ExitCode.Failed;
    }

    private static bool IsForUsers(Exception fault) => fault
        is UsageException or WebStartException or TelemetrySettingException or ResultMissingException or ExperimentInvalidException
            or SourceException or StoreException or IPermanentFailure
        or DatasetNotFoundException or RefreshConflictException or RunBusyException or RunRequestException or RunStateException
        or NativeTorchException or WeightsException or InvalidDataException or IOException or UnauthorizedAccessException;

    [GeneratedRegex("'(.+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("(AccountKey|SharedAccessSignature|\\bsig)=[^;&\\s'\"]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}

/// <summary>The command line asks for something that does not exist or makes no sense. The message says what to do.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything that was asked for is done.</summary>
    public const int Done = 0;

    /// <summary>It went wrong: a stage failed, a check found a fault.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the experiment file is wrong, or names something that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>The store cannot be reached, refuses access or is full.</summary>
    public const int Store = 3;

    /// <summary>Another process works on the experiment, or changed the dataset first.</summary>
    public const int Busy = 4;

    /// <summary>Stopped by Ctrl-C or SIGTERM; the same command resumes.</summary>
    public const int Interrupted = 130;

    public const string Help =
        "Exit codes: 0 done; 1 failed; 2 wrong usage, invalid experiment file or no such thing; 3 store out of reach, closed or full; 4 "
        + "another process runs the experiment or changed the dataset first; 130 interrupted (the same command resumes).";
}
