namespace ContrastivePipeline.Data.Versions;

/// <summary>There is no such dataset or version, or it is not said which is meant. The message names those that there are.</summary>
public sealed class DatasetNotFoundException(string message) : Exception(message);

/// <summary>Somebody else changed which version is current. Nothing was changed or lost; the message says what to do.</summary>
public sealed class RefreshConflictException(string message, CurrentVersion current) : Exception(message)
{
    /// <summary>What is current now.</summary>
    public CurrentVersion Current { get; } = current;
}
