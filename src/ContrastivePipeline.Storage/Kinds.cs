using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ContrastivePipeline.Storage;

/// <summary>Implementations of a type by name, for what is stored as JSON: a member <c>kind</c> names the implementation, and where there is
/// none the usual one is meant, which comes with the type. A program adds its own before it reads or writes any.</summary>
public static class Kinds
{
    /// <summary>Adds an implementation; the same one again changes nothing.</summary>
    /// <param name="isUsual">Whether it is meant where no kind is named.</param>
    /// <exception cref="ArgumentException">Another one has the name.</exception>
    public static void Add<T>(string name, Type type, bool isUsual = false)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        WithOwn<T>();
        lock (Table<T>.Known)
        {
            var known = Table<T>.Known.Find(kind => kind.Name == name).Type;
            if (!type.IsAssignableTo(typeof(T)) || (known ?? type) != type)
                throw new ArgumentException($"'{name}' cannot name {type.Name}: another {typeof(T).Name} has the name, or it is none.", nameof(type));
            if (known is null)
                Table<T>.Known.Insert(isUsual ? 0 : Table<T>.Known.Count, (name, type));
        }
    }

    /// <summary>The name of an implementation.</summary>
    /// <exception cref="JsonException">It was not added.</exception>
    public static string NameOf<T>(Type type)
        where T : class => Find<T>(kind => kind.Type == type).Name ?? throw new JsonException($"{type.Name} is no known kind of {typeof(T).Name}.");

    /// <summary>The implementation of a name.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    internal static Type Of<T>(string name) =>
        Find<T>(kind => kind.Name == name).Type ?? throw new JsonException($"There is no {typeof(T).Name} of kind '{name}'.");

    internal static string Usual<T>() => Find<T>(_ => true).Name;

    private static (string Name, Type Type) Find<T>(Predicate<(string Name, Type Type)> wanted)
    {
        WithOwn<T>();
        lock (Table<T>.Known)
            return Table<T>.Known.Find(wanted);
    }

    // What comes with T adds itself when its module is first used, which reading JSON alone is not.
    private static void WithOwn<T>() => RuntimeHelpers.RunModuleConstructor(typeof(T).Module.ModuleHandle);

    private static class Table<T>
    {
        public static readonly List<(string Name, Type Type)> Known = [];
    }
}

/// <summary>Reads and writes an implementation by its kind.</summary>
public sealed class KindConverter<T> : JsonConverter<T>
    where T : class
{
    private const string Kind = "kind";

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonElement.ParseValue(ref reader);
        var name = stored.ValueKind == JsonValueKind.Object && stored.TryGetProperty(Kind, out var kind) ? kind.GetString()! : Kinds.Usual<T>();
        return (T)stored.Deserialize(Kinds.Of<T>(name), options)!;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        var name = Kinds.NameOf<T>(value.GetType());
        var members = (JsonObject)JsonSerializer.SerializeToNode(value, value.GetType(), options)!;
        if (name != Kinds.Usual<T>())
            members[Kind] = name;
        members.WriteTo(writer, options);
    }
}
