namespace ContrastivePipeline.Web.Dashboard.Search;

/// <summary>What is asked for.</summary>
/// <param name="Run">Whose models to search with; empty for none chosen.</param>
/// <param name="Model"><c>variant/seed</c>; empty for the best.</param>
/// <param name="Text">What to look for; empty for nothing yet.</param>
/// <param name="Split">The split to search; empty for all that the run evaluates.</param>
public sealed record SearchQuery(string Run, string Model, string Text, string Split)
{
    /// <summary>Which model, and where.</summary>
    public SearchWish Wish => new(Variant, Seed, Split.Length > 0 ? [Split] : []);

    /// <summary>The variant; null for the best.</summary>
    public string? Variant => Model.LastIndexOf('/') is > 0 and var at ? Model[..at] : null;

    /// <summary>The training seed; null for the first.</summary>
    public long? Seed => Model.LastIndexOf('/') is > 0 and var at && long.TryParse(Model[(at + 1)..], out var seed) ? seed : null;
}

/// <summary>What can be chosen in the search.</summary>
/// <param name="Runs">Ids of the runs that have a trained model, the latest first.</param>
/// <param name="Models">The chosen run's models, as <c>variant/seed</c>.</param>
/// <param name="Splits">The splits that the chosen run evaluates.</param>
public sealed record SearchChoices(IReadOnlyList<string> Runs, IReadOnlyList<string> Models, IReadOnlyList<string> Splits);

/// <summary>What came of a search; nothing set where nothing was asked for.</summary>
public sealed record SearchOutcome
{
    /// <summary>Images near a text.</summary>
    public SearchAnswer<FoundMediaItem>? Media { get; init; }

    /// <summary>Captions near an image.</summary>
    public SearchAnswer<FoundCaption>? Captions { get; init; }

    /// <summary>The image that was sent, as an address; null where there is none, or it is too large to show.</summary>
    public string? Sent { get; init; }

    /// <summary>Why nothing was found; empty where something was.</summary>
    public string Refusal { get; init; } = "";
}
