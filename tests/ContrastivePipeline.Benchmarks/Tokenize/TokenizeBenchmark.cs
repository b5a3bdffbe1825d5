namespace ContrastivePipeline.Benchmarks.Tokenize;

/// <summary>The demo's tokenizer: trained on the captions, then encoding them. It has no peer among Debian's packages.</summary>
internal sealed class TokenizeBenchmark : IBenchmark
{
    private const int Count = 20_000;
    private const int Vocabulary = 4096;
    private const int Context = 32;
    private const string Unit = "captions/CPU-s";

    /// <inheritdoc/>
    public string Name => "tokenize";

    /// <inheritdoc/>
    public async IAsyncEnumerable<CaseResult> RunAsync(string folder)
    {
        var captions = SampleCaptions.Create(Count);
        yield return await new Duel(1, 3).RunAsync(
            $"train a vocabulary of {Vocabulary}", Count, Unit, () => BytePairTrainer.Train(captions, Vocabulary));

        var vocabulary = BytePairTrainer.Train(captions, Vocabulary);
        yield return await new Duel(3).RunAsync("tokenize, a new tokenizer each time", Count, Unit, () =>
        {
            // Its cache of words starts empty, as a stage's does.
            var tokenizer = new BytePairTokenizer(vocabulary);
            foreach (var caption in captions)
                tokenizer.Encode(caption, Context);
        });
    }
}
