using System.IO.Compression;
using System.Text;

namespace ContrastivePipeline.Tests.Tokenization;

public sealed class BytePairVocabularyTests
{
    [Theory]
    [InlineData("#version: 0.2\na b\nab c d\n", "line 3")]
    [InlineData("a b\nxy z\n", "'xy' is neither a byte symbol nor made by an earlier merge")]
    [InlineData("a b\nb c\nab c\na bc\n", "line 4: 'a bc' makes a symbol that exists already")]
    [InlineData("<html>", "line 1")]
    public void A_file_that_is_none_is_refused_with_its_line(string text, string expected)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(text)));
        Assert.Contains(expected, error.Message);
        Assert.Contains("merges.txt", error.Message);
    }

    [Fact]
    public void Too_few_merges_for_the_size_are_reported()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read("a b\n"u8.ToArray(), BytePairVocabulary.ClipSize));
        Assert.Contains("has 1 merges, too few for a vocabulary of 49408 ids", error.Message);
    }

    [Fact]
    public void More_merges_than_the_size_needs_are_left_out() =>
        Assert.Equal(515, Read("a b\nab c\n"u8.ToArray(), 515).Size);

    [Fact]
    public void A_gzipped_file_reads_as_the_plain_one() =>
        Assert.Equal(Read("a b\n"u8.ToArray()).Fingerprint, Read(Zip("a b\n"u8.ToArray())).Fingerprint);

    [Fact]
    public void A_truncated_gzip_is_reported()
    {
        byte[] zipped = Zip(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"{(char)('a' + i % 26)} b\n"))));
        Assert.ThrowsAny<InvalidDataException>(() => Read([.. zipped.AsSpan(0, 12), 1, 2, 3, 4]));
    }

    [Fact]
    public void Invalid_UTF8_is_reported()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read([0x61, 0x20, 0xFF, 0xFE, 0x0A]));
        Assert.Contains("not UTF-8", error.Message);
    }

    private static BytePairVocabulary Read(byte[] bytes, int? size = null) =>
        BytePairVocabulary.Read(new MemoryStream(bytes), "merges.txt", size);

    private static byte[] Zip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
            zip.Write(bytes);
        return target.ToArray();
    }
}
