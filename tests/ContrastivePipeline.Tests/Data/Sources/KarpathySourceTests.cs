using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Tests.Data.Sources;

public sealed class KarpathySourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_sentence_is_a_caption_of_its_image_and_restval_is_trained_on()
    {
        var rows = await ReadAsync("""
            {"images": [
              {"filepath": "val2014", "filename": "1.jpg", "imgid": 0, "split": "test", "sentids": [0, 1],
               "sentences": [{"tokens": ["a", "cat"], "raw": " A  cat.\n", "imgid": 0, "sentid": 0}, {"raw": "Two cats", "sentid": 1}]},
              {"filepath": "train2014", "filename": "2.jpg", "split": "train", "sentences": [{"raw": "A dog"}]},
              {"filename": "3.jpg", "split": "restval", "sentences": [{"raw": "A caf\u00e9"}]},
              {"filename": "4.jpg", "split": "val", "sentences": [{"raw": "A bus"}]}
            ], "dataset": "coco"}
            """);
        Assert.Equal(
            [
                (1, "val2014/1.jpg", "A cat.", "test"), (1, "val2014/1.jpg", "Two cats", "test"), (2, "train2014/2.jpg", "A dog", "train"),
                (3, "3.jpg", "A café", "train"), (4, "4.jpg", "A bus", "val"),
            ],
            rows.Select(row => (row.Row, row.Pair!.MediaId, row.Pair.Caption, row.Pair.Split)));
        Assert.All(rows, row => Assert.Equal(("set.json", row.Pair!.MediaId), (row.Pair.Source, row.Pair.Concept)));
        Assert.Equal(Path.Combine(_folder.Path, "val2014/1.jpg"), rows[0].Pair!.ImagePath);
    }

    [Fact]
    public async Task A_damaged_entry_costs_itself_and_says_where_it_is()
    {
        var rows = await ReadAsync("""
            {"dataset": "x", "more": {"images": [1, {"a": []}]}, "images": [
              {"filename": "1.jpg", "split": "train", "sentences": [{"raw": "good"}, {"raw": 7}, {"tokens": ["a"]}, {"raw": "  "}, "text"]},
              {"split": "train", "sentences": [{"raw": "a"}]},
              {"filename": ["2.jpg"], "split": "train", "sentences": [{"raw": "a"}]},
              {"filename": "../2.jpg", "split": "train", "sentences": [{"raw": "a"}]},
              {"filename": "2.jpg", "filepath": 3, "split": "train", "sentences": [{"raw": "a"}]},
              {"filename": "2.jpg", "split": "holdout", "sentences": [{"raw": "a"}]},
              {"filename": "2.jpg", "sentences": [{"raw": "a"}]},
              {"filename": "2.jpg", "split": "train", "sentences": []},
              {"filename": "2.jpg", "split": "train"},
              "2.jpg", null,
              {"filename": "\ud800.jpg", "split": "train", "sentences": [{"raw": "a"}]},
              {"filename": "3.jpg", "split": "test", "sentences": [{"raw": "also good"}]}
            ]}
            """);
        Assert.Equal(["good", "also good"], rows.Where(row => row.Pair is not null).Select(row => row.Pair!.Caption));
        Assert.Equal(
            [
                (1, "sentences[1].raw", "wrong-type"), (1, "sentences[2].raw", "missing-field"), (1, "sentences[3].raw", "empty-caption"),
                (1, "sentences[4].raw", "missing-field"), (2, "filename", "missing-field"), (3, "filename", "wrong-type"),
                (4, "filename", "path-outside-root"), (5, "filepath", "wrong-type"), (6, "split", "bad-split"),
                (7, "split", "missing-field"),
                (8, "sentences", "missing-field"), (9, "sentences", "missing-field"), (10, "", "wrong-type"), (11, "", "wrong-type"),
                (12, "filename", "invalid-utf8"),
            ],
            rows.Where(row => row.Fault is not null).Select(row => (row.Row, row.Fault!.Column, row.Fault.Reason)));
        Assert.Contains("\"split\": \"holdout\"", rows.Single(row => row.Row == 6).Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"images\": [{\"id\": 1, \"file_name\": \"1.jpg\"}], \"info\": []}", "its images have id, file_name instead of filename")]
    [InlineData("{\"annotations\": [], \"info\": {}}", "it has no list 'images', but has annotations, info")]
    [InlineData("{}", "but is an empty object")]
    [InlineData("{\"images\": []}", "its 'images' are none")]
    [InlineData("{\"images\": {\"1.jpg\": \"a\"}}", "'images' is no list")]
    [InlineData("[{\"filename\": \"1.jpg\"}]", "is a JSON list")]
    [InlineData("image,caption\n", "is no JSON object")]
    [InlineData("<!doctype html>", "is a web page")]
    [InlineData("", "is empty")]
    [InlineData("PK\u0003\u0004", "is a ZIP archive; unpack it")]
    [InlineData("{\"images\": [{\"filename\": \"1.jpg\", \"split\": \"val\", \"sentences\": [{}]}, {\"file", "behind entry 1")]
    [InlineData("{\"images\": [{\"filename\": 'x'}]}", "behind entry 0")]
    public async Task What_is_not_that_layout_is_refused_with_what_it_is(string content, string message)
    {
        var error = await Assert.ThrowsAsync<SourceException>(() => ReadAsync(content));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("set.json", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Entries, names and other properties fall on every place of the reader's buffer of 64 KiB, and one is longer.</summary>
    [Fact]
    public async Task A_long_file_gives_what_it_holds()
    {
        var captions = Enumerable.Range(0, 3_000).Select(i => $"caption {i} x{new string('x', i * 7 % 311)} é").ToArray();
        captions[1_500] = "long " + new string('y', 900);
        var content = JsonSerializer.Serialize(new
        {
            before = captions,
            images = captions.Select((caption, i) => new
            {
                tokens = i == 1_500 ? new string('z', 300_000) : "",
                filename = $"{i}.jpg",
                split = "train",
                sentences = new[] { new { raw = caption } },
            }),
            after = captions,
        });
        var rows = await ReadAsync(content);
        Assert.Equal(captions, rows.Select(row => row.Pair!.Caption));
        Assert.Equal(Enumerable.Range(1, 3_000).Select(i => (long)i), rows.Select(row => row.Row));
    }

    [Fact]
    public async Task An_entry_beyond_the_limit_is_refused()
    {
        var content = $$"""{"images": [{"filename": "{{new string('a', JsonArrayReader.MaxElement)}}"}]}""";
        var error = await Assert.ThrowsAsync<SourceException>(() => ReadAsync(content));
        Assert.Contains("longer than 16 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snapshot_changes_with_file_and_images_and_not_with_their_place()
    {
        const string json = """{"images": [{"filename": "1.png", "split": "train", "sentences": [{"raw": "a"}]}]}""";
        _folder.Write("images/1.png", PngMaker.Solid(8, 8, 1, 2, 3));
        var source = new KarpathySourceSpec(_folder.Write("set.json", json), Path.Combine(_folder.Path, "images"));
        var before = await source.SnapshotAsync(Ct);
        Assert.StartsWith("karpathy:", before, StringComparison.Ordinal);
        _folder.Write("moved/1.png", PngMaker.Solid(8, 8, 1, 2, 3));
        Assert.Equal(before, await (source with { ImageRoot = Path.Combine(_folder.Path, "moved") }).SnapshotAsync(Ct));
        _folder.Write("images/1.png", PngMaker.Solid(8, 8, 1, 2, 4));
        Assert.NotEqual(before, await source.SnapshotAsync(Ct));
        _folder.Write("images/1.png", PngMaker.Solid(8, 8, 1, 2, 3));
        _folder.Write("set.json", json.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
        Assert.NotEqual(before, await source.SnapshotAsync(Ct));
    }

    [Fact]
    public async Task A_confined_source_reads_nothing_outside()
    {
        const string json = """
            {"images": [{"filename": "../secret.png", "split": "train", "sentences": [{"raw": "a"}]},
                        {"filename": "link.png", "split": "train", "sentences": [{"raw": "b"}]}]}
            """;
        var secret = _folder.Write("secret.png", PngMaker.Solid(8, 8, 1, 2, 3));
        var file = _folder.Write("data/set.json", json);
        var data = Path.GetDirectoryName(file)!;
        File.CreateSymbolicLink(Path.Combine(data, "link.png"), secret);
        var confined = new KarpathySourceSpec(file, ConfinedTo: data);
        var before = await confined.SnapshotAsync(Ct);
        _folder.Write("secret.png", PngMaker.Solid(8, 8, 9, 9, 9));
        Assert.Equal(before, await confined.SnapshotAsync(Ct));
        var rows = await confined.ReadAsync(Ct).ToListAsync(Ct);
        Assert.Equal("path-outside-root", rows[0].Fault!.Reason);
        Assert.Equal(data, rows[1].Pair!.ConfinedTo);

        var outside = _folder.Write("outside.json", json);
        File.CreateSymbolicLink(Path.Combine(data, "hop.json"), outside);
        foreach (var spec in new[] { confined with { Path = Path.Combine(data, "hop.json") }, confined with { ImageRoot = _folder.Path } })
        {
            var error = await Assert.ThrowsAsync<SourceException>(() => spec.ReadAsync(Ct).ToListAsync(Ct).AsTask());
            Assert.Contains("a link leads out of it", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.Path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Real_Flickr8k_gives_five_captions_an_image()
    {
        var path = Shared.Require("data/flickr8k/dataset_flickr8k.json");
        var source = new KarpathySourceSpec(path, Path.Combine(Path.GetDirectoryName(path)!, "images"));
        var pairs = await source.ReadAsync(Ct).Select(row => row.Pair!).ToListAsync(Ct);
        Assert.Equal(3_500, pairs.Count);
        Assert.All(pairs.GroupBy(pair => pair.MediaId), image => Assert.Equal(5, image.Count()));
        Assert.Equal(
            [("train", 3_000), ("val", 500)],
            pairs.GroupBy(pair => pair.Split!).Select(split => (split.Key, split.Count())).OrderBy(split => split.Key));
        Assert.All(pairs, pair => Assert.True(File.Exists(pair.ImagePath)));
        Assert.Equal("A paraglider soars near a cliff and over a body of water .", pairs[0].Caption);
    }

    private async Task<List<PairRow>> ReadAsync(string content) => await new KarpathySourceSpec(
        _folder.Write("set.json", Encoding.UTF8.GetBytes(content))).ReadAsync(Ct).ToListAsync(Ct);
}
