using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Writes a record with a member whose key says which kind of media it is about, as an experiment file has it.</summary>
/// <param name="rest">Names of the other members.</param>
internal abstract class KindMemberConverter<T, TMember>(params string[] rest) : JsonConverter<T>
    where T : class
    where TMember : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonElement.ParseValue(ref reader);
        var kind = MediaKinds.All.FirstOrDefault(kind => stored.TryGetProperty(KeyOf(kind), out _))
            ?? throw new JsonException($"A {typeof(T).Name} has no media of a kind that this program knows.");
        var member = (JsonObject)JsonNode.Parse(stored.GetProperty(KeyOf(kind)).GetRawText())!;
        member["kind"] = kind.Name;
        return Create(stored, member.Deserialize<TMember>(options)!, options);
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        var members = new JsonObject();
        foreach (var (name, member) in rest.Zip(MembersOf(value)))
            members[name] = JsonSerializer.SerializeToNode(member, options);
        var ofKind = (JsonObject)JsonSerializer.SerializeToNode(MemberOf(value), options)!;
        ofKind.Remove("kind");
        members[KeyOf(MediaKinds.Of(Kinds.NameOf<TMember>(MemberOf(value).GetType())))] = ofKind;
        members.WriteTo(writer, options);
    }

    /// <summary>The key of a kind's member.</summary>
    protected abstract string KeyOf(MediaKind kind);

    /// <summary>The kind's member.</summary>
    protected abstract TMember MemberOf(T value);

    /// <summary>The other members, in the order of their names.</summary>
    protected abstract IEnumerable<object> MembersOf(T value);

    protected abstract T Create(JsonElement stored, TMember member, JsonSerializerOptions options);

    protected static TPart Part<TPart>(JsonElement stored, string name, JsonSerializerOptions options) =>
        stored.GetProperty(name).Deserialize<TPart>(options)!;
}

internal sealed class DatasetSectionConverter() : KindMemberConverter<DatasetSection, MediaSection>("name", "source")
{
    protected override string KeyOf(MediaKind kind) => kind.Name;

    protected override MediaSection MemberOf(DatasetSection value) => value.Media;

    protected override IEnumerable<object> MembersOf(DatasetSection value) => [value.Name, value.Source];

    protected override DatasetSection Create(JsonElement stored, MediaSection member, JsonSerializerOptions options) => new(
        Part<string>(stored, "name", options), Part<SourceSection>(stored, "source", options), member);
}

internal sealed class ModelSectionConverter() : KindMemberConverter<ModelSection, MediaTowerSection>("embedding", "context", "text")
{
    protected override string KeyOf(MediaKind kind) => kind.TowerKey;

    protected override MediaTowerSection MemberOf(ModelSection value) => value.Tower;

    protected override IEnumerable<object> MembersOf(ModelSection value) => [value.Embedding, value.Context, value.Text];

    protected override ModelSection Create(JsonElement stored, MediaTowerSection member, JsonSerializerOptions options) => new(
        Part<int>(stored, "embedding", options), Part<int>(stored, "context", options), member, Part<TextSection>(stored, "text", options));
}
