using static TorchSharp.torch;

namespace ContrastivePipeline.Tests.Training;

public sealed class MatchesTests
{
    private static readonly double[,] Logits = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } };

    // Rows 0 and 1 match.
    private static readonly bool[,] FirstTwo = { { false, true, false }, { true, false, false }, { false, false, false } };

    [Fact]
    public void Pairs_match_by_caption_image_or_concept_and_never_with_themselves()
    {
        using var scope = NewDisposeScope();
        TrainingPair[] pairs =
        [
            new(0, [5, 7]), new(1, [5, 7]), new(2, [5]), new(2, [7, 5]), new(3, [1]) { Concept = 0 }, new(4, [2]),
        ];
        Assert.Equal(
            [
                // The caption of 1, the concept of 4.
                "010010",
                "100000",
                // The image of 3.
                "000100",
                "001000",
                "100000",
                "000000",
            ],
            Rows(Matches.OfPairs(pairs)!));
        Assert.Null(Matches.OfPairs(pairs[4..]));
    }

    [Fact]
    public void Sentences_that_an_anchor_says_or_entails_are_no_negatives_of_it()
    {
        using var scope = NewDisposeScope();
        TokenTriple[] triples =
        [
            new([1], [2], [3]),
            // The positive of 0.
            new([4], [2], [5]),
            // The anchor of 0, and 0's positive as its negative.
            new([1], [6], [2]),
            // Its positive is the anchor of 1, and its own negative.
            new([7], [4], [4]),
        ];
        Assert.Equal(
            [
                // Positives 0 to 3, then negatives 0 to 3.
                "0110" + "0010",
                "1001" + "0011",
                "1000" + "0000",
                "0000" + "0001",
            ],
            Rows(Matches.OfTriples(triples)!));
        Assert.Null(Matches.OfTriples([triples[0], new([8], [9], [10])]));
    }

    [Fact]
    public void Contrastive_losses_leave_matches_out_of_the_denominator()
    {
        using var scope = NewDisposeScope();
        var (unit, texts, matches) = (eye(3, dtype: ScalarType.Float64), tensor(Logits).t(), tensor(FirstTwo));
        // I·Tᵀ are the logits.
        var rows = (Rest(1, 3) + Rest(5, 6) + Rest(9, 7, 8)) / 3;
        var columns = (Rest(1, 7) + Rest(5, 8) + Rest(9, 3, 6)) / 3;
        var one = ones([], ScalarType.Float64);
        Assert.Equal((rows + columns) / 2, CrossModal.Loss(unit, texts, one, matches).item<double>(), 1e-12);
        Assert.Equal((rows + columns) / 2, InModal.Loss(unit, texts, unit, tensor(Logits), one, matches).item<double>(), 1e-12);
    }

    [Fact]
    public void A_match_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(Logits).requires_grad_();
        CrossEntropy.OfDiagonal(logits, tensor(FirstTwo)).backward();
        var gradient = logits.grad!;
        Assert.Equal((0.0, 0.0), (gradient[0, 1].item<double>(), gradient[1, 0].item<double>()));
        // (softmax − 1 on the diagonal) / 3 of what is left.
        Assert.Equal(Math.Exp(3) / (Math.Exp(1) + Math.Exp(3)) / 3, gradient[0, 2].item<double>(), 1e-12);
        Assert.Equal(0, gradient.sum().item<double>(), 1e-12);
    }

    [Fact]
    public void Sentence_losses_leave_matches_out_of_the_denominator()
    {
        using var scope = NewDisposeScope();
        // Cosines with the unit vectors are the coordinates: rows of other texts, columns of these.
        var unit = eye(3, dtype: ScalarType.Float64);
        var second = tensor(new[,] { { 0.6, 0.8, 0 }, { 0, 0.6, 0.8 }, { 0.8, 0, 0.6 } });
        var third = tensor(new[,] { { 0, 0, 1.0 }, { 1.0, 0, 0 }, { 0, 1.0, 0 } });
        const double t = 0.5;
        // z·z′ᵀ = [.6 0 .8; .8 .6 0; 0 .8 .6], of which 0 1 and 1 0 do not count.
        var ls = (Rest(0.6 / t, 0.8 / t) + Rest(0.6 / t, 0) + Rest(0.6 / t, 0, 0.8 / t)) / 3;
        Assert.Equal(ls, SentenceUnsupervised.Loss(unit, second, t, tensor(FirstTwo)).item<double>(), 1e-12);

        // z·z⁻ᵀ = [0 1 0; 0 0 1; 1 0 0], of which the negative of 1 does not count for 0.
        var ofNegatives = tensor(new[,] { { false, true, false }, { false, false, false }, { false, false, false } });
        var matches = cat([tensor(FirstTwo), ofNegatives], 1);
        var ln = (Rest(0.6 / t, 0.8 / t, 0, 0) + Rest(0.6 / t, 0, 0, 0, 1 / t) + Rest(0.6 / t, 0, 0.8 / t, 1 / t, 0, 0)) / 3;
        Assert.Equal(ln, SentenceSupervised.Loss(unit, second, third, t, matches: matches).item<double>(), 1e-12);
    }

    [Fact]
    public void A_batch_of_one_caption_has_no_negatives_at_all()
    {
        var recipe = TinyTraining.Recipe(TinyTraining.Weights(ls: 1, inModal: true));
        var images = TinyTraining.Set();
        using var set = new TrainingSet(
            new DecodedMedia(images.Media.Input, [.. Enumerable.Range(0, 50).Select(i => images.Media[i])]),
            new TrainingPairs(Enumerable.Range(0, 50).Select(i => new TrainingPair(i, [58, 1, 59]))), []);
        using var state = new TrainingState(recipe);
        var losses = new Trainer(state).Run(new BatchSource(set, recipe), 1).Single().Losses;
        Assert.All(losses.ByObjective, term => Assert.Equal(0, term.Value, 1e-6f));
    }

    [Fact]
    public void Batches_say_what_matches_in_them()
    {
        using var scope = NewDisposeScope();
        var recipe = TinyTraining.Recipe() with { TriplesBatchSize = 5 };
        using var plain = TinyTraining.Set();
        using var repeated = TinyTraining.Repeated();
        var (without, with) = (new BatchSource(plain, recipe), new BatchSource(repeated, recipe, workers: 2));
        Assert.Null(without.At(0).PairMatches);
        var found = Enumerable.Range(0, 12).Select(step => with.At(step)).ToArray();
        Assert.Contains(found, batch => batch.PairMatches is not null);
        Assert.Contains(found, batch => batch.TripleMatches is not null);
        Assert.All(found, batch => Assert.Equal([8, 8], batch.PairMatches?.shape ?? [8, 8]));
        Assert.All(found, batch => Assert.Equal([5, 10], batch.TripleMatches?.shape ?? [5, 10]));
        Assert.All(found, batch => Assert.Equal(15, batch.Triples!.Groups.Sum(group => group.Ids.shape[0])));
        with.Dispose();
    }

    /// <summary>−ln of the softmax of the first among all.</summary>
    private static double Rest(double target, params double[] others) => Math.Log(Math.Exp(target) + others.Sum(Math.Exp)) - target;

    private static string[] Rows(Tensor mask) =>
    [
        .. mask.data<bool>().ToArray().Chunk((int)mask.shape[1]).Select(row => string.Concat(row.Select(match => match ? '1' : '0'))),
    ];
}
