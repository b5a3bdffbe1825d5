namespace ContrastivePipeline.Tests.Tokenization;

/// <summary>Expected values were printed by CLIP's own clean-up in Python: ftfy 6.3.1 (commit 74dd045), <c>html.unescape</c> twice,
/// white space, <c>str.lower</c>.</summary>
public sealed class ClipCleanupTests
{
    private const string Letters =
        "ab zé ïÃÂâ€™œ¬ÃðŸ\u0090…“”ﬁＡｶ\uFF9E" +
        "\u0301\u0323\u1112\u1161\u11AB&;#38amplt\u0085\u001B[m\uFEFF\uFFFDĂĐ©√вЂГ\U0001F436";

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [InlineData("a dog runs", "a dog runs")]
    [InlineData("café à la carte, £5 – © 2010", "café à la carte, £5 – © 2010")]
    [InlineData("CAFÉ™ É® Å", "café™ é® å")]
    [InlineData("MÜLLER… Öl", "müller… öl")]
    [InlineData("η γάτα ΚΑΙ", "η γάτα και")]
    [InlineData("собака и кот", "собака и кот")]
    [InlineData("\u6771\u4EAC\u306E\u72AC", "\u6771\u4EAC\u306E\u72AC")]
    [InlineData("« ça va ? » été…»", "« ça va ? » été…»")]
    [InlineData("20°C, 5µm ± ½", "20°c, 5µm ± ½")]
    [InlineData("å, Ã o", "å, ã o")]
    [InlineData("naïve coöp ß", "naïve coöp ß")]
    [InlineData("( ô_Ó )", "( ô_ó )")]
    public void Plain_texts_and_other_scripts_stay_as_they_are(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("‘it’s‛ “A” „‟ \u02BC", "'it's' \"a\" \"\" '")]
    [InlineData("o\uFB03ce \uFB01le \uFB06 ĳs ŉ ǆ \uFB05", "office file st ijs 'n dž ſt")]
    [InlineData("\uFF21\uFF42\uFF13\uFF01\uFF5E\u3000\uFF5F\uFF60", "ab3!~ \u2985\u2986")]
    [InlineData("\uFF76\uFF9E\uFF70\uFF99 \uFF8A\uFF9F \uFF61\uFF62", "\u30AC\u30FC\u30EB \u30D1 \u3002\u300C")]
    [InlineData("\uFFA1\uFFC2 \uFFE0\uFFE3\uFFE6\uFFEE", "\uAC00 ¢ \u0304\u20A9\u25CB")]
    [InlineData("a\r\nb\rc\u2028d\u2029e\u0085f", "a b c d e…f")]
    public void Quotes_ligatures_widths_and_line_breaks_become_the_usual_ones(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("cafe\u0301 A\u030A\u0301 q\u0323\u0307", "café ǻ q\u0323\u0307")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\u212B \u2126 \u1E9B\u0323 \uF900", "å ω \u1E9B\u0323 \u8C48")]
    [InlineData("\u0915\u093C \u0958 \u05D0\u05B7", "\u0915\u093C \u0915\u093C \u05D0\u05B7")]
    [InlineData("a\u0315\u0300\u05AEb", "à\u05AE\u0315b")]
    public void Accents_and_hangul_are_composed(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("\u001B[36;44mblue\u001B[0m sky", "blue sky")]
    [InlineData("a\u0000b\u0007c\u001Fd\u007Fe", "abcde")]
    [InlineData("\uFEFFstart \uFFFCmid\u206A \uFFF9x\uFFFB", "start mid x")]
    [InlineData("a\u200Bb\u200Dc\u00ADd", "a\u200Bb\u200Dc\u00ADd")]
    [InlineData("\u001B[3\u0000m", "[3m")]
    public void Control_characters_and_terminal_colours_go(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("&lt;b&gt; &eacute; &EACUTE; &NTILDE; &nTILDE;", "<b> é é ñ &ntilde;")]
    [InlineData("STRA&SZLIG;E &GTimes; &LTIMES; &IMATH;", "strasse >imes; <imes; i")]
    [InlineData("&amp;amp;amp;amp;amp; &#38;#38;#38;#38;#97;", "& a")]
    [InlineData("<b>&amp;amp;amp;lt;</b>", "<b>&amp;lt;</b>")]
    [InlineData("x &amp;amp;amp;rsquo;\n<i> &amp;amp;amp;rsquo;\n&amp;amp;amp;rsquo;", "x ' <i> &amp;rsquo; &amp;rsquo;")]
    [InlineData("this&not that &rsquo; &copy2024", "this¬ that ' ©2024")]
    [InlineData("&#x2019; &#146; &#xZZ; &#12a;", "' ' &#xzz; a;")]
    public void Entities_with_a_semicolon_are_decoded_unless_a_tag_came_before(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("naÃ¯ve art", "naïve art")]
    [InlineData("itâ€™s â€œgoodâ€\u009D â€“ reallyâ€¦", "it's \"good\" – really…")]
    [InlineData("dÃƒÂ©jÃƒÂ\u00A0 vu", "déjà vu")]
    [InlineData("lâ€™amour – ok", "l'amour – ok")]
    [InlineData("â€œquotedâ€\uFFFD", "\"quoted\uFFFD")]
    [InlineData("voilÃ le travail", "voilà le travail")]
    [InlineData("Ã la mode", "à la mode")]
    [InlineData("dog.Â The cat", "dog. the cat")]
    [InlineData("50Â° and Â£5", "50° and £5")]
    [InlineData("ðŸ\u0090¶ dog â\u009D¤", "\U0001F436 dog \u2764")]
    [InlineData("Ñ\u0081Ð¾Ð±Ð°ÐºÐ°", "собака")]
    [InlineData("çŠ¬ã\u0081¨çŒ«", "\u72AC\u3068\u732B")]
    [InlineData("ÎºÏŒÏƒÎ¼Îµ", "κόσμε")]
    [InlineData("Ù…Ø±Ø\u00ADØ¨Ø§", "\u0645\u0631\u062D\u0628\u0627")]
    [InlineData("cafÃ© \u4E2D\u6587 itâ€™s", "café \u4E2D\u6587 it's")]
    [InlineData("a \u0093quote\u0094 \u0085 \u0096", "a \"quote\" … –")]
    [InlineData("ï»¿Title", "title")]
    [InlineData("Ã?berall CAFÃ\u2030", "\uFFFDberall café")]
    [InlineData("ï¿½", "\uFFFD")]
    public void Mojibake_of_Windows_1252_and_Latin_1_is_repaired(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [InlineData("itвЂ™s cafГ© вЂ“ ok", "it's café – ok")]
    [InlineData("itâ€™s cafĂ© â€“ ok", "it's café – ok")]
    [InlineData("itβ€™s cafΓ© β€“ ok", "it's café – ok")]
    [InlineData("itâ€™s ğŸ\u02DC€", "it's \U0001F600")]
    [InlineData("itā€™s cafĆ© ā€“ ok", "it's café – ok")]
    [InlineData("cafĂŠ â\u0080\u0093 ok", "café – ok")]
    [InlineData("СЃРѕР±Р°РєР°", "собака")]
    public void Mojibake_of_other_character_sets_is_repaired(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Clip));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_repaired_text_is_not_repaired_again(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Letters[random.Next(Letters.Length)]));
            string repaired = TextRepair.Repair(text);
            Assert.Equal(repaired, TextRepair.Repair(repaired));
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character() =>
        Assert.Equal("a\uFFFDb\uFFFD\U0001F436", CaptionText.Clean("a\uD83Db\uDC36\uD83D\uDC36", CaptionCleanup.Clip));

