namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>How a machine is, as far as its platform says.</summary>
public enum MachineState
{
    /// <summary>It was asked for and has not begun, or its platform does not know.</summary>
    Waiting,

    /// <summary>It runs, by the word of its platform; whether it does anything, only its heartbeat tells.</summary>
    Running,

    /// <summary>It has ended, or there is no such machine.</summary>
    Gone,
}
