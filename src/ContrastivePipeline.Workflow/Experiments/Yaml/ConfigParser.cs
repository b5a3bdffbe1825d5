using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>
/// Reads YAML into nodes that know where they stand. YamlDotNet's own document model stops at the first duplicate key; this one
/// goes on, so that a user sees every error at once.
/// </summary>
internal static class ConfigParser
{
    // An experiment has four levels; text from elsewhere must not exhaust the stack.
    private const int DeepestNode = 32;

    /// <summary>The document's root.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public static ConfigNode Parse(string text)
    {
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out var end))
            return new ConfigScalar((int)end.Start.Line, (int)end.Start.Column, "", Plain: true);
        parser.Consume<DocumentStart>();
        var root = Read(parser, [], 0);
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _)
            ? root
            : throw new YamlException(parser.Current!.Start, parser.Current.Start, "a second document begins here; a file holds one experiment");
    }

    private static ConfigNode Read(Parser parser, Dictionary<AnchorName, ConfigNode> anchors, int depth)
    {
        var current = parser.Current!;
        if (depth > DeepestNode)
            throw new YamlException(current.Start, current.Start, $"nested deeper than {DeepestNode} levels");
        var node = current switch
        {
            Scalar => ReadScalar(parser),
            SequenceStart => ReadSequence(parser, anchors, depth),
            MappingStart => ReadMapping(parser, anchors, depth),
            AnchorAlias alias => ReadAlias(parser, alias, anchors),
            _ => throw new YamlException(current.Start, current.Start, "a value is expected here"),
        };
        if (current is NodeEvent { Anchor.IsEmpty: false } named)
            anchors[named.Anchor] = node;
        return node;
    }

    private static ConfigScalar ReadScalar(Parser parser)
    {
        var scalar = parser.Consume<Scalar>();
        return new ConfigScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private static ConfigSequence ReadSequence(Parser parser, Dictionary<AnchorName, ConfigNode> anchors, int depth)
    {
        var start = parser.Consume<SequenceStart>().Start;
        var items = new List<ConfigNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Read(parser, anchors, depth + 1));
        return new ConfigSequence((int)start.Line, (int)start.Column, items);
    }

    private static ConfigMapping ReadMapping(Parser parser, Dictionary<AnchorName, ConfigNode> anchors, int depth)
    {
        var start = parser.Consume<MappingStart>().Start;
        var entries = new List<ConfigEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
                throw new YamlException(parser.Current!.Start, parser.Current.Start, "a key must be a plain word");
            var key = ReadScalar(parser);
            entries.Add(new ConfigEntry(key, Read(parser, anchors, depth + 1)));
        }
        return new ConfigMapping((int)start.Line, (int)start.Column, entries);
    }

    private static ConfigNode ReadAlias(Parser parser, AnchorAlias alias, Dictionary<AnchorName, ConfigNode> anchors)
    {
        parser.Consume<AnchorAlias>();
        return anchors.TryGetValue(alias.Value, out var node)
            ? node with { Line = (int)alias.Start.Line, Column = (int)alias.Start.Column }
            : throw new YamlException(alias.Start, alias.Start, $"'*{alias.Value}' refers to nothing above");
    }
}
