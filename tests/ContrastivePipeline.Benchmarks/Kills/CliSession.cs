using System.Diagnostics;
using System.Text.Json;

namespace ContrastivePipeline.Benchmarks.Kills;

/// <summary>One process of <c>contrastive run … --json</c>, its events read as they come.</summary>
internal sealed class CliSession : IDisposable
{
    private readonly Process _process;
    private readonly KillTarget? _target;
    private readonly TaskCompletionSource<TimeSpan> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _working = [];
    private readonly List<string> _started = [];
    private readonly List<string> _done = [];
    private readonly List<StageTime> _stages = [];
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private CliSession(Process process, KillTarget? target)
    {
        _process = process;
        _target = target;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Starts the program that lies beside this one.</summary>
    /// <param name="target">When to kill it; null for never.</param>
    /// <param name="arguments">The command line, without <c>--json</c>.</param>
    public static CliSession Start(KillTarget? target, params IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "contrastive.exe" : "contrastive");
        var start = new ProcessStartInfo(program, [.. arguments, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new CliSession(Process.Start(start)!, target);
    }

    // All of these are for after the end of the process.

    /// <summary>Stages that were running at the end, as <c>name (label)</c>.</summary>
    public IReadOnlyList<string> Working => [.. _working];

    /// <summary>Stages that began, by the first 12 digits of their fingerprints.</summary>
    public IReadOnlyList<string> Started => _started;

    /// <summary>Stages that were done or found done, by the first 12 digits of their fingerprints.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>Stages that were done.</summary>
    public IReadOnlyList<StageTime> Stages => _stages;

    /// <summary>Waits until the process ends by itself, or for the target and kills it.</summary>
    /// <returns>Whether it was killed.</returns>
    /// <exception cref="InvalidOperationException">It ended with an error; the message has what it said.</exception>
    public async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        var ended = _process.WaitForExitAsync(cancellationToken);
        var killed = false;
        if (_target is not null && await Task.WhenAny(ended, _reached.Task) != ended
            && await Task.WhenAny(ended, Task.Delay(await _reached.Task, cancellationToken)) != ended)
        {
            // SIGKILL on Unix: the program learns nothing.
            _process.Kill();
            killed = true;
        }
        await ended;
        await _reading;
        return killed || _process.ExitCode == 0
            ? killed
            : throw new InvalidOperationException($"contrastive ended with exit code {_process.ExitCode} and said: {await _errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line of a killed program may be cut off.
            if (!line.EndsWith('}'))
                continue;
            using var happened = JsonDocument.Parse(line);
            if (happened.RootElement.TryGetProperty("fingerprint", out var fingerprint))
                Take(happened.RootElement, fingerprint.GetString()![..12]);
        }
    }

    private void Take(JsonElement happened, string fingerprint)
    {
        var name = happened.GetProperty("stage").GetString()!;
        var label = happened.GetProperty("label").GetString()!;
        var isTarget = _target is not null && _target.Name == name && (_target.Label ?? label) == label;
        switch (happened.GetProperty("event").GetString())
        {
            case "stage-started":
                _started.Add(fingerprint);
                _working.Add($"{name} ({label})");
                if (isTarget)
                    _reached.TrySetResult(_target!.After);
                break;
            case "stage-completed":
                _stages.Add(new StageTime(name, label, TimeSpan.FromSeconds(happened.GetProperty("seconds").GetDouble())));
                _working.Remove($"{name} ({label})");
                goto case "stage-cached";
            case "stage-cached":
                _done.Add(fingerprint);
                if (isTarget)
                    _reached.TrySetResult(TimeSpan.Zero);
                break;
        }
    }
}
