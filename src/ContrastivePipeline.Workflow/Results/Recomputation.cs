namespace ContrastivePipeline.Workflow.Results;

/// <summary>A number that was computed again.</summary>
public sealed record Recomputation(Measurement Stored, double Value)
{
    /// <summary>Whether the two are the same to the last bit.</summary>
    public bool IsIdentical => BitConverter.DoubleToInt64Bits(Stored.Value) == BitConverter.DoubleToInt64Bits(Value);
}

/// <summary>This program has another version of a number's formula: what it computed would be another number.</summary>
public sealed class FormulaChangedException : Exception, IPermanentFailure
{
    internal FormulaChangedException(string message)
        : base(message)
    {
    }
}
