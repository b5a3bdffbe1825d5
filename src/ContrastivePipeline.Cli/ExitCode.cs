namespace ContrastivePipeline.Cli;

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
