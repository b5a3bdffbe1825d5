using System.Text;
using YamlDotNet.Core;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>Reads experiment files (YAML).</summary>
internal static class ExperimentFile
{
    /// <summary>Reads the text of an experiment file, without its byte-order mark.</summary>
    internal static async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no experiment file '{path}'.", path);
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        // Windows programs save so, and every second byte of such a file would be reported as a fault of its own.
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] || bytes.AsSpan().Contains((byte)0))
        {
            throw new ExperimentInvalidException(
                path, [new(1, 1, "the file is not UTF-8 but UTF-16, UTF-32 or no text at all; save it as UTF-8")]);
        }
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException broken)
        {
            var line = 1 + bytes.AsSpan(0, broken.Index).Count((byte)'\n');
            throw new ExperimentInvalidException(path, [new(line, 1, "the line is not valid UTF-8; save the file as UTF-8")], broken);
        }
    }

    /// <exception cref="ExperimentInvalidException">The text has errors: the exception lists them all.</exception>
    public static Experiment Parse(string text, string file, ExperimentFolder folder) => Parse(text, file, folder, new ConfigProblems());

    private static ExperimentProblem? FindTab(string text, YamlException broken)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var indentation = line[..(line.Length - line.TrimStart(" \t").Length)];
            if (indentation.Length < line.Length && indentation.IndexOf('\t') is var tab and >= 0)
            {
                return new ExperimentProblem(
                    number, tab + 1,
                    $"not YAML: the line is indented with a tab; use spaces (the reader stopped in line {broken.End.Line})");
            }
        }
        return null;
    }

    internal static Experiment Parse(
        string text, string file, ExperimentFolder folder, ConfigProblems problems, bool forEvaluation = false)
    {
        ConfigNode root;
        try
        {
            root = ConfigParser.Parse(text);
        }
        catch (YamlException broken)
        {
            // The end is where the parser stopped; the start may be many lines above. It never mentions a tab as the cause.
            var problem = FindTab(text, broken)
                ?? new ExperimentProblem((int)broken.End.Line, (int)broken.End.Column, $"not YAML: {broken.Message}");
            throw new ExperimentInvalidException(file, [problem], broken);
        }
        var experiment = new ExperimentReader(problems, folder, forEvaluation).Read(root);
        return problems.All.Count == 0 ? experiment : throw new ExperimentInvalidException(file, problems.All);
    }
}

/// <summary>An experiment file is not valid. The message has a line <c>file:line:column: message</c> for each error.</summary>
public sealed class ExperimentInvalidException : Exception
{
    internal ExperimentInvalidException(string file, IReadOnlyList<ExperimentProblem> problems, Exception? inner = null)
        : base(string.Join('\n', problems.Select(p => $"{file}:{p.Line}:{p.Column}: {p.Message}")), inner)
    {
        File = file;
        Problems = problems;
    }

    /// <summary>The file, as it was named.</summary>
    public string File { get; }

    /// <summary>All errors, in the file's order.</summary>
    public IReadOnlyList<ExperimentProblem> Problems { get; }
}

/// <summary>The experiments that come with the program.</summary>
/// <param name="folder">Folder of their files; null where there is none.</param>
public sealed class ExperimentLibrary(string? folder)
{
    private const string Extension = ".yaml";

    /// <summary>Those of the clone that the program was built in, else those beside it.</summary>
    public static ExperimentLibrary OfProcess() => new(ProgramFolder.Find("src/experiments", "experiments"));

    /// <summary>Names, in ordinal order.</summary>
    public IReadOnlyList<string> Names => folder is null
        ? []
        : [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal)];

    /// <summary>Path of an experiment's file, or null where there is none of that name.</summary>
    public string? PathOf(string name) => Names.Contains(name) ? Path.Combine(folder!, name + Extension) : null;
}
