namespace ContrastivePipeline.Tests.Data.Sources;

/// <summary>The emoji source against the packages that <c>infra/local</c> pins.</summary>
public sealed partial class EmojiSourceTests(AzuriteFixture azurite)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_concept_is_offered_once_a_vendor()
    {
        var pairs = await PairsAsync();
        Assert.Equal(1_906 * 3, pairs.Count);
        Assert.Equal(pairs.Count, pairs.Select(pair => pair.MediaId).Distinct().Count());
        Assert.Equal(5_664, pairs.Count(pair => File.Exists(pair.ImagePath)));
    }

    [Fact]
    public async Task Captions_belong_to_concepts_and_tell_them_apart()
    {
        var captions = (await PairsAsync()).GroupBy(pair => pair.Concept).ToDictionary(
            concept => concept.Key, concept => Assert.Single(concept.Select(pair => pair.Caption).Distinct()));
        Assert.Equal(captions.Count, captions.Values.Distinct().Count());
        Assert.All(captions.Values, caption => Assert.DoesNotContain("  ", caption, StringComparison.Ordinal));
        Assert.Equal("dog face: adorbs, animal, pet, puppies, puppy", captions["1f436"]);
        Assert.Equal("flag of Argentina", captions["1f1e6-1f1f7"]);
        Assert.Equal("family: man, man, girl, boy: adult, bro", captions["1f468-200d-1f468-200d-1f467-200d-1f466"]);
        Assert.Equal("red heart: emotion, love", captions["2764-fe0f"]);
    }

    [Fact]
    public async Task Splits_keep_unseen_concepts_out_of_training()
    {
        var pairs = await PairsAsync();
        var concepts = pairs.ToLookup(pair => pair.Split, pair => pair.Concept);
        Assert.Empty(concepts[Splits.Unseen].Intersect(concepts[Splits.Train]));
        Assert.Empty(concepts[Splits.Unseen].Intersect(concepts[Splits.Seen]));
        Assert.Empty(concepts[Splits.Seen].Except(concepts[Splits.Train]));
        Assert.Equal(concepts[Splits.Seen].Count(), concepts[Splits.Seen].Distinct().Count());
        Assert.InRange(concepts[Splits.Unseen].Distinct().Count(), 1_906 * 0.08, 1_906 * 0.12);
        Assert.InRange(concepts[Splits.Seen].Count(), 340, 420);
    }

    /// <summary>What a twin is, is written here a second time. The counts by the concept alone are those of a program in Python.</summary>
    [Fact]
    public async Task No_unseen_concept_has_a_twin_that_training_sees()
    {
        var concepts = await EmojiCatalog.ReadAsync((await SourceAsync()).PackagesFolder, Ct);
        var drawings = (await PairsAsync()).Where(pair => File.Exists(pair.ImagePath)).Select(pair =>
            (Key: Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(pair.ImagePath))), pair.Concept));
        (string Key, string Concept)[][] rules =
        [
            [.. concepts.Select(concept => (GenderOrTone().Replace(concept.Id + '-', ""), concept.Id))],
            [.. concepts.Where(concept => concept.Keywords.Count > 0).Select(concept => (string.Join(',', concept.Keywords), concept.Id))],
            [.. drawings],
        ];

        var unseen = concepts.Where(concept => concept.IsUnseen).Select(concept => concept.Id).ToHashSet();
        Assert.Equal(182, unseen.Count);
        Assert.Equal([0, 0, 0], rules.Select(rule => Twins(unseen, rule)));
        var alone = concepts.Where(concept => (concept with { Family = concept.Id }).IsUnseen).Select(concept => concept.Id).ToHashSet();
        Assert.Equal(176, alone.Count);
        Assert.Equal([38, 47, 2], rules.Select(rule => Twins(alone, rule)));

        static int Twins(HashSet<string> held, (string Key, string Concept)[] rule) => rule.GroupBy(entry => entry.Key)
            .Where(twins => twins.Any(twin => !held.Contains(twin.Concept)))
            .SelectMany(twins => twins).Where(twin => held.Contains(twin.Concept)).Distinct().Count();
    }

    [Theory]
    [InlineData("1f468-200d-1f373", "1f469-200d-1f373")]
    [InlineData("1f3c3", "1f3c3-200d-2642-fe0f")]
    [InlineData("1f1e7-1f1fb", "1f1f3-1f1f4")]
    [InlineData("1f534", "1f535")]
    public async Task Twins_are_of_one_family_and_a_family_is_named_by_its_least_id(string one, string other)
    {
        var concepts = await EmojiCatalog.ReadAsync((await SourceAsync()).PackagesFolder, Ct);
        var families = concepts.ToLookup(concept => concept.Family, concept => concept.Id);
        var family = Assert.Single(families, family => family.Contains(one));
        Assert.Contains(other, family);
        Assert.Equal(family.Min(StringComparer.Ordinal), family.Key);
        Assert.InRange(families.Count, 1_500, 1_560);
    }

    [System.Text.RegularExpressions.GeneratedRegex("(1f468|1f469|1f9d1|2640|2642|200d|fe0f|1f3f[b-f])-")]
    private static partial System.Text.RegularExpressions.Regex GenderOrTone();

    /// <summary>A changed split would make every earlier result incomparable: SHA-256 of all (media, split), computed in Python.</summary>
    [Fact]
    public async Task Splits_never_move()
    {
        var lines = (await PairsAsync()).Select(pair => $"{pair.MediaId} {pair.Split}\n").Order(StringComparer.Ordinal);
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines)));
        Assert.Equal("64c188a578d79239015c5baf71fb7f98f7c20cc62b7293be4eadd1e6fdfb17ac", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public async Task Every_media_item_has_a_category_and_many_have_a_kind()
    {
        var sets = (await (await SourceAsync()).ReadExtrasAsync(Ct)).LabelSets.ToDictionary(set => set.Name, set => set.Classes);
        var pairs = await PairsAsync();
        Assert.Equal(9, sets["category"].Count);
        Assert.All(pairs, pair => Assert.Single(pair.Labels, label => label.LabelSet == "category"));
        foreach (var (set, classes) in sets)
        {
            var used = pairs.SelectMany(pair => pair.Labels).Where(label => label.LabelSet == set).Select(label => label.Label);
            Assert.Equal(Enumerable.Range(0, classes.Count), used.Distinct().Order());
        }

        string KindOf(string concept) => sets["kind"][Assert.Single(
            pairs.First(pair => pair.Concept == concept).Labels, label => label.LabelSet == "kind").Label];
        Assert.Equal("animal", KindOf("1f992"));
        Assert.Equal("flag", KindOf("1f1e6-1f1f7"));
        Assert.Equal("vehicle", KindOf("1f6b2"));
        Assert.Equal("face", KindOf("1f600"));
        Assert.DoesNotContain(pairs.First(pair => pair.Concept == "26fd").Labels, label => label.LabelSet == "kind");
    }

    [Fact]
    public async Task Triples_say_nothing_about_unseen_concepts()
    {
        var concepts = await EmojiCatalog.ReadAsync((await SourceAsync()).PackagesFolder, Ct);
        var unseen = concepts.Where(concept => concept.IsUnseen).Select(concept => concept.Name).ToHashSet();
        var bySubgroup = concepts.ToDictionary(concept => concept.Name, concept => concept.Subcategory);
        var triples = (await (await SourceAsync()).ReadExtrasAsync(Ct)).Triples;
        Assert.InRange(triples.Count, 1_500, 1_716);
        Assert.All(triples, triple =>
        {
            Assert.DoesNotContain(triple.Anchor, unseen);
            Assert.DoesNotContain(triple.Negative, unseen);
            Assert.NotEqual(triple.Anchor, triple.Negative);
            Assert.Equal(bySubgroup[triple.Anchor], bySubgroup[triple.Negative]);
            Assert.NotEmpty(triple.Positive);
        });
    }

    [Fact]
    public async Task The_snapshot_is_stable()
    {
        var source = await SourceAsync();
        Assert.Equal(await source.SnapshotAsync(Ct), await source.SnapshotAsync(Ct));
    }

    [Fact]
    public async Task A_missing_package_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("contrastive-tests-").FullName;
        var error = await Assert.ThrowsAsync<SourceException>(() => new EmojiSourceSpec(folder).SnapshotAsync(Ct));
        Assert.Contains("emoji-datasource-google", error.Message, StringComparison.Ordinal);
        Assert.Contains("npm ci", error.Message, StringComparison.Ordinal);
        Directory.Delete(folder);
    }

    private async Task<EmojiSourceSpec> SourceAsync()
    {
        await azurite.RequirePackagesAsync();
        return new EmojiSourceSpec(await LocalPackages.EnsureInstalledAsync(LocalPackages.FindFolder(), cancellationToken: Ct));
    }

    private async Task<List<SourcePair>> PairsAsync()
    {
        var pairs = new List<SourcePair>();
        await foreach (var row in (await SourceAsync()).ReadAsync(Ct))
        {
            pairs.Add(Assert.IsType<SourcePair>(row.Pair));
        }

        return pairs;
    }
}
