using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Peers;

/// <summary>
/// A Python program of ours that does the same work with PyTorch, NumPy or Pillow, as Debian packages them, in a process of its own. It
/// does a repetition when it is asked for one, and measures it by itself.
/// </summary>
internal sealed class Peer : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string NotInstalled = "peer: not installed (apt-get install python3-torch python3-pil libopenblas0-pthread)";

    private readonly Process _process;
    private readonly StringBuilder _errors;

    private Peer(Process process, StringBuilder errors, string versions, long parameters)
    {
        (_process, _errors, Versions, Parameters) = (process, errors, versions, parameters);
    }

    /// <summary>Python's and the libraries' versions.</summary>
    public string Versions { get; }

    /// <summary>Weights of the peer's model, where it has one.</summary>
    public long Parameters { get; }

    /// <summary>Starts a script; null, with a line that says why, where it cannot be compared with.</summary>
    /// <param name="script">Its name under <c>Peers/scripts</c>.</param>
    /// <param name="folder">Where it finds its data.</param>
    /// <param name="threads">Of its matrix products.</param>
    public static async Task<Peer?> StartAsync(string script, string folder, int threads = 1)
    {
        if (!File.Exists(Python))
        {
            Console.WriteLine(NotInstalled);
            return null;
        }

        var (process, errors) = Launch(script, folder, threads);
        var greeting = await ReadAsync(process, errors);
        if (Refusal(greeting) is { } refusal)
        {
            Console.WriteLine(refusal);
            process.Dispose();
            return null;
        }

        var peer = new Peer(process, errors, greeting.GetProperty("versions").GetString()!, greeting.GetProperty("parameters").GetInt64());
        Console.WriteLine($"peer: {peer.Versions}");
        return peer;
    }

    /// <summary>Has the peer do one repetition of a case.</summary>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public async Task<Sample> RunAsync(string name)
    {
        await _process.StandardInput.WriteLineAsync(name);
        await _process.StandardInput.FlushAsync();
        var answer = await ReadAsync(_process, _errors);
        return new Sample(answer.GetProperty("cpu").GetDouble(), answer.GetProperty("wall").GetDouble());
    }

    /// <summary>A peer whose model differs would measure something else.</summary>
    /// <exception cref="InvalidOperationException">The two models have not the same number of weights.</exception>
    public void RequireSameSize(DualEncoder model)
    {
        var ours = model.parameters().Sum(p => p.numel());
        if (Parameters != ours)
            throw new InvalidOperationException($"The peer's model has {Parameters} weights, ours {ours}: they are not the same model.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A script ends with its input.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string? Refusal(JsonElement greeting)
    {
        if (greeting.TryGetProperty("missing", out var module))
            return $"{NotInstalled}; Python has no module '{module}'";
        return greeting.TryGetProperty("unfit", out var reason) ? $"peer: not compared; {reason}" : null;
    }

    private static (Process Process, StringBuilder Errors) Launch(string script, string folder, int threads)
    {
        var start = new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "Peers", "scripts", script), folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        // Debian's OpenBLAS does not know every virtual processor and then falls back to kernels without AVX, three times slower.
        if (System.Runtime.Intrinsics.X86.Avx512F.IsSupported)
            start.Environment.TryAdd("OPENBLAS_CORETYPE", "SkylakeX");
        var errors = new StringBuilder();
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => errors.AppendLine(CultureInfo.InvariantCulture, $"{line.Data}");
        process.BeginErrorReadLine();
        return (process, errors);
    }

    private static async Task<JsonElement> ReadAsync(Process process, StringBuilder errors)
    {
        if (await process.StandardOutput.ReadLineAsync() is { } line)
            return JsonSerializer.Deserialize<JsonElement>(line);
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"The peer ended with code {process.ExitCode}: {errors}");
    }
}
