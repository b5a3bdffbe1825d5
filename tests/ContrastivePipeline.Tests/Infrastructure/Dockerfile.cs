using System.Text.Json;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>A Dockerfile of <c>infra/docker</c>, taken apart.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(string text) => Instructions = [.. Read(text)];

    /// <summary>All instructions, in order; comments are gone and continued lines are one.</summary>
    public IReadOnlyList<Instruction> Instructions { get; }

    /// <summary>What makes the image: the instructions from the last FROM on.</summary>
    public IEnumerable<Instruction> LastStage => Instructions.Skip(LastIndexOf("FROM"));

    public static Dockerfile Load(string name) => new(File.ReadAllText(Path.Combine(Repository.Folder, "infra", "docker", name)));

    /// <summary>The last instruction of a kind in the image's own stage.</summary>
    public Instruction Last(string kind) => LastStage.Last(i => i.Kind == kind);

    private int LastIndexOf(string kind) => Instructions.Index().Last(i => i.Item.Kind == kind).Index;

    private static IEnumerable<Instruction> Read(string text)
    {
        var pending = "";
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            pending += line.TrimEnd('\\');
            if (line.EndsWith('\\'))
                continue;
            var (kind, rest) = (pending[..pending.IndexOf(' ')], pending[(pending.IndexOf(' ') + 1)..].Trim());
            yield return new Instruction(kind, rest);
            pending = "";
        }
        Assert.Equal("", pending);
    }
}

/// <summary>One instruction.</summary>
/// <param name="Kind">FROM, COPY and so on.</param>
/// <param name="Rest">What stands behind it.</param>
internal sealed record Instruction(string Kind, string Rest)
{
    /// <summary>The words that are no options.</summary>
    public string[] TextFormatter =>
        [.. Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => !w.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>The value of an option; null without it.</summary>
    public string? Option(string name) =>
        Rest.Split(' ').FirstOrDefault(w => w.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    /// <summary>The command in its JSON form, which needs no shell.</summary>
    public string[] Command => JsonSerializer.Deserialize<string[]>(Rest[Rest.IndexOf('[')..])!;
}
