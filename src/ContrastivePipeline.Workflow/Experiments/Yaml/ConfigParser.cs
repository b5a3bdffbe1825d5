using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ContrastivePipeline.Workflow.Experiments.Yaml;

/// <summary>Reads YAML into nodes that know where they stand. YamlDotNet's own document model stops at the first duplicate key; this one
/// continues, so that a user sees every error at once.</summary>
internal static class ConfigParser
{
    // An experiment has four levels; text from elsewhere must not exhaust the stack.
    private const int DeepestNode = 32;

    private const string CoreTags = "tag:yaml.org,2002:";

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
            : throw new YamlException(
                parser.Current!.Start, parser.Current.Start, "a second document begins here; a file holds one experiment");
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
        var isText = scalar.Style != ScalarStyle.Plain;
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
        {
            isText = CoreTagOf(scalar) switch
            {
                "str" => true,
                "int" or "float" or "bool" or "null" => false,
                _ => throw UnknownTag(scalar),
            };
        }
        return new ConfigScalar((int)scalar.Start.Line, (int)scalar.Start.Column, scalar.Value, Plain: !isText);
    }

    private static string CoreTagOf(NodeEvent node) =>
        node.Tag.Value is var tag && tag.StartsWith(CoreTags, StringComparison.Ordinal) ? tag[CoreTags.Length..] : "";

    private static YamlException UnknownTag(NodeEvent node) =>
        new(node.Start, node.Start, $"the tag '{node.Tag.Value}' has no meaning in an experiment file; remove it");

    private static ConfigSequence ReadSequence(Parser parser, Dictionary<AnchorName, ConfigNode> anchors, int depth)
    {
        var begin = parser.Consume<SequenceStart>();
        if (!begin.Tag.IsEmpty && CoreTagOf(begin) != "seq")
            throw UnknownTag(begin);
        var start = begin.Start;
        var items = new List<ConfigNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Read(parser, anchors, depth + 1));
        return new ConfigSequence((int)start.Line, (int)start.Column, items);
    }

    private static ConfigMapping ReadMapping(Parser parser, Dictionary<AnchorName, ConfigNode> anchors, int depth)
    {
        var begin = parser.Consume<MappingStart>();
        if (!begin.Tag.IsEmpty && CoreTagOf(begin) != "map")
            throw UnknownTag(begin);
        var start = begin.Start;
        var entries = new List<ConfigEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
                throw new YamlException(parser.Current!.Start, parser.Current.Start, "a key must be a plain word");
            var at = parser.Current.Start;
            var key = ReadScalar(parser);
            if (key is { Plain: true, Text: "<<" })
                throw new YamlException(at, at, "merge keys (<<) are not supported: write the keys out, or use *name for a whole value");
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
