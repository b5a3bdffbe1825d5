using System.Globalization;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace ContrastivePipeline.Data.Tables;

/// <summary>The values of a column of a row group as texts, one after the other. A text that a dictionary holds once may stand for millions
/// of rows, so texts are made one at a time.</summary>
internal abstract class ParquetValues
{
    /// <summary>UTF-16 characters that are read of a text.</summary>
    public const int MaxText = 1 << 16;

    /// <summary>The text of the row; null where it has none.</summary>
    public string? Text { get; private set; }

    /// <summary>Length of a text of which only the beginning was read; 0 where it was read whole.</summary>
    public int CutLength { get; private set; }

    /// <summary>Whether the text is not UTF-8.</summary>
    public bool IsDamaged { get; private set; }

    public void Next()
    {
        (CutLength, IsDamaged) = (0, false);
        Text = Read();
    }

    /// <summary>Whether values of this type can be texts.</summary>
    public static bool CanRead(DataField field) => Readers.ContainsKey(TypeOf(field));

    /// <summary>What a type is called in messages.</summary>
    public static string NameOf(DataField field) => TypeOf(field).Name.ToLowerInvariant();

    public static Task<ParquetValues> ReadAsync(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken) =>
        Readers[TypeOf(field)](group, field, cancellationToken);

    protected abstract string? Read();

    private static readonly Dictionary<Type, Func<ParquetRowGroupReader, DataField, CancellationToken, Task<ParquetValues>>> Readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = (group, field, stop) => ReadAsync<ReadOnlyMemory<char>>(group, field, OfText, stop),
        [typeof(ReadOnlyMemory<byte>)] = (group, field, stop) => ReadAsync<ReadOnlyMemory<byte>>(group, field, OfBytes, stop),
        [typeof(sbyte)] = Numbers<sbyte>,
        [typeof(byte)] = Numbers<byte>,
        [typeof(short)] = Numbers<short>,
        [typeof(ushort)] = Numbers<ushort>,
        [typeof(int)] = Numbers<int>,
        [typeof(uint)] = Numbers<uint>,
        [typeof(long)] = Numbers<long>,
        [typeof(ulong)] = Numbers<ulong>,
        [typeof(float)] = (group, field, stop) => ReadAsync<float>(group, field, (_, value) => OfNumber(value), stop),
        [typeof(double)] = (group, field, stop) => ReadAsync<double>(group, field, (_, value) => OfNumber(value), stop),
    };

    // Byte arrays and texts are read as memory, which rows of one dictionary entry share.
    private static Type TypeOf(DataField field) => (Nullable.GetUnderlyingType(field.ClrType) ?? field.ClrType) switch
    {
        var type when type == typeof(string) => typeof(ReadOnlyMemory<char>),
        var type when type == typeof(byte[]) => typeof(ReadOnlyMemory<byte>),
        var type => type,
    };

    private static Task<ParquetValues> Numbers<T>(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken)
        where T : struct, IFormattable =>
        ReadAsync<T>(group, field, (_, value) => value.ToString(null, CultureInfo.InvariantCulture), cancellationToken);

    private static async Task<ParquetValues> ReadAsync<T>(
        ParquetRowGroupReader group, DataField field, Func<ParquetValues, T, string?> text, CancellationToken cancellationToken)
        where T : struct
    {
        var values = new T[group.RowCount];
        var levels = new int[group.RowCount];
        await group.ReadRawAsync<T>(field, values.AsMemory(), levels.AsMemory(), null, cancellationToken);
        return new ParquetValues<T>(values, levels, field.MaxDefinitionLevel, text);
    }

    // NaN is how pandas writes that there is none.
    private static string? OfNumber(double value) =>
        double.IsNaN(value) ? null : NumberText.Of(value) ?? value.ToString(CultureInfo.InvariantCulture);

    private static string OfText(ParquetValues values, ReadOnlyMemory<char> text)
    {
        values.CutLength = text.Length > MaxText ? text.Length : 0;
        var head = ShortText.Head(text[..Math.Min(text.Length, MaxText + 1)].ToString(), MaxText);
        // Parquet's reader puts U+FFFD where bytes are no UTF-8.
        values.IsDamaged = head.Contains('\uFFFD');
        return head;
    }

    // Programs that do not say which binary columns are texts write them so.
    private static string OfBytes(ParquetValues values, ReadOnlyMemory<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, 4 * MaxText)]);
        values.CutLength = text.Length > MaxText ? bytes.Length : 0;
        values.IsDamaged = text.Contains('\uFFFD');
        return ShortText.Head(text, MaxText);
    }
}

/// <summary>Values of one type.</summary>
/// <param name="values">Those that are there, without gaps.</param>
/// <param name="levels">By row: whether there is one, which <paramref name="present"/> means.</param>
/// <param name="present">The greatest level; 0 where every row has a value.</param>
/// <param name="text">Makes a text of a value.</param>
internal sealed class ParquetValues<T>(T[] values, int[] levels, int present, Func<ParquetValues, T, string?> text) : ParquetValues
{
    private int _row;
    private int _value;

    protected override string? Read() => levels[_row++] < present ? null : text(this, values[_value++]);
}

/// <summary>Numbers as identifiers. Programs that know no missing whole numbers write 1 as 1.0.</summary>
internal static class NumberText
{
    // Beyond this a double has lost digits, and its value may be the id of another media item.
    private const double MostExact = 9_007_199_254_740_991;

    /// <summary>A number as JSON writes it: whole numbers without a fraction.</summary>
    public static string Of(string json) =>
        json.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
            && double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Of(value) ?? json
            : json;

    /// <summary>A number: whole numbers without a fraction; null for those that a double cannot hold.</summary>
    public static string? Of(double value) =>
        Math.Abs(value) > MostExact || double.IsNaN(value) ? null
        : value == Math.Floor(value) ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}
