using System.ComponentModel;
using System.Diagnostics;

namespace ContrastivePipeline.Storage;

/// <summary>Identifies one process: not equal to that of a later process with the same number, nor of one on another machine or in a
/// container.</summary>
/// <param name="Machine">Names the machine, its boot and, on Linux, the namespace that process numbers are of.</param>
/// <param name="Id">Process number.</param>
/// <param name="Started">When it started, on the machine's own scale; only to be compared for equality.</param>
public sealed record ProcessIdentity(string Machine, int Id, string Started)
{
    // Stands for the start time of a running process that may not be inspected: another user's, or one with more rights.
    private const string Unknown = "";

    private static readonly string ThisMachine = DescribeMachine();

    /// <summary>The current process.</summary>
    public static ProcessIdentity Current { get; } = Find(Environment.ProcessId)
        ?? throw new InvalidOperationException("The running process is not in the list of processes.");

    /// <summary>The process of this machine with a number; null when there is none.</summary>
    public static ProcessIdentity? Find(int id) => StartOf(id) is { } started ? new ProcessIdentity(ThisMachine, id, started) : null;

    /// <summary>Whether this program can see that the process has ended. False for processes of other machines.</summary>
    public bool IsKnownDead => Machine == ThisMachine && StartOf(Id) is var started && started != Started && started != Unknown;

    /// <summary>Whether the process runs on this machine.</summary>
    public bool IsAliveHere => Machine == ThisMachine && StartOf(Id) == Started;

    /// <summary>For messages: number and host.</summary>
    public override string ToString() => $"process {Id} on {Machine.Split(' ')[0]}";

    private static string? StartOf(int id) => OperatingSystem.IsLinux() ? StartOnLinux(id) : StartElsewhere(id);

    private static string? StartOnLinux(int id)
    {
        try
        {
            // man 5 proc: after the name in parentheses come the state (field 3) and, as field 22, the start in ticks since boot.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            // The process ended, perhaps between opening and reading (ESRCH).
            return null;
        }
    }

    private static string? StartElsewhere(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().Ticks.ToString();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Win32Exception)
        {
            return Unknown;
        }
    }

    private static string DescribeMachine() => OperatingSystem.IsLinux()
        ? $"{Environment.MachineName} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} "
            + $"{new FileInfo("/proc/self/ns/pid").LinkTarget}"
        : Environment.MachineName;
}
