using System.Text.RegularExpressions;
using ContrastivePipeline.Data.Sources;
using ContrastivePipeline.Data.Versions;
using ContrastivePipeline.Modeling.Native;
using ContrastivePipeline.Modeling.Weights;
using ContrastivePipeline.Observability;
using ContrastivePipeline.Storage;
using ContrastivePipeline.Web.Hosting;
using ContrastivePipeline.Workflow.Experiments;
using ContrastivePipeline.Workflow.Reproduction;
using ContrastivePipeline.Workflow.Results;
using ContrastivePipeline.Workflow.Runs;
using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Cli;

/// <summary>An exception as the user meets it.</summary>
/// <param name="Code">One of <see cref="ExitCode"/>.</param>
/// <param name="Message">What was wrong, where, and what to do; without secrets.</param>
internal sealed partial record Failure(int Code, string Message)
{
    /// <summary>Sorts an exception.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="verbose">Whether to add the stack trace.</param>
    public static Failure Of(Exception fault, bool verbose)
    {
        var code = CodeOf(fault);
        var message = IsForPeople(fault)
            ? fault.Message
            : $"{fault.GetType().Name}: {fault.Message}\nThis should not happen. --verbose shows where it did; please report it.";
        return new Failure(code, HideSecrets(verbose ? $"{message}\n{fault}" : message));
    }

    /// <summary>Replaces account keys and signatures that a message quotes.</summary>
    public static string HideSecrets(string text) => Secrets().Replace(text, "$1=…");

    private static int CodeOf(Exception fault)
    {
        for (var current = fault; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case UsageException or WebStartException or TelemetrySettingException or ResultMissingException or ExperimentInvalidException or SourceException:
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

    private static bool IsForPeople(Exception fault) => fault
        is UsageException or WebStartException or TelemetrySettingException or ResultMissingException or ExperimentInvalidException or SourceException or StoreException or IPermanentFailure
        or DatasetNotFoundException or RefreshConflictException or RunBusyException or RunRequestException or RunStateException
        or NativeTorchException or WeightsException or InvalidDataException or IOException or UnauthorizedAccessException;

    [GeneratedRegex("(AccountKey|SharedAccessSignature|\\bsig)=[^;&\\s'\"]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();
}
