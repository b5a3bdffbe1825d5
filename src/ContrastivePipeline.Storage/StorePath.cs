namespace ContrastivePipeline.Storage;

/// <summary>The rules for paths inside a store.</summary>
public static class StorePath
{
    private const int MaximumLength = 1024; // Azure Storage's limit for a blob name.

    /// <summary>Checks a blob's path.</summary>
    /// <param name="path">For example <c>datasets/emoji/0123456789ab/manifest.json</c>.</param>
    /// <exception cref="ArgumentException">It is empty or too long, starts or ends with '/', or has an empty segment, '.', '..', a
    /// backslash or a control character.</exception>
    public static string Validate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fault = FindFault(path) ?? (path.EndsWith('/') ? "ends with '/'" : null);
        return fault is null ? path : throw Refused(path, fault);
    }

    /// <summary>Checks the beginning of a path, to list by: as <see cref="Validate"/>, but it may be empty or end with '/'.</summary>
    /// <exception cref="ArgumentException">It could not be the beginning of a valid path.</exception>
    public static string ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return prefix.Length == 0 || FindFault(prefix) is not { } fault ? prefix : throw Refused(prefix, fault);
    }

    private static string? FindFault(string path)
    {
        if (path.Length > MaximumLength)
            return $"is longer than {MaximumLength} characters";
        if (path[0] == '/')
            return "starts with '/'";
        if (path.Contains('\\'))
            return "has a backslash; folders are separated by '/'";
        if (path.Any(char.IsControl))
            return "has a control character";
        var body = path.EndsWith('/') ? path[..^1] : path;
        foreach (var segment in body.Split('/'))
        {
            if (segment.Length == 0)
                return "has an empty segment";
            if (segment is "." or "..")
                return $"has the segment '{segment}'";
        }

        return null;
    }

    private static ArgumentException Refused(string path, string fault) => new($"The store path '{path}' {fault}.", nameof(path));
}
