namespace ContrastivePipeline.Tests.Data.Sources;

public sealed class CifarSourceTests(AzuriteFixture azurite) : IDisposable
{
    private const int Planes = 3 * 32 * 32;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cifar_10_numbers_its_images_by_split_across_files()
    {
        WriteTen([0, 1], [2], [1, 0]);
        var rows = await ReadAsync();
        Assert.Equal(
            [
                ("data_batch_1.bin", 1, "train/00000", "airplane", "train"), ("data_batch_1.bin", 2, "train/00001", "motor car", "train"),
                ("data_batch_2.bin", 1, "train/00002", "cat", "train"),
                ("test_batch.bin", 1, "test/00000", "motor car", "test"), ("test_batch.bin", 2, "test/00001", "airplane", "test"),
            ],
            rows.Select(row => (row.File, row.Row, row.Pair!.MediaId, row.Pair.Caption, row.Pair.Split!)));
        Assert.All(rows, row => Assert.Equal((row.Pair!.Caption, row.File), (row.Pair.Concept, row.Pair.Source)));
        Assert.Equal([new SourceLabel("class", 2)], rows[2].Pair!.Labels);
        var set = Assert.Single((await Source.ReadExtrasAsync(Ct)).LabelSets);
        Assert.Equal("class", set.Name);
        Assert.Equal(["airplane", "motor car", "cat"], set.Classes);
    }

