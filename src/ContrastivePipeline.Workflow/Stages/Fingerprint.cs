using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.Stages;

/// <summary>Tells whether two pieces of work are the same.</summary>
public static class Fingerprint
{
    /// <summary>SHA-256 of the canonical JSON of <c>{generation?, input, name, version}</c>, 64 lower-case hexadecimal digits.</summary>
    /// <param name="input">Its input, as <see cref="WorkflowJson.ToFingerprinted{T}"/> writes it.</param>
    /// <param name="generation">The cache generation; left out of the hash where it is empty.</param>
    public static string Of(string name, int version, JsonElement input, string generation = "")
    {
        var generationJson = generation.Length == 0 ? "" : $"\"generation\":{CanonicalJson.Of(generation)},";
        return Hash($"{{{generationJson}\"input\":{CanonicalJson.Of(input)},\"name\":{CanonicalJson.Of(name)},\"version\":{version}}}");
    }

    /// <summary>SHA-256 of the canonical JSON of a value without what is <see cref="Data.NotInFingerprintAttribute"/>, 64 lower-case hexadecimal
    /// digits.</summary>
    public static string Of<T>(T value) => Hash(CanonicalJson.Of(WorkflowJson.ToFingerprinted(value)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
