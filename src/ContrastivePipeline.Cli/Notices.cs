namespace ContrastivePipeline.Cli;

/// <summary>Passes on what takes long.</summary>
internal sealed class Notices(Invocation call) : IProgress<string>
{
    public void Report(string value) => call.Notice(value);
}
