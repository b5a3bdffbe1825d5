using System.Text.RegularExpressions;

namespace ContrastivePipeline.Tests.Infrastructure;

/// <summary>Which files of the repository an image is built from, by the rules of <c>.dockerignore</c>: the last that matches counts.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool Ignore)> _rules = [];

    public DockerIgnore(string text)
    {
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var pattern = Regex.Escape(line.TrimStart('!')).Replace(@"\*\*/", "(.*/)?").Replace(@"\*", "[^/]*");
            // A rule for a folder is one for all that lies in it.
            _rules.Add((new Regex($"^{pattern}(/.*)?$"), line[0] != '!'));
        }
    }

    public static DockerIgnore OfRepository() => new(File.ReadAllText(Path.Combine(Repository.Folder, ".dockerignore")));

    /// <param name="path">Relative to the repository, with slashes.</param>
    public bool Ignores(string path) => _rules.FindLast(r => r.Pattern.IsMatch(path)) is { Pattern: not null, Ignore: true };
}
