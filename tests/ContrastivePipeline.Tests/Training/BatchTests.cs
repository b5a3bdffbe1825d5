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

    [Fact]
    public void Pairs_that_share_a_caption_or_an_image_are_kept_apart()
    {
        // 40 captions of 3 images each; every tenth image has a second caption.
        var keys = Enumerable.Range(0, 120).Select(i => (i / 3, i % 10 == 9 ? i - 1 : i)).ToArray();
        var order = new EpochOrder(120, 20, seed: 5, Purpose.PairOrder, "pairs", i => keys[i]);
        var together = new EpochOrder(120, 20, seed: 5, Purpose.PairOrder, "pairs");
        static int Clashes(IEnumerable<int> batch, (int, int)[] keys)
        {
            var items = batch.Select(i => keys[i]).ToArray();
            return 2 * items.Length - items.Select(k => k.Item1).Distinct().Count() - items.Select(k => k.Item2).Distinct().Count();
        }
        for (var epoch = 0; epoch < 5; epoch++)
        {
            Assert.Equal(Enumerable.Range(0, 120), Enumerable.Range(epoch * 6, 6).SelectMany(s => order.At(s)).Order());
            // The last batch takes what is left.
            Assert.All(Enumerable.Range(epoch * 6, 5), s => Assert.Equal(0, Clashes(order.At(s), keys)));
            Assert.Contains(Enumerable.Range(epoch * 6, 5), s => Clashes(together.At(s), keys) > 0);
        }
    }

    [Fact]
    public void Data_that_repeat_one_caption_still_make_whole_epochs()
    {
        var order = new EpochOrder(100, 10, seed: 5, Purpose.PairOrder, "pairs", i => (0, i));
        Assert.Equal(Enumerable.Range(0, 100), Enumerable.Range(0, 10).SelectMany(s => order.At(s)).Order());
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
