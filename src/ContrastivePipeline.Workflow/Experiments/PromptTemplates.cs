using System.Text.Json;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Reads the prompt templates of a zero-shot classification: written in the experiment, or a list of a JSON file, as CLIP_benchmark
/// publishes those of many datasets.</summary>
internal static class PromptTemplates
{
    private const string Key = "templates", Slot = "{}", OtherSlot = "{c}";
    private const long LongestFile = 4 << 20;

    /// <summary>Templates with {} where the class name goes.</summary>
    public static IReadOnlyList<string> Read(ConfigSection section, ExperimentFolder folder)
    {
        var templates = section.Find(Key) is ConfigMapping
            ? ReadFile(section.Section(Key), folder)
            : section.Texts(Key) ?? [Slot];
        foreach (var template in templates)
        {
            if (template.Split(Slot).Length != 2)
                section.Fail(Key, $"the template '{template}' must have {Slot} once, where the class name goes");
        }
        return templates;
    }

    private static IReadOnlyList<string> ReadFile(ConfigSection file, ExperimentFolder folder)
    {
        file.RequiredText("path");
        var (path, name) = (file.Has("path") ? folder.FileOf(file, "path") : "", file.RequiredText("list"));
        file.Close();
        if (name.Length == 0 || !File.Exists(path))
            return [Slot];
        var (lists, problem) = ParseLists(path);
        if (lists?.GetValueOrDefault(name) is { Length: > 0 } templates)
            return [.. templates.Select(template => template.Replace(OtherSlot, Slot, StringComparison.Ordinal)).Distinct()];
        file.Fail(
            lists is null ? "path" : "list",
            problem ?? $"{file.PathOf("path")} has no list '{name}' of templates; it has {string.Join(", ", lists!.Keys)}"
                + Spelling.Hint(name, lists.Keys));
        return [Slot];
    }

    private static (Dictionary<string, string[]>? Lists, string? Problem) ParseLists(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile)
                return (null, $"'{Path.GetFileName(path)}' is longer than {LongestFile >> 20} MiB: it holds no lists of templates");
            using var content = File.OpenRead(path);
            return (JsonSerializer.Deserialize<Dictionary<string, string[]>>(content), null);
        }
        catch (Exception broken) when (broken is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, $"'{Path.GetFileName(path)}' cannot be read as a JSON object of lists of templates: {broken.Message}");
        }
    }
}
