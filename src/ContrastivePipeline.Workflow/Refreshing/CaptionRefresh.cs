namespace ContrastivePipeline.Workflow.Refreshing;

/// <summary>Input of the workflow <c>caption-refresh</c>.</summary>
/// <param name="Revision">Revision of the dataset's current version that the refresh is based on.</param>
public sealed record CaptionRefreshInput(RefreshCaptionsInput Captions, long Revision);

/// <summary>Output of the workflow <c>caption-refresh</c>.</summary>
/// <param name="Revision">Revision of the dataset's current version after it.</param>
public sealed record CaptionRefreshOutput(RefreshRecord Record, long Revision);

/// <summary>Input of <c>refresh-captions</c>.</summary>
public sealed record RefreshCaptionsInput(string Dataset, string Base, RefreshMode Mode, Artifact Table, string FileName);

/// <summary>Output of <c>refresh-captions</c>.</summary>
/// <param name="Manifest">The version that it made; null where no caption changed.</param>
public sealed record RefreshedCaptions(RefreshRecord Record, Artifact? Manifest);

/// <summary>Input of <c>publish-version</c>.</summary>
/// <param name="Revision">The revision that it follows: another one is another publication, and so never found done.</param>
public sealed record PublishVersionInput(string Dataset, string Version, string Refresh, long Revision);

/// <summary>Output of <c>publish-version</c>.</summary>
public sealed record PublishedVersion(long Revision);
