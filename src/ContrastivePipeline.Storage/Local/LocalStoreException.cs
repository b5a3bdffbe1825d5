namespace ContrastivePipeline.Storage.Local;

/// <summary>The local store could not be installed or started. The message says what to do.</summary>
public sealed class LocalStoreException(string message, Exception? inner = null) : StoreException(message, inner);
