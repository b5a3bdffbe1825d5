using System.Text.Json.Serialization;

namespace ContrastivePipeline.Workflow.Experiments;

/// <summary>How captions become tokens.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrainedTokenizerSection), "trained")]
[JsonDerivedType(typeof(ClipTokenizerSection), "clip")]
public abstract record TokenizerSection
{
    /// <summary>What is done to texts before they are split. Plain is absent from JSON: older programs' experiments mean it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CaptionCleanup Clean { get; init; }
}

/// <summary>Byte pairs trained on the dataset's training captions.</summary>
/// <param name="Vocabulary">Number of tokens, the special ones included; fewer where the captions have fewer pairs.</param>
public sealed record TrainedTokenizerSection(int Vocabulary) : TokenizerSection;

/// <summary>CLIP's byte pairs from its published vocabulary file.</summary>
/// <param name="Path">The file, absolute; null for a URL.</param>
/// <param name="Url">Where to fetch it; null for a path.</param>
/// <param name="Sha256">What it must hash to; null only for a path.</param>
public sealed record ClipTokenizerSection([property: NotInFingerprint] string? Path, Uri? Url, string? Sha256) : TokenizerSection;

internal sealed class TokenizerSectionReader(ExperimentFolder folder)
{
    public TokenizerSection Read(ConfigSection section)
    {
        var kind = section.Choice("kind", "trained", "trained", "clip");
        // Vocabularies are trained as they always were; CLIP's is for its own clean-up.
        var clean = section.Choice("clean", kind == "clip" ? "clip" : "plain", "clip", "plain");
        TokenizerSection tokenizer = kind == "clip"
            ? ReadClip(section)
            : new TrainedTokenizerSection(section.Int("vocabulary", 4096, BytePairVocabulary.SmallestSize, 1_000_000));
        section.Close();
        return tokenizer with { Clean = clean == "clip" ? CaptionCleanup.Clip : CaptionCleanup.Plain };
    }

    private ClipTokenizerSection ReadClip(ConfigSection section)
    {
        var path = section.Has("path") ? folder.FileOf(section, "path") : null;
        var url = section.Text("url");
        var hash = section.Text("sha256");
        if (path is not null && url is not null)
            section.Fail("url", "tokenizer.url has no use beside path: leave one of them out");
        // The server must not be made to ask addresses that only it can reach.
        if (url is not null && folder.IsConfined)
            section.Fail("url", "tokenizer.url is not for an experiment that is sent to a server: leave it out for CLIP's own vocabulary");
        if (hash is not null && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
            section.Fail("sha256", "tokenizer.sha256 must be 64 hexadecimal digits");
        if (path is null && url is null)
            return new ClipTokenizerSection(null, VocabularySource.Clip.Url, hash ?? VocabularySource.Clip.Sha256);

        Uri? address = null;
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out address) && address.Scheme is "https" or "http"))
            section.Fail("url", $"tokenizer.url must be an http or https address, not '{url}'");
        if (url is not null && hash is null)
            section.Fail("url", "tokenizer.sha256 is missing: a file from a URL needs the hash that it must have");
        return new ClipTokenizerSection(path, address, hash?.ToLowerInvariant());
    }
}
