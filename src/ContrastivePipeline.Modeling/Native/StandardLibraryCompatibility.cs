using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ContrastivePipeline.Modeling.Native;

/// <summary>Makes TorchSharp's native library loadable where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04).</summary>
/// <remarks>The library asks for symbol version GLIBCXX_3.4.32 because of one function, <c>std::ios_base_library_init()</c>, which does
/// nothing but make sure that streams are initialised; libstdc++ does that by itself when it is loaded. A copy of the library in which that
/// reference binds to an older harmless function loads everywhere.</remarks>
public static class StandardLibraryCompatibility
{
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldSymbol = "_ZSt13get_terminatev";
    private const string OldVersion = "GLIBCXX_3.4.20";

    /// <summary>Whether this system's C++ library lacks the function that the native library asks for.</summary>
    public static bool SystemIsOlder()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libstdc++.so.6", out var handle))
            return false;
        return !NativeLibrary.TryGetExport(handle, NewSymbol, out _);
    }

    /// <summary>Rewrites the references in an ELF image, in memory.</summary>
    /// <param name="image">The whole file; changed in place when the result is true.</param>
    /// <returns>False when the image needs nothing: it has no reference to the new function.</returns>
    /// <exception cref="BadImageFormatException">The image is no 64-bit little-endian ELF file, or its sections lie outside it.</exception>
    public static bool TryRewrite(Span<byte> image)
    {
        var (names, needs) = FindSections(image);
        var symbol = IndexOfName(image[names], NewSymbol);
        var version = IndexOfName(image[names], NewVersion);
        var replacement = IndexOfName(image[names], OldVersion);
        if (symbol < 0 || version < 0 || replacement < 0)
            return false;

        var entry = FindVersionEntry(image[needs], version);
        if (entry < 0)
            return false;
        var symbolName = image[names][symbol..];
        Encoding.ASCII.GetBytes(OldSymbol + '\0', symbolName);
        var need = image[needs][entry..];
        BinaryPrimitives.WriteUInt32LittleEndian(need, ElfHash(OldVersion));
        BinaryPrimitives.WriteUInt32LittleEndian(need[8..], (uint)replacement);
        return true;
    }

    /// <summary>Puts a rewritten copy in the file's place by one rename, so that processes which start at once see either file, never a
    /// half one, and files linked to the same content elsewhere stay as they are. Does nothing where the file needs nothing.</summary>
    /// <param name="file">The native library.</param>
    /// <param name="target">Where the rewritten copy goes; the file itself by default.</param>
    /// <exception cref="IOException">The target's folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The target's folder may not be written.</exception>
    public static bool Rewrite(string file, string? target = null)
    {
        target ??= file;
        var image = File.ReadAllBytes(file);
        if (!TryRewrite(image))
            return false;
        var temporary = $"{target}.{Environment.ProcessId}.{Guid.NewGuid():n}.tmp";
        try
        {
            File.WriteAllBytes(temporary, image);
            // Build tools compare times: with the original's time they do not copy the original over it again.
            File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(file));
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return true;
    }

    private static (Range Names, Range Needs) FindSections(ReadOnlySpan<byte> image)
    {
        if (image.Length < 64 || !image.StartsWith("\u007fELF"u8) || image[4] != 2 || image[5] != 1)
            throw new BadImageFormatException("Not a 64-bit little-endian ELF file.");
        try
        {
            var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3A..]);
            int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3C..]);
            int nameSection = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3E..]);
            var sectionNames = Content(image, image[(table + nameSection * size)..]);
            Range names = default, needs = default;
            for (var i = 0; i < count; i++)
            {
                var header = image[(table + i * size)..];
                var name = image[sectionNames][(int)BinaryPrimitives.ReadUInt32LittleEndian(header)..];
                if (name.StartsWith(".dynstr\0"u8))
                {
                    names = Content(image, header);
                }
                else if (name.StartsWith(".gnu.version_r\0"u8))
                {
                    needs = Content(image, header);
                }
            }
            return (names, needs);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BadImageFormatException("The ELF file's sections lie outside it: it is cut short or damaged.", e);
        }
    }

    private static Range Content(ReadOnlySpan<byte> image, ReadOnlySpan<byte> sectionHeader)
    {
        var offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(sectionHeader[24..]);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(sectionHeader[32..]);
        // Slicing throws where the section is outside the image.
        _ = image.Slice(offset, length);
        return offset..(offset + length);
    }

    private static int IndexOfName(ReadOnlySpan<byte> names, string name)
    {
        var found = names.IndexOf(Encoding.ASCII.GetBytes('\0' + name + '\0'));
        return found < 0 ? -1 : found + 1;
    }

    /// <summary>Offset of the auxiliary entry (hash, flags, other, name, next: 16 bytes) that names a version.</summary>
    private static int FindVersionEntry(ReadOnlySpan<byte> needs, int name)
    {
        for (var offset = 0; offset + 16 <= needs.Length; offset += 16)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(needs[offset..]) == ElfHash(NewVersion)
                && BinaryPrimitives.ReadUInt32LittleEndian(needs[(offset + 8)..]) == (uint)name)
            {
                return offset;
            }
        }
        return -1;
    }

    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }
}
