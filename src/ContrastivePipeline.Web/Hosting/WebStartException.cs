namespace ContrastivePipeline.Web.Hosting;

/// <summary>The server cannot be started as it was asked to be. The message says what to do.</summary>
public sealed class WebStartException(string message, Exception? inner = null) : Exception(message, inner);
