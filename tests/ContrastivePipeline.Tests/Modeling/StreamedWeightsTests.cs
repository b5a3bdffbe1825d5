using System.Text;
using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Modeling;

/// <summary>Files longer than an array or a span, read and written without having them.</summary>
public sealed class StreamedWeightsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_file_is_what_the_format_says_byte_by_byte()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { ["b"] = tensor(new[] { 1f, -2f }), ["a"] = tensor(258L), ["none"] = zeros(0, 2) };
        const string Json = """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},
            "b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"none":{"dtype":"F32","shape":[0,2],"data_offsets":[16,16]}}
            """;
        var header = Encoding.UTF8.GetBytes(Json.ReplaceLineEndings(""));
        byte[] expected =
        [
            .. BitConverter.GetBytes((header.Length + 7L) / 8 * 8), .. header, .. Enumerable.Repeat((byte)' ', -header.Length & 7),
            2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
        ];
        var file = SafetensorsFile.Write(tensors, new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Equal(expected, file.Bytes());
        Assert.Equal(expected, file.Bytes());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void However_little_is_read_at_once_the_bytes_are_the_same(int atOnce)
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsFile.Write(new Dictionary<string, Tensor>
        {
            ["double"] = arange(7, ScalarType.Float64),
            ["half"] = arange(5, ScalarType.Float16),
            ["scalar"] = tensor(1.5f),
            ["transposed"] = arange(6, ScalarType.Float32).view(2, 3).t(),
            ["parameter"] = nn.Parameter(ones(3)),
        });
        using var stream = file();
        using var read = new MemoryStream();
        var buffer = new byte[atOnce];
        for (int count; (count = stream.Read(buffer)) > 0;)
            read.Write(buffer, 0, count);
        Assert.Equal(file.Bytes(), read.ToArray());
        Assert.Equal((stream.Length, stream.Length), (read.Length, stream.Position));
    }

    [Fact]
    public async Task Tensors_are_filled_whatever_their_type_and_layout_and_others_are_left_out()
    {
        using var scope = NewDisposeScope();
        var file = WeightFiles.Write(new Dictionary<string, Tensor>
        {
            ["half"] = tensor(new[] { 0.5f, 2f }).to(ScalarType.Float16),
            ["matrix"] = arange(6, ScalarType.Float32).view(2, 3),
            ["parameter"] = tensor(new[] { 7f, 8f }),
            ["unwanted"] = ones(9),
        });
        var (half, transposed, parameter) = (zeros(2), zeros(3, 2).t(), nn.Parameter(zeros(2)));
        var reader = await SafetensorsReader.OpenAsync(new MemoryStream(file), "file", Cancellation);
        await reader.ReadAsync(
            new Dictionary<string, Tensor> { ["half"] = half, ["matrix"] = transposed, ["parameter"] = parameter }, Cancellation);
        Assert.Equal([0.5f, 2f], half.data<float>());
        Assert.Equal([0f, 1, 2, 3, 4, 5], transposed.contiguous().data<float>());
        Assert.Equal([7f, 8f], parameter.data<float>());
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public async Task A_tensor_behind_five_gigabytes_is_read_without_having_them()
    {
        const long Before = 5L << 30;
        var stream = new MadeStream($$$"""
            {"large":{"dtype":"F32","shape":[{{{Before / 4}}}],"data_offsets":[0,{{{Before}}}]},
            "last":{"dtype":"U8","shape":[3],"data_offsets":[{{{Before}}},{{{Before + 3}}}]}}
            """, Before, [1, 2, 3]);
        using var scope = NewDisposeScope();
        var last = zeros(3, ScalarType.Byte);
        var reader = await SafetensorsReader.OpenAsync(stream, "file", Cancellation);
        await reader.ReadAsync(new Dictionary<string, Tensor> { ["last"] = last }, Cancellation);
        Assert.Equal([1, 2, 3], last.data<byte>().ToArray());
        Assert.Equal(stream.Length, stream.Position);
        Assert.InRange(stream.LargestRead, 1, 1 << 20);
    }

    [Fact]
    public void A_tensor_of_more_than_two_gigabytes_is_written()
    {
        const long Count = (1L << 31) + 3;
        using var scope = NewDisposeScope();
        // Memory that nobody writes to takes no space.
        var large = empty([Count], ScalarType.Byte);
        large.narrow(0, Count - 3, 3).fill_(7);
        using var stream = SafetensorsFile.Write(new Dictionary<string, Tensor> { ["large"] = large })();
        var buffer = new byte[1 << 22];
        var (total, tail) = (0L, (byte[])[]);
        for (int count; (count = stream.Read(buffer)) > 0; total += count)
            tail = buffer[Math.Max(0, count - 3)..count];
        Assert.Equal(stream.Length, total);
        Assert.InRange(total - Count, 1, 128);
        Assert.Equal([7, 7, 7], tail);
    }

    [Fact]
    public void Bytes_beyond_two_gigabytes_of_a_tensor_are_reached()
    {
        using var scope = NewDisposeScope();
        var large = empty([(1L << 29) + 2], ScalarType.Int32);
        TensorBytes.Write([1, 0, 0, 0, 2, 0, 0], large, 1L << 31);
        TensorBytes.Write([1], large, (1L << 31) + 7);
        Assert.Equal([1, (1 << 24) + 2], large.narrow(0, 1L << 29, 2).data<int>());
        var read = new byte[9];
        Assert.Equal(3, TensorBytes.Read(large, (1L << 31) + 5, read));
        Assert.Equal([0, 0, 1], read[..3]);
        Assert.Equal(0, TensorBytes.Read(large, (1L << 31) + 8, read));
    }

    [Theory]
    [InlineData(0, "not a safetensors file")]
    [InlineData(20, "cut short: it ends in its header")]
    [InlineData(122, "after 2 of 16 bytes, before all of 'a' is read")]
    [InlineData(132, "after 12 of 16 bytes, before all of 'the end' is read")]
    public async Task A_stream_that_ends_before_its_length_is_refused(int end, string expected)
    {
        using var scope = NewDisposeScope();
        var file = WeightFiles.Write(new Dictionary<string, Tensor> { ["a"] = ones(2), ["b"] = ones(2) });
        Assert.Equal(120 + 16, file.Length);
        var target = zeros(2);
        var error = await Assert.ThrowsAsync<WeightsException>(async () =>
        {
            var reader = await SafetensorsReader.OpenAsync(new CutStream(file, end), "w.safetensors", Cancellation);
            await reader.ReadAsync(new Dictionary<string, Tensor> { ["a"] = target }, Cancellation);
        });
        Assert.Contains("w.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Says that it is longer than it is.</summary>
    private sealed class CutStream(byte[] whole, int end) : MemoryStream(whole[..end], writable: false)
    {
        private readonly int _length = whole.Length;

        public override long Length => _length;
    }

    /// <summary>A header, bytes that are nowhere, and the end.</summary>
    private sealed class MadeStream : Stream
    {
        private readonly byte[] _head;
        private readonly byte[] _tail;

        public MadeStream(string json, long between, byte[] tail)
        {
            var header = Encoding.UTF8.GetBytes(json);
            _head = [.. BitConverter.GetBytes((long)header.Length), .. header];
            (_tail, Length) = (tail, _head.Length + between + tail.Length);
        }

        public int LargestRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length { get; }

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var toTail = Length - _tail.Length - Position;
            var left = Position < _head.Length ? _head.Length - Position : toTail > 0 ? toTail : Length - Position;
            var read = (int)Math.Min(buffer.Length, left);
            if (Position < _head.Length)
                _head.AsSpan((int)Position, read).CopyTo(buffer);
            else if (toTail <= 0)
                _tail.AsSpan((int)-toTail, read).CopyTo(buffer);
            LargestRead = Math.Max(LargestRead, buffer.Length);
            Position += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
