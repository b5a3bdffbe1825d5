namespace ContrastivePipeline.Tests.Tokenization;

public sealed class CaptionTextTests
{
    // Expected values are those of Python's html.unescape (twice), regex \s+ and str.lower.
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\n ", "")]
    [InlineData("  A  Dog\u00a0\u3000runs ", "a dog runs")]
    [InlineData("&lt;b&gt; &amp;amp; &quot;", "<b> & \"")]
    [InlineData("&AMP; &copy2024 &notit;", "& ©2024 ¬it;")]
    [InlineData("Tom &amp Jerry &eacute &hearts; &hearts", "tom & jerry é ♥ &hearts")]
    [InlineData("&apos;&rsquo;&lsquo; &nbsp;&ThinSpace;&NewLine;&Tab; &hellip;&mldr; &lbrace;&rcub; &Aacute", "'’‘ …… {} á")]
    [InlineData(
        "&amp;rsquo; &AMP;amp;amp; &CounterClockwiseContourIntegral; &notin; &notinva &fjlig; &NotEqualTilde;", "’ &amp; ∳ ∉ ¬inva fj ≂̸")]
    [InlineData("&#65;&#x42&#x43;", "abc")]
    [InlineData("&#128;&#150;", "€–")]
    [InlineData("&#0;&#xD800;&#99999999999;", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("a&#1;b&#xFFFE;c", "abc")]
    [InlineData("fish & chips &; &unknown; R&D", "fish & chips &; &unknown; r&d")]
    [InlineData("ΟΔΥΣΣΕΥΣ ΣΑΣ. Σ", "οδυσσευς σας. σ")]
    [InlineData("ΑΣ𐐀 ΑΣª 𝒜Σ ⅧΣ ΣΣ", "ασ𐐨 ασª 𝒜ς ⅷς σς")]
    [InlineData("İstanbul", "i\u0307stanbul")]
    [InlineData("ŻÓŁĆ ДОМ 𐐀", "żółć дом 𐐨")]
    public void A_caption_is_cleaned_as_CLIP_does_without_ftfy(string text, string expected) =>
        Assert.Equal(expected, CaptionText.Clean(text, CaptionCleanup.Plain));
}
