using System.IO.Compression;

namespace ContrastivePipeline.Modeling.Weights;

/// <summary>Recognises PyTorch's own files, which are pickles: to load one is to run what it says.</summary>
internal static class PickledWeights
{
    /// <summary>Says how to convert a pickled file; null where it is none.</summary>
    /// <param name="start">Its first bytes.</param>
    public static string? Find(ReadOnlySpan<byte> start, string path)
    {
        var isZip = start.StartsWith("PK\u0003\u0004"u8);
        // Protocol 2 and up, and the magic number that torch.save wrote before it made zip files.
        if (!isZip && !(start is [0x80, >= 2 and <= 5, ..]))
            return null;
        var load = isZip && IsScript(path)
            ? $"torch.jit.load('{path}', map_location='cpu').state_dict()"
            : $"torch.load('{path}', map_location='cpu', weights_only=True)";
        var target = Path.ChangeExtension(path, ".safetensors");
        return $"{path} is a PyTorch file (a pickle), and to read one is to run what it says. Convert it once: python -c "
            + $"\"import torch, safetensors.torch as s; d = {load}; "
            + $"s.save_file({{k: v.contiguous() for k, v in d.get('state_dict', d).items()}}, '{target}')\"";
    }

    private static bool IsScript(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal));
        }
        catch (InvalidDataException)
        {
            // Cut short: it is converted, or fails, in Python.
            return false;
        }
    }
}
