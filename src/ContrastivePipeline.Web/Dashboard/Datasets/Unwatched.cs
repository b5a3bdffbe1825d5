namespace ContrastivePipeline.Web.Dashboard.Datasets;

/// <summary>Watches nothing: the page that follows says what came of it.</summary>
internal sealed class Unwatched : IRunObserver
{
    public static Unwatched Instance { get; } = new();

    public void Observe(RunEvent happened)
    {
    }
}
