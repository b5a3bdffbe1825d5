namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Weights that cannot be read or do not fit the model; the message says which and why.</summary>
public sealed class WeightsException : Exception
{
    /// <summary>Creates the exception.</summary>
    public WeightsException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
