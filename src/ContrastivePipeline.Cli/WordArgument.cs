using System.CommandLine;

namespace ContrastivePipeline.Cli;

/// <summary>An argument that is one word: a misspelt option is not taken for it.</summary>
internal static class WordArgument
{
    public static Argument<string> Create(string name, string help)
    {
        var argument = new Argument<string>(name) { Description = help };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option)
                result.AddError($"Unrecognized option '{option.Value}'.");
        });
        return argument;
    }

    /// <summary>An argument that may be left out.</summary>
    public static Argument<string> Create(string name, string help, string otherwise)
    {
        var argument = Create(name, help);
        argument.Arity = ArgumentArity.ZeroOrOne;
        argument.DefaultValueFactory = _ => otherwise;
        return argument;
    }
}
