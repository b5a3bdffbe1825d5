namespace ContrastivePipeline.Training.Objectives;

/// <summary>All objectives. A new one is a class and a line here: experiment files, curves and the report know it from then on.</summary>
public static class ObjectiveList
{
    /// <summary>In the order of the sum, of tables and of figures.</summary>
    public static IReadOnlyList<Objective> All { get; } =
        [new CrossModal(), new InModal(), new CyclicCross(), new CyclicInModal(), new SentenceUnsupervised(), new SentenceSupervised()];

    /// <summary>The objective of a key; null for any other text.</summary>
    public static Objective? Find(string key) => All.FirstOrDefault(objective => objective.Key == key);
}