    [Fact]
    public async Task Cifar_100_has_classes_and_superclasses()
    {
        _folder.Write("coarse_label_names.txt", "fish\ntrees\n");
        _folder.Write("fine_label_names.txt", "maple_tree\nshark\npalm_tree\n");
        _folder.Write("train.bin", [.. Record(1, 0), .. Record(0, 1)]);
        _folder.Write("test.bin", Record(1, 2));
        var rows = await ReadAsync();
        Assert.Equal(["maple tree", "shark", "palm tree"], rows.Select(row => row.Pair!.Caption));
        Assert.Equal([new SourceLabel("superclass", 0), new SourceLabel("class", 1)], rows[1].Pair!.Labels);
        Assert.Equal(
            ["superclass: fish, trees", "class: maple tree, shark, palm tree"],
            (await Source.ReadExtrasAsync(Ct)).LabelSets.Select(set => $"{set.Name}: {string.Join(", ", set.Classes)}"));
        Assert.Equal(2 + Planes + 2, rows[1].Pair!.Pixels!.Offset);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(20)]
    public async Task Planes_become_stored_images_of_the_size_that_is_asked_for(int size)
    {
        WriteTen([0], [], [1]);
        var store = await azurite.OpenStoreAsync();
        var manifest = await new DatasetPreparer(store).PrepareAsync(new DatasetSpec("d", Source, size), null, Ct);
        var stored = await new DatasetReader(store).ReadMediaAsync(manifest, Ct).ToListAsync(Ct);
        Assert.Equal(["test/00000", "train/00000"], stored.Select(row => row.Id));

        // Red grows to the right, green downwards, blue is the label.
        var pixels = new byte[Planes];
        for (var i = 0; i < 32 * 32; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)(i % 32), (byte)(i / 32), 1);
        Assert.Equal(
            ImageResizer.Resize(new RgbImage(32, 32, pixels), size, size).Pixels, ImageDecoder.Decode(stored[0].Bytes).Pixels);
        Assert.Equal(2, (await new DatasetReader(store).ReadLabelsAsync(manifest, Ct).ToListAsync(Ct)).Count);
    }

    [Fact]
    public async Task A_label_without_a_name_costs_its_record()
    {
        WriteTen([0, 3], [], [1]);
        var rows = await ReadAsync();
        var bad = Assert.Single(rows, row => row.Fault is not null);
        Assert.Equal(("data_batch_1.bin", 2, "class", "unknown-class"), (bad.File, bad.Row, bad.Fault!.Column, bad.Fault.Reason));
        Assert.Contains("class 3, but batches.meta.txt has 3 names, 0 to 2", bad.Fault.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3_072, "ends inside record 1: it has 3,072 bytes, and a record has 3,073")]
    [InlineData(3_073 + 10, "ends inside record 2")]
    [InlineData(0, "is empty")]
    public async Task A_file_of_another_length_is_refused_by_name(int length, string message)
    {
        WriteTen([0], [], [1]);
        _folder.Write("test_batch.bin", new byte[length]);
        var error = await Assert.ThrowsAsync<SourceException>(ReadAsync);
        Assert.Contains("test_batch.bin " + message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_binary_version_is_refused_with_what_it_is()
    {
        await RefusedAsync("has neither batches.meta.txt of CIFAR-10 nor fine_label_names.txt of CIFAR-100");
        _folder.Write("batches.meta", "");
        await RefusedAsync("is CIFAR's version for Python");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "cifar-10-batches-bin"));
        await RefusedAsync("has a folder cifar-10-batches-bin: name that one");
        _folder.Write("batches.meta.txt", "a\nb\na\n");
        await RefusedAsync("there is none of test_batch.bin");
        _folder.Write("data_batch_2.bin", Record(0));
        await RefusedAsync("there is data_batch_2.bin, but no data_batch_1.bin");
        _folder.Write("data_batch_1.bin", Record(0));
        await RefusedAsync("names the class 'a' twice");
        _folder.Write("batches.meta.txt", "\n");
        await RefusedAsync("names 0 classes");

        async Task RefusedAsync(string message) => Assert.Contains(
            message, (await Assert.ThrowsAsync<SourceException>(ReadAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snapshot_is_of_every_byte_and_no_place()
    {
        WriteTen([0], [], [1]);
        var before = await Source.SnapshotAsync(Ct);
        Assert.StartsWith("cifar:", before, StringComparison.Ordinal);
        using var elsewhere = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.Copy(file, Path.Combine(elsewhere.Path, Path.GetFileName(file)));
        Assert.Equal(before, await new CifarSourceSpec(elsewhere.Path).SnapshotAsync(Ct));
        WriteTen([0], [], [2]);
        Assert.NotEqual(before, await Source.SnapshotAsync(Ct));
    }

    [Fact]
    public async Task A_confined_source_reads_nothing_outside()
    {
        WriteTen([0], [], [1]);
        var data = Path.Combine(_folder.Path, "data");
        var inside = Path.Combine(data, "set");
        Directory.CreateDirectory(inside);
        File.Copy(Path.Combine(_folder.Path, "batches.meta.txt"), Path.Combine(inside, "batches.meta.txt"));
        File.CreateSymbolicLink(Path.Combine(inside, "test_batch.bin"), Path.Combine(_folder.Path, "test_batch.bin"));
        Directory.CreateSymbolicLink(Path.Combine(data, "link"), _folder.Path);
        Assert.Single(await new CifarSourceSpec(inside).ReadAsync(Ct).ToListAsync(Ct));
        foreach (var folder in new[] { inside, Path.Combine(data, "link") })
        {
            var error = await Assert.ThrowsAsync<SourceException>(
                () => new CifarSourceSpec(folder, data).ReadAsync(Ct).ToListAsync(Ct).AsTask());
            Assert.Contains("a link leads out of it", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.Path, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Sums and a pixel of the record were computed by a program in Python.</summary>
    [Fact]
    public async Task Real_records_are_what_another_program_reads()
    {
        var folder = Shared.Require("data/cifar10/cifar-10-batches-bin");
        var pairs = await new CifarSourceSpec(folder).ReadAsync(Ct).Select(row => row.Pair!).ToListAsync(Ct);
        Assert.Equal(4_500, pairs.Count);
        Assert.All(
            pairs.GroupBy(pair => (pair.Split, pair.Caption)),
            images => Assert.Equal(images.Key.Split == Splits.Train ? 400 : 50, images.Count()));
        var pair = pairs.Single(pair => pair.MediaId == "test/00123");
        Assert.Equal("airplane", pair.Caption);
        var file = await File.ReadAllBytesAsync(pair.ImagePath, Ct);
        var pixels = pair.Pixels!.ToImage(file.AsSpan((int)pair.Pixels.Offset, pair.Pixels.Length)).Pixels;
        Assert.Equal(
            [155_376, 158_194, 196_335],
            Enumerable.Range(0, 3).Select(c => pixels.Where((_, i) => i % 3 == c).Sum(sample => sample)));
        Assert.Equal([134, 143, 186], pixels.AsSpan(((9 * 32) + 5) * 3, 3).ToArray());
    }

    private CifarSourceSpec Source => new(_folder.Path);

    private async Task<List<PairRow>> ReadAsync() => await Source.ReadAsync(Ct).ToListAsync(Ct);

    private void WriteTen(byte[] first, byte[] second, byte[] test)
    {
        _folder.Write("batches.meta.txt", "airplane\nmotor_car\ncat\n\n");
        _folder.Write("data_batch_1.bin", [.. first.SelectMany(label => Record(label))]);
        if (second.Length > 0)
            _folder.Write("data_batch_2.bin", [.. second.SelectMany(label => Record(label))]);

        _folder.Write("test_batch.bin", [.. test.SelectMany(label => Record(label))]);
    }

    private static byte[] Record(params byte[] labels)
    {
        var record = new byte[labels.Length + Planes];
        labels.CopyTo(record, 0);
        for (var i = 0; i < 32 * 32; i++)
        {
            record[labels.Length + i] = (byte)(i % 32);
            record[labels.Length + 1_024 + i] = (byte)(i / 32);
            record[labels.Length + 2_048 + i] = labels[^1];
        }

        return record;
    }
}
