using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Workflow.RemoteTraining;

/// <summary>One attempt at a stage on a machine of its own.</summary>
/// <param name="Session">Which session of the run: one that is resumed gets machines anew.</param>
/// <param name="Attempt">1-based.</param>
/// <param name="Listener">Which workflow instance to tell when it ends; empty for none.</param>
public sealed record StageOrder(
    string RunId, int Session, string Stage, JsonElement Input, string Generation, string Fingerprint, int Attempt, string Listener)
{
    /// <summary>Names this attempt and no other: a message that is delivered twice asks for the same execution. Twenty lower-case letters
    /// and digits.</summary>
    public string Execution => "x" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{RunId}\n{Session}\n{Fingerprint}\n{Attempt}")))[..19];

    /// <summary>Name of the event that ends the wait.</summary>
    public string Event => $"ended-{Execution}";
}
