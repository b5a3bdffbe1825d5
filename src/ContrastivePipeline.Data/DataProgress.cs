namespace ContrastivePipeline.Data;

/// <summary>How far a preparation, a refresh or a verification is.</summary>
/// <param name="Phase">One of <c>read</c> (rows), <c>images</c>, <c>merge</c> (captions), <c>upload</c> (parts) and <c>verify</c>
/// (parts).</param>
/// <param name="Done">Rows, images, captions or parts so far.</param>
/// <param name="Total">Of how many; null while unknown.</param>
/// <param name="Quarantined">Rows quarantined so far.</param>
public sealed record DataProgress(string Phase, long Done, long? Total, long Quarantined);
