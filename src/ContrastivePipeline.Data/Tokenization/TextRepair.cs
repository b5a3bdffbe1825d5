using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using ADRaffy.ENSNormalize;

namespace ContrastivePipeline.Data.Tokenization;

/// <summary>What the Python package ftfy 6.3.1 does to a text by default, and so CLIP's tokenizer before anything else: entities are
/// decoded unless a <c>&lt;</c> came before, text that was decoded with the wrong encoding is repaired (<see cref="Mojibake"/>), ligatures
/// are taken apart, widths and line breaks become the usual ones, quotes straight, control characters and terminal colours go, and accents
/// are composed (NFC). The steps are repeated until nothing changes, line by line.</summary>
internal static partial class TextRepair
{
    // No step changes a text of these alone.
    private static readonly SearchValues<char> Untouched =
        SearchValues.Create([.. Enumerable.Range(' ', 95).Select(code => (char)code).Where(c => c != '&'), '\t', '\n', '\f']);

    private static readonly FrozenDictionary<char, string> Substitutes = MakeSubstitutes().ToFrozenDictionary();

    public static string Repair(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Untouched))
            return text;
        var repaired = new StringBuilder(text.Length);
        bool entities = true;
        for (int start = 0, end; start < text.Length; start = end)
        {
            int feed = text.IndexOf('\n', start);
            end = feed < 0 ? text.Length : feed + 1;
            string line = text[start..end];
            // A text with a tag is taken for HTML, whose entities stay, in the lines that follow too.
            entities &= !line.Contains('<');
            repaired.Append(RepairLine(line, entities));
        }

        return repaired.ToString();
    }

    private static string RepairLine(string text, bool entities)
    {
        string before;
        do
        {
            before = text;
            text = Mojibake.Repair(entities ? HtmlEntities.DecodeClosed(text) : text);
            text = Compose(Unprinted().Replace(Substitute(text), ""));
        }
        while (text != before);
        return text;
    }

    private static string Substitute(string text)
    {
        var substituted = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                substituted.Append(text[i++]).Append(text[i]);
            else if (char.IsSurrogate(text[i]))
                substituted.Append('\uFFFD');
            else if (Substitutes.TryGetValue(text[i], out string? other))
                substituted.Append(text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? "" : other);
            else
                substituted.Append(text[i]);
        }

        return substituted.ToString();
    }

    // The framework's string.Normalize changes nothing in programs with InvariantGlobalization, which ours are.
    private static string Compose(string text) =>
        text.AsSpan().ContainsAnyInRange('\u0300', '\uFFFF') ? ENSNormalize.NF.NFC(text) : text;

    // Terminal colours; control characters but white space; deprecated formatting, annotations, the object mark and the byte-order mark.
    [GeneratedRegex("\e\\[[0-9;]*[a-zA-Z]|[\0-\b\v\u000E-\u001F\u007F\u206A-\u206F\uFEFF\uFFF9-\uFFFC]")]
    private static partial Regex Unprinted();

    private static Dictionary<char, string> MakeSubstitutes()
    {
        var substitutes = new Dictionary<char, string>
        {
            ['\u02BC'] = "'",
            ['\u3000'] = " ",
            ['\uFFE3'] = " \u0304",
            ['\r'] = "\n",
            ['\u2028'] = "\n",
            ['\u2029'] = "\n",
        };
        const string Ligatures = "ĲIJ ĳij ŉ'n ǱDZ ǲDz ǳdz ǄDŽ ǅDž ǆdž ǇLJ ǈLj ǉlj ǊNJ ǋNj ǌnj ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅſt ﬆst";
        foreach (string ligature in Ligatures.Split(' '))
            substitutes[ligature[0]] = ligature[1..];
        Put('\u2018', "''''\"\"\"\"");
        Put('\uFF01', [.. Enumerable.Range('!', 94).Select(code => (char)code)]);
        Put('\uFF5F', "⦅⦆。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ");
        Put('\uFF80', "タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A");
        Put('\uFFA0', "\u1160\u1100\u1101\u11AA\u1102\u11AC\u11AD\u1103\u1104\u1105\u11B0\u11B1\u11B2\u11B3\u11B4\u11B5");
        Put('\uFFB0', "\u111A\u1106\u1107\u1108\u1121\u1109\u110A\u110B\u110C\u110D\u110E\u110F\u1110\u1111\u1112");
        Put('\uFFC2', "\u1161\u1162\u1163\u1164\u1165\u1166");
        Put('\uFFCA', "\u1167\u1168\u1169\u116A\u116B\u116C");
        Put('\uFFD2', "\u116D\u116E\u116F\u1170\u1171\u1172");
        Put('\uFFDA', "\u1173\u1174\u1175");
        Put('\uFFE0', "¢£¬");
        Put('\uFFE4', "¦¥₩");
        Put('\uFFE8', "│←↑→↓■○");
        return substitutes;

        void Put(char first, ReadOnlySpan<char> others)
        {
            foreach (char other in others)
                substitutes[first++] = other.ToString();
        }
    }
}