    [Fact]
    public void A_tokenizer_gives_one_text_to_CLIP_the_same_ids_and_keeps_them_apart_without_the_repairs()
    {
        var vocabulary = BytePairTrainer.Train(["it's a naïve cat"], 540, CaptionCleanup.Clip, TestContext.Current.CancellationToken);
        var (clip, plain) = (new BytePairTokenizer(vocabulary, CaptionCleanup.Clip), new BytePairTokenizer(vocabulary));
        Assert.Equal(clip.Encode("it's a naïve cat", 77), clip.Encode("it’s a naÃ¯ve ｃａｔ", 77));
        Assert.Equal(clip.Encode("it's a naïve cat", 77), plain.Encode("it's a naïve cat", 77));
        Assert.NotEqual(plain.Encode("it's a cat", 77), plain.Encode("it’s a cat", 77));
    }

    [Fact]
    public void A_vocabulary_is_trained_on_what_its_clean_up_leaves()
    {
        string[] curly = ["it’s", "it’s"], straight = ["it's", "it's"];
        Assert.Equal(Train(straight, CaptionCleanup.Plain), Train(curly, CaptionCleanup.Clip));
        Assert.NotEqual(Train(straight, CaptionCleanup.Plain), Train(curly, CaptionCleanup.Plain));

        static string Train(string[] captions, CaptionCleanup cleanup) =>
            BytePairTrainer.Train(captions, 600, cleanup, TestContext.Current.CancellationToken).Fingerprint;
    }
}
