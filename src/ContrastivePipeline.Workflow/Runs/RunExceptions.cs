using ContrastivePipeline.Workflow.Stages;

namespace ContrastivePipeline.Workflow.Runs;

/// <summary>Another process works on the experiment.</summary>
public sealed class RunBusyException : Exception
{
    internal RunBusyException(string experiment)
        : base($"Another process works on experiment '{experiment}'. Wait until it ends, or stop it with Ctrl-C, and start again.")
    {
    }
}

/// <summary>Another process has taken the run over while this one could not reach the store.</summary>
public sealed class RunTakenOverException : Exception, IPermanentFailure
{
    internal RunTakenOverException(string id)
        : base($"Run '{id}' was deleted or taken over by another process while this one worked on it; this one stops.")
    {
    }
}
