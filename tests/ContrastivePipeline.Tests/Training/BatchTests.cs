using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class BatchTests
{
    [Fact]
    public void Texts_sorted_into_groups_have_the_features_of_texts_padded_together()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = TinyTraining.Recipe().Model.Create(3);
        model.eval();
        var texts = TinyTraining.Set(150).Pairs.Select(p => p.Tokens).ToArray();
        var grouped = TextBatch.Of(texts);
        Assert.True(grouped.Groups.Count > 1);
        Assert.True(grouped.Groups[0].Ids.shape[1] < grouped.Groups[^1].Ids.shape[1]);

        var together = model.EncodeText(TokenBatch.Of(texts));
        var joined = grouped.Join([.. grouped.Groups.Select(g => model.EncodeText(g))]);
        Assert.True((together - joined).abs().max().item<float>() < 2e-6f);
    }

    [Fact]
    public void Every_epoch_has_every_pair_once_in_a_new_order()
    {
        var order = new EpochOrder(40, 8, seed: 5, Purpose.PairOrder, "pairs");
        int[] Epoch(int e) => [.. Enumerable.Range(e * 5, 5).SelectMany(s => order.At(s))];
        Assert.Equal(Enumerable.Range(0, 40), Epoch(0).Order());
        Assert.Equal(Enumerable.Range(0, 40), Epoch(1).Order());
        Assert.NotEqual(Epoch(0), Epoch(1));
        // Any step can be drawn without the ones before it.
        Assert.Equal(Epoch(0)[16..24], new EpochOrder(40, 8, seed: 5, Purpose.PairOrder, "pairs").At(2));
    }

    [Theory]
    [InlineData(120, 20, 40)]
    [InlineData(127, 20, 25)]
    [InlineData(100, 10, 3)]
    [InlineData(100, 10, 1)]
    public void Items_of_one_key_share_a_batch_only_where_there_are_more_of_them_than_batches(int count, int batch, int keys)
    {
        var order = new EpochOrder(count, batch, seed: 5, Purpose.TripleOrder, "triples", keyOf: i => (ulong)(i * i % keys));
        var any = new EpochOrder(count, batch, seed: 5, Purpose.TripleOrder, "triples");
        var steps = order.StepsPerEpoch;
        var dropped = new HashSet<int>();
        for (var epoch = 0; epoch < 40; epoch++)
        {
            var batches = Enumerable.Range(epoch * steps, steps).Select(step => order.At(step).ToArray()).ToArray();
            Assert.Equal(batch * steps, batches.SelectMany(b => b).Distinct().Count());
            dropped.UnionWith(Enumerable.Range(0, count).Except(batches.SelectMany(b => b)));
            foreach (var key in batches.SelectMany(b => b).GroupBy(i => i * i % keys))
            {
                // As even as can be.
                Assert.All(batches, b => Assert.InRange(
                    b.Count(i => i * i % keys == key.Key), key.Count() / steps, (key.Count() + steps - 1) / steps));
            }
            // Where nothing is dropped, no order has fewer equal pairs than this.
            if (count % batch == 0)
            {
                var random = Enumerable.Range(epoch * steps, steps).Select(step => any.At(step).ToArray());
                Assert.True(EqualPairs(batches) <= EqualPairs(random));
            }
        }
        // What does not fill a batch is other items each time.
        Assert.Equal(count % batch > 0, dropped.Count > count % batch);
        Assert.Equal(order.At(7), new EpochOrder(count, batch, 5, Purpose.TripleOrder, "triples", keyOf: i => (ulong)(i * i % keys)).At(7));

        int EqualPairs(IEnumerable<int[]> batches) =>
            batches.Sum(b => b.GroupBy(i => i * i % keys).Sum(group => group.Count() * (group.Count() - 1) / 2));
    }

    [Fact]
    public void Triples_have_a_batch_of_their_own_without_equal_positives()
    {
        using var set = TinyTraining.Repeated();
        var positives = set.Triples.Select(t => string.Join(' ', t.Positive)).ToArray();
        Assert.True(positives.Distinct().Count() < positives.Length);
        var order = new EpochOrder(50, 5, 1, Purpose.TripleOrder, "triples", keyOf: i => Randomness.Hash(set.Triples[i].Positive));
        for (var step = 0; step < 30; step++)
            Assert.Equal(5, order.At(step).Select(i => positives[i]).Distinct().Count());
    }

    [Fact]
    public void Random_numbers_are_uniform_and_differ_by_purpose_seed_and_position()
    {
        var random = new Randomness(1, Purpose.Dropout, 0);
        var counts = new int[10];
        for (var i = 0; i < 100_000; i++)
            counts[random.Next(10)]++;
        Assert.All(counts, c => Assert.InRange(c, 9_600, 10_400));
        var firsts = from seed in new long[] { 0, 1, 2 }
                     from purpose in Enum.GetValues<Purpose>()
                     from position in new long[] { 0, 1, 2, 1L << 40 }
                     select new Randomness(seed, purpose, position).Next();
        Assert.Equal(60, firsts.Distinct().Count());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    public void A_shift_moves_pixels_and_repeats_the_border(int shift, int seed)
    {
        const int side = 16;
        var source = new byte[3 * side * side];
        new Random(1).NextBytes(source);
        var target = new byte[source.Length];
        var seen = new HashSet<(int, int)>();
        for (var position = 0; position < 200; position++)
        {
            new ImageAugmentation(shift).Apply(source, target, side, new Randomness(seed, Purpose.Augmentation, position));
            var draw = new Randomness(seed, Purpose.Augmentation, position);
            var (dx, dy) = shift == 0 ? (0, 0) : (draw.Next(2 * shift + 1) - shift, draw.Next(2 * shift + 1) - shift);
            seen.Add((dx, dy));
            for (var i = 0; i < source.Length; i++)
            {
                var (y, x, c) = (i / 3 / side, i / 3 % side, i % 3);
                var from = (Math.Clamp(y + dy, 0, side - 1) * side + Math.Clamp(x + dx, 0, side - 1)) * 3 + c;
                Assert.Equal(source[from], target[i]);
            }
        }
        Assert.True(seen.Count > 2 * shift * shift);
    }

    [Fact]
    public void Zoom_and_tint_stay_within_their_bounds_and_spare_a_plain_image_s_shape()
    {
        const int side = 32;
        var source = Enumerable.Repeat<byte[]>([200, 100, 50], side * side).SelectMany(p => p).ToArray();
        var target = new byte[source.Length];
        new ImageAugmentation(Zoom: 0.3).Apply(source, target, side, new Randomness(1, Purpose.Augmentation, 0));
        Assert.Equal(source, target);
        for (var position = 0; position < 100; position++)
        {
            new ImageAugmentation(Tint: 0.2).Apply(source, target, side, new Randomness(1, Purpose.Augmentation, position));
            Assert.Single(target.Chunk(3).Select(p => (p[0], p[1], p[2])).Distinct());
            Assert.InRange(target[0], 160, 240);
            Assert.InRange(target[1], 80, 120);
            Assert.InRange(target[2], 40, 60);
        }
    }

    [Fact]
    public void A_zoom_keeps_the_centre_and_changes_the_size()
    {
        const int side = 33;
        var source = new byte[3 * side * side];
        // A black disc on white, radius 8.
        for (var i = 0; i < side * side; i++)
            source.AsSpan(i * 3, 3).Fill(Math.Pow(i / side - 16, 2) + Math.Pow(i % side - 16, 2) <= 64 ? (byte)0 : (byte)255);
        var areas = Enumerable.Range(0, 100).Select(position =>
        {
            var target = new byte[source.Length];
            new ImageAugmentation(Zoom: 0.3).Apply(source, target, side, new Randomness(1, Purpose.Augmentation, position));
            Assert.Equal(0, target[(16 * side + 16) * 3]);
            return target.Sum(v => 255 - v) / 765.0;
        }).ToArray();
        var disc = source.Sum(v => 255 - v) / 765.0;
        Assert.InRange(areas.Min() / disc, 0.7 * 0.7 - 0.05, 0.6);
        Assert.InRange(areas.Max() / disc, 1.5, 1.3 * 1.3 + 0.05);
    }

    [Fact]
    public void A_flip_mirrors_half_of_the_images()
    {
        const int side = 4;
        var source = Enumerable.Range(0, 3 * side * side).Select(i => (byte)i).ToArray();
        var mirrored = source.Chunk(3 * side).SelectMany(row => row.Chunk(3).Reverse().SelectMany(p => p)).ToArray();
        var count = 0;
        for (var position = 0; position < 400; position++)
        {
            var target = new byte[source.Length];
            new ImageAugmentation(Flip: true).Apply(source, target, side, new Randomness(1, Purpose.Augmentation, position));
            Assert.True(target.SequenceEqual(source) || target.SequenceEqual(mirrored));
            count += target.SequenceEqual(mirrored) ? 1 : 0;
        }
        Assert.InRange(count, 150, 250);
    }
}
