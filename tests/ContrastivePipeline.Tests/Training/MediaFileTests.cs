using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class MediaFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<bool, int> Kinds => new() { { false, 0 }, { false, 3 }, { true, 0 }, { true, 3 } };

    private static byte[] Encode(byte[] square) =>
        ImageEncoder.Encode(new RgbImage(TinyTraining.Side, TinyTraining.Side, square), ImageEncoder.Png);

    /// <summary>The same set, its images in a file.</summary>
    private TrainingSet OnDisk(TrainingSet set) => Encoded(set, new MediaFile(_folder.Path, new ImageInput(TinyTraining.Side)));

    private static TrainingSet Encoded(TrainingSet set, EncodedMedia images)
    {
        for (var i = 0; i < set.Media.Count; i++)
            images.Add($"image/{i} ä", Encode(set.Media[i]));
        images.Complete();
        return new TrainingSet(images, set.Pairs, set.Triples);
    }

    [Fact]
    public void Images_encoded_in_memory_are_those_that_were_added_whatever_their_length()
    {
        var set = TinyTraining.Set(12);
        using var memory = new MediaMemory(new ImageInput(TinyTraining.Side));
        // PNG readers pass over what follows the end: the padded ones fill blocks, one of them more than one.
        var paddings = new[] { 0, 9_000_000, 0, 9_000_000, 20_000_000, 0, 0, 9_000_000, 0, 16_777_216, 1, 0 };
        for (var i = 0; i < paddings.Length; i++)
            memory.Add($"image/{i}", [.. Encode(set.Media[i]), .. new byte[paddings[i]]]);
        memory.Complete();
        for (var i = 0; i < paddings.Length; i++)
            Assert.Equal(set.Media[i], memory[i]);
        Assert.True(memory.Length > paddings.Sum(p => (long)p));
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batches_from_a_file_are_those_from_memory(bool inModal, int workers)
    {
        var recipe = TinyTraining.Recipe(TinyTraining.Weights(ln: 1, inModal: inModal)) with
        {
            Augmentation = new ImageAugmentation(Shift: 3, Flip: true, Zoom: 0.2, Tint: 0.3),
        };
        var set = TinyTraining.Set();
        using var stored = OnDisk(set);
        using var memory = new BatchSource(set, recipe);
        using var file = new BatchSource(stored, recipe, workers);
        // Three epochs, then back and on from elsewhere, as a resumed training does.
        foreach (var step in Enumerable.Range(0, 3 * memory.StepsPerEpoch).Concat([2, 3, 40, 41, 42, 43]))
        {
            using var scope = NewDisposeScope();
            Assert.Equal(Bytes(memory.At(step)), Bytes(file.At(step)));
        }
    }

    private static string Bytes(Batch batch)
    {
        Tensor[] tensors = [
            batch.Media!, batch.SecondMedia ?? batch.Media!, .. batch.Captions.Groups.Select(g => g.Ids), .. batch.Triples!.Groups.Select(g => g.Ids),
        ];
        return Convert.ToHexString(WeightFiles.Write(tensors.Select((t, i) => (t, i)).ToDictionary(p => $"{p.i}", p => p.t)));
    }

    [Fact]
    public void Training_from_a_file_ends_with_the_weights_of_training_from_memory()
    {
        var (recipe, set) = (TinyTraining.Recipe(), TinyTraining.Set());
        using var stored = OnDisk(set);
        using var state = new TrainingState(recipe);
        using var batches = new BatchSource(stored, recipe, workers: 2);
        foreach (var _ in new Trainer(state).Run(batches, 12))
        {
        }
        Assert.True(TinyTraining.Train(recipe, set, 12).AsSpan().SequenceEqual(state.Save().Bytes()));
    }

    [Fact]
    public void The_file_has_no_name_so_that_a_killed_process_leaves_nothing()
    {
        using var stored = OnDisk(TinyTraining.Set(10));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal(3 * TinyTraining.Side * TinyTraining.Side, stored.Media[9].Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_damaged_image_is_named_when_it_is_drawn(int workers)
    {
        var set = TinyTraining.Set(16);
        using var file = new MediaFile(_folder.Path, new ImageInput(TinyTraining.Side));
        for (var i = 0; i < 16; i++)
            file.Add($"media item-{i}", i == 5 ? Encode(set.Media[i])[..200] : Encode(set.Media[i]));
        file.Complete();
        using var stored = new TrainingSet(file, set.Pairs, set.Triples);
        using var batches = new BatchSource(stored, TinyTraining.Recipe(), workers);
        using var scope = NewDisposeScope();
        var error = Assert.Throws<TrainingDataException>(() => { batches.At(0); batches.At(1); });
        Assert.Contains("'media item-5' cannot be decoded", error.Message);
        Assert.Contains("contrastive data verify", error.Message);
    }

    [Fact]
    public void An_image_that_is_too_small_is_named()
    {
        var small = ImageEncoder.Encode(new RgbImage(20, 40, new byte[20 * 40 * 3]), ImageEncoder.Png);
        Assert.Contains(
            "'little' has 20 × 40 pixels", Assert.Throws<TrainingDataException>(() => new ImageInput(32).Decode("little", small)).Message);
    }

    [Fact]
    public void Memory_holds_neither_what_is_added_nor_what_is_decoded()
    {
        using var file = new MediaFile(_folder.Path, new ImageInput(TinyTraining.Side));
        var encoded = Encode(TinyTraining.Set(8).Media[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
            file.Add("media item", encoded);
        file.Complete();
        Assert.True(file.Length > 10_000L * encoded.Length);
        // An entry and an id each, and the write buffer; the images are 30 MB and more.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);

        WeakReference Decode() => new(file[9_999]);
        var decoded = Decode();
        GC.Collect();
        Assert.False(decoded.IsAlive);
    }

    [Fact]
    public void A_source_that_is_let_go_in_the_middle_ends_its_workers()
    {
        using var stored = OnDisk(TinyTraining.Set());
        var batches = new BatchSource(stored, TinyTraining.Recipe(), workers: 2);
        using (NewDisposeScope())
            batches.At(0);
        batches.Dispose();
        stored.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stored.Media[0]);
    }
}
