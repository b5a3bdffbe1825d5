using System.Text.Json;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Training.Objectives;

/// <summary>L = Σ λ·L over the objectives: the weights that make a variant. Equal weights are equal.</summary>
[JsonConverter(typeof(ObjectiveWeightsConverter))]
public sealed class ObjectiveWeights : IEquatable<ObjectiveWeights>
{
    private readonly double[] _weights;

    /// <summary>L = L_contra.</summary>
    public ObjectiveWeights()
        : this([(CrossModal.Name, 1)])
    {
    }

    /// <summary>Weights by key; an objective that is not named has none.</summary>
    /// <exception cref="ArgumentException">A key is no objective's, or a weight is negative or not finite.</exception>
    public ObjectiveWeights(IEnumerable<(string Key, double Weight)> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights = new double[ObjectiveList.All.Count];
        foreach (var (key, weight) in weights)
        {
            var index = ObjectiveList.All.TakeWhile(objective => objective.Key != key).Count();
            if (index == _weights.Length)
                throw new ArgumentException($"There is no objective '{key}'.", nameof(weights));
            if (weight < 0 || !double.IsFinite(weight))
                throw new ArgumentException($"The weight of '{key}' is {weight}; it must be 0 or more.", nameof(weights));
            _weights[index] = weight;
        }
    }

    /// <summary>The weight of an objective; 0 where the variant does not have it.</summary>
    public double this[string key] => Pairs.Where(pair => pair.Objective.Key == key).Select(pair => pair.Weight).FirstOrDefault();

    /// <summary>The objectives that the variant has, in the order of <see cref="ObjectiveList.All"/>.</summary>
    public IEnumerable<(Objective Objective, double Weight)> Terms => Pairs.Where(pair => pair.Weight > 0);

    /// <summary>What a step must compute for all of them.</summary>
    public ObjectiveNeeds Needs => Terms.Aggregate(ObjectiveNeeds.None, (needs, term) => needs | term.Objective.Needs);

    private IEnumerable<(Objective Objective, double Weight)> Pairs => ObjectiveList.All.Zip(_weights);

    /// <summary>The same with another weight of one objective.</summary>
    public ObjectiveWeights With(string key, double weight) =>
        new(Pairs.Select(pair => (pair.Objective.Key, pair.Weight)).Append((key, weight)));

    /// <summary>Whether a step must compute this.</summary>
    public bool Need(ObjectiveNeeds need) => (Needs & need) != 0;

    /// <inheritdoc/>
    public bool Equals(ObjectiveWeights? other) => other is not null && _weights.AsSpan().SequenceEqual(other._weights);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ObjectiveWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => _weights.Aggregate(0, HashCode.Combine);

    /// <summary>For example <c>1·L_contra + 0.25·L_C-cyclic</c>.</summary>
    public override string ToString() => string.Join(" + ", Terms.Select(term => $"{term.Weight}·{term.Objective.Symbol}"));
}

/// <summary>Weights as an object of keys and numbers. L_contra is always there: weights that were stored before it had one lack it.</summary>
internal sealed class ObjectiveWeightsConverter : JsonConverter<ObjectiveWeights>
{
    // As they were stored when the terms were a fixed list.
    private static readonly Dictionary<string, string> FormerKeys = new()
    {
        ["cyclicCross"] = CyclicCross.Name,
        ["cyclicInModal"] = CyclicInModal.Name,
        ["sentenceUnsupervised"] = SentenceUnsupervised.Name,
        ["sentenceSupervised"] = SentenceSupervised.Name,
    };

    public override ObjectiveWeights Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonElement.ParseValue(ref reader);
        if (stored.ValueKind != JsonValueKind.Object)
            throw new JsonException("The weights of objectives must be an object.");
        // CyCLIP's option shared L_contra's weight out between it and in-modal attraction.
        var isShared = stored.TryGetProperty("inModal", out var option) && option.ValueKind == JsonValueKind.True;
        var weights = stored.TryGetProperty(CrossModal.Name, out _) ? new ObjectiveWeights([])
            : isShared ? InModal.SharedWithContrastive : new ObjectiveWeights();
        foreach (var member in stored.EnumerateObject().Where(member => member.Name != "inModal"))
        {
            var key = FormerKeys.GetValueOrDefault(member.Name, member.Name);
            if (ObjectiveList.Find(key) is null || member.Value.ValueKind != JsonValueKind.Number || member.Value.GetDouble() < 0)
                throw new JsonException($"'{member.Name}' with {member.Value.GetRawText()} is no weight of an objective.");
            weights = weights.With(key, member.Value.GetDouble());
        }
        return weights;
    }

    public override void Write(Utf8JsonWriter writer, ObjectiveWeights value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var objective in ObjectiveList.All.Where(o => o.Key == CrossModal.Name || value[o.Key] > 0))
            writer.WriteNumber(objective.Key, value[objective.Key]);
        writer.WriteEndObject();
    }
}
