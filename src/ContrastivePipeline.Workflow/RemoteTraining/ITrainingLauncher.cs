namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>Gets machines for training. Every method may be called again with the same order and then does nothing more.</summary>
public interface ITrainingLauncher
{
    /// <summary>Asks for a machine that carries out an order; an order that has one gets no second.</summary>
    Task StartAsync(StageOrder order, CancellationToken cancellationToken);

    /// <summary>What the platform says of a machine.</summary>
    /// <param name="machine">From <see cref="LaunchStarted.Machine"/>.</param>
    Task<MachineState> GetStatusAsync(string machine, CancellationToken cancellationToken);

    /// <summary>Stops the machine of an order, if it has one.</summary>
    Task StopAsync(StageOrder order, CancellationToken cancellationToken);
}

/// <summary>How a machine is, as far as its platform says.</summary>
public enum MachineState
{
    /// <summary>It was asked for and has not begun, or its platform does not know.</summary>
    Waiting,

    /// <summary>Its platform reports it as running; only its heartbeat shows that it works.</summary>
    Running,

    /// <summary>It has ended, or there is no such machine.</summary>
    Gone,
}
