using System.Security.Cryptography;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Signals;

/// <summary>Signals as they are stored: as many samples each, every one the nearest of the file's.</summary>
internal sealed record SignalFormat(int MediaSize) : MediaFormat
{
    [JsonIgnore]
    public override string Kind => SignalKind.KindName;

    public override int MediaSize { get; init; } = MediaSize;

    [JsonIgnore]
    public override string SizeInWords => $"{MediaSize} samples";

    public override void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(MediaSize, 4);

    public override MediaRow Store(string id, ReadOnlySpan<byte> file)
    {
        if (file.Length < 4)
            throw new MediaException("too-short-signal", $"The signal has {file.Length} samples; give at least 4.");
        var samples = new byte[MediaSize];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = file[(int)((long)i * file.Length / samples.Length)];
        return new MediaRow(id, samples, 0, 0, Convert.ToHexStringLower(SHA256.HashData(samples)));
    }

    public override string? FindFault(MediaRow row) =>
        row.Bytes.Length == MediaSize ? null : $"Media item '{row.Id}' has {row.Bytes.Length} samples, not {MediaSize}.";
}

internal sealed record SignalInput(int Samples) : MediaInput
{
    public override int ItemLength => Samples;

    public override byte[] Decode(string mediaId, ReadOnlySpan<byte> stored, bool fit = false) => stored.Length == Samples
        ? stored.ToArray()
        : throw new TrainingDataException($"Signal '{mediaId}' has {stored.Length} samples, and the model takes {Samples}.");

    public override Tensor ToTensor(byte[] items, int count) => tensor(items, [count, Samples]);

    public override Tensor ToModel(Tensor media, Device device)
    {
        var moved = media.to(device);
        return moved.dtype == ScalarType.Byte ? moved.to(ScalarType.Float32) / 127.5f - 1 : moved;
    }
}

/// <param name="Noise">Greatest change of a sample.</param>
internal sealed record SignalAugmentation(int Noise) : Augmentation
{
    [JsonIgnore]
    public override bool IsNone => Noise == 0;

    public override IMediaChange Draw(MediaInput input, Randomness random) => new Noisy(Noise, random.Next());

    private sealed record Noisy(int Noise, ulong Seed) : IMediaChange
    {
        public void Apply(ReadOnlySpan<byte> source, Span<byte> target)
        {
            var random = new Randomness((long)Seed, Purpose.Augmentation, 0);
            for (var i = 0; i < target.Length; i++)
                target[i] = (byte)Math.Clamp(source[i] + random.Next(2 * Noise + 1) - Noise, 0, 255);
        }
    }
}
