namespace ContrastivePipeline.Workflow.Media;

/// <summary>The kinds of media that this program knows. Another one is added before anything is read.</summary>
public static class MediaKinds
{
    private static readonly List<MediaKind> Known = [];
    private static readonly Lock Adding = new();

    /// <summary>All of them; the first is meant where nothing is said of media.</summary>
    public static IReadOnlyList<MediaKind> All
    {
        get
        {
            lock (Adding)
                return [.. Known];
        }
    }

    /// <summary>Adds a kind; one of the same name again changes nothing.</summary>
    /// <param name="isUsual">Whether it is meant where nothing is said.</param>
    public static void Add(MediaKind kind, bool isUsual = false)
    {
        ArgumentNullException.ThrowIfNull(kind);
        lock (Adding)
        {
            if (!Known.Exists(known => known.Name == kind.Name))
                Known.Insert(isUsual ? 0 : Known.Count, kind);
        }
    }

    /// <summary>A kind by its name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static MediaKind Of(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new ArgumentException($"This program knows no media of kind '{name}'; it knows {string.Join(", ", All.Select(kind => kind.Name))}.");

    /// <summary>The kind that a section of an experiment is about.</summary>
    public static MediaKind Of(MediaSection media)
    {
        ArgumentNullException.ThrowIfNull(media);
        return Of(Kinds.NameOf<MediaSection>(media.GetType()));
    }

    /// <summary>The kind of a dataset version.</summary>
    public static MediaKind Of(DatasetManifest manifest) => Of(StoredFormat.Of(manifest).Kind);

    /// <summary>The kind that a model takes.</summary>
    public static MediaKind Of(ModelConfig model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model.MediaKind);
    }
}
