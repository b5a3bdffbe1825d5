using SkiaSharp;

namespace ContrastivePipeline.Tests.Reporting;

/// <summary>A report of the size and with numbers like the demo's. Made up, the same every time; no result of anything.</summary>
internal static class SampleReport
{
    public const string Dataset = "emoji", Version = "3f9c02ab71de";

    public static readonly IReadOnlyList<VariantSummary> Variants =
    [
        new("clip", "CLIP", Weights("clip"), null),
        new("clip+ls", "CLIP + Ls", Weights("clip+ls"), "clip"),
        new("clip+ln", "CLIP + Ln", Weights("clip+ln"), "clip"),
        new("cyclip", "CyCLIP", Weights("cyclip"), "clip"),
        new("cyclip+ls", "CyCLIP + Ls", Weights("cyclip+ls"), "cyclip"),
        new("cyclip+ln", "CyCLIP + Ln", Weights("cyclip+ln"), "cyclip"),
    ];

    public static ReportedWeights Weights(ObjectiveWeights objectives) => new(objectives.Terms.Select(
        term => (ReportFormatter.Objectives.Single(o => o.Key == term.Objective.Key), term.Weight)));

    private static ReportedWeights Weights(string variant) => Weights(VariantSection.Named(variant)!.Objectives);

    // media-to-text, text-to-media and unseen R@1; alignment; uniformity of text and media; category top-1
    private static readonly Dictionary<string, double[]> Values = new()
    {
        ["clip"] = [.469, .482, .215, .531, -3.256, -3.209, .512],
        ["clip+ls"] = [.513, .518, .257, .706, -3.513, -3.406, .547],
        ["clip+ln"] = [.461, .470, .219, .612, -3.402, -3.288, .521],
        ["cyclip"] = [.429, .385, .208, .859, -1.942, -1.921, .488],
        ["cyclip+ls"] = [.526, .518, .277, .946, -2.683, -2.641, .561],
        ["cyclip+ln"] = [.438, .401, .211, .901, -2.207, -2.095, .495],
    };

    private static readonly string[] Captions =
    [
        "grinning face with smiling eyes, happy, mouth", "flag of Iceland", "rocket, space, launch", "red apple, fruit", "tabby cat, pet",
        "<script>alert('caption')</script> & \"quotes\"", "umbrella with rain drops, weather", "sailing boat, sea",
        "chess pawn, expendable", "fire engine, truck",
    ];

    public static ReportData Create(int seeds, int imagePixels = 64)
    {
        int[] seedIds = [.. Enumerable.Range(1, seeds)];
        var random = new Random(17);
        var measurements = (from v in Variants from seed in seedIds from m in Measure(v.Id, seed, random) select m).ToList();
        return new(Experiment(), [Drawings], Model(), Training(), Variants, measurements)
        {
            Differences =
                [.. from m in measurements where Variants.First(v => v.Id == m.Variant).Baseline is not null select Difference(
                    m, measurements)],
            ClassCounts = [new(Dataset, "unseen", "category", [90, 161, 30, 42, 80])],
            Objectives = ReportFormatter.Objectives,
            Curves = [.. from v in Variants from seed in seedIds select Curve(v, seed)],
            Similarities = [.. Variants.Select(v => Histogram(v.Id))],
            Maps = [.. Variants.Select((v, i) => Map(v.Id, i))],
            Examples = [.. from v in Variants where v.Id is "clip" or "cyclip+ls" from e in Examples(v.Id, imagePixels) select e],
        };
    }

    private static ReportedDataset Drawings => new(
        Dataset, Version,
        new DataAccounting(5_718, 5_664, 41, 13, new Dictionary<string, long> { ["empty-caption"] = 4, ["truncated-image"] = 9 },
            new Dictionary<string, long> { ["train"] = 4_715, ["seen"] = 382, ["unseen"] = 567 }))
    {
        SplitTitles = new Dictionary<string, string>
        {
            ["seen"] = "seen concept, unseen drawing",
            ["unseen"] = "unseen concept",
            ["train"] = "what the models were trained on",
        },
        LabelSets = [new("category", ["animal", "face", "flag", "food", "vehicle"])],
        QuarantinedExamples =
        [
            new("emoji-datasource-google/img/1f600.png", 214, "image", "truncated-image",
                "The PNG ends after 312 of 1,204 bytes; fetch the package again.", "1f600.png\tgrinning <b>face</b>"),
            new("pairs.tsv", 77, "caption", "empty-caption", "The caption is empty; give it a text or drop the row.", "images/0077.png\t"),
        ],
    };

    private static ExperimentSummary Experiment() => new(
        "demo", "20261123-143108-5f2a",
        "# Six variants on the emoji packages\nname: demo\ndata: { source: emoji, size: 64 }\nseeds: [1]\nvariants: [clip, clip+ls, "
        + "clip+ln, cyclip, cyclip+ls, cyclip+ln]\ntrain: { steps: 400, batch: 128, lr: 1e-3 }  # <fast>\n",
        "contrastive run demo", "0.1.0+4c1f2a9", "Linux x64, 2 cores, 2 threads, libtorch 2.10 for the CPU",
        new DateTimeOffset(2026, 11, 23, 14, 31, 8, TimeSpan.Zero), new DateTimeOffset(2026, 11, 23, 14, 44, 50, TimeSpan.Zero),
        [new("prepare data", TimeSpan.FromSeconds(38)),
            .. Variants.Select((v, i) => new StageDuration($"train {v.Id}, seed 1", TimeSpan.FromSeconds(96 + (7 * i)))),
            new("evaluate", TimeSpan.FromSeconds(21.4))]);

    private static ModelSummary Model() => new(
        [new("media encoder", "CLIP modified ResNet, layers 1-1-1-1, width 16, 64 px"),
            new("language encoder", "CLIP text Transformer, 128 wide, 3 layers, 4 heads, dropout 0.1"),
            new("shared embedding space", "128")],
        [new("media encoder", 1_204_864), new("language encoder", 1_310_720), new("logit scale", 1)]);

    private static Setting[] Training() =>
        [new("steps", "400"), new("batch size", "128"), new("optimiser", "AdamW, lr 0.001, weight decay 0.1"),
            new("schedule", "50 warm-up steps, then cosine to 0")];

    private static IEnumerable<Measurement> Measure(string variant, int seed, Random random)
    {
        double[] v = [.. Values[variant].Select(x => x + (seed == 1 ? 0 : (random.NextDouble() - 0.5) * 0.02))];
        Measurement M(string metric, string formula, string split, int n, double value) =>
            new(variant, seed, metric, formula, Dataset, Version, split, n, value);
        foreach (
            var (split, forth, back, images, texts) in new[] { ("seen", v[0], v[1], 382, 382), ("unseen", v[2], v[2] + .013, 567, 190) })
        {
            foreach (var (direction, r1, n) in new[] { ("media-to-text", forth, images), ("text-to-media", back, texts) })
            {
                foreach (int k in new[] { 1, 5, 10 })
                {
                    yield return M($"retrieval/{direction}/r@{k}", "recall-at-k/1", split, n,
                        Math.Round((1 - Math.Pow(1 - r1, 1 + (0.55 * Math.Log(k)))) * n) / n);
                }

                yield return M($"retrieval/{direction}/median-rank", "median-rank/1", split, n, Math.Max(1, Math.Round(1 / r1)));
            }
            double shift = split == "seen" ? 0 : .11;
            yield return M("geometry/alignment", "alignment/1", split, images, v[3] + shift);
            yield return M("geometry/uniformity-text", "uniformity/1", split, texts, v[4] + shift);
            yield return M("geometry/uniformity-media", "uniformity/1", split, images, v[5] + shift);
            yield return M("geometry/uniformity-cross", "uniformity/1", split, images, (v[4] + v[5]) / 2 + shift);
            yield return M("geometry/modality-gap", "modality-gap/1", split, images, .21 + (v[3] / 9));
        }
        foreach (int k in new[] { 1, 3 })
            yield return M($"zero-shot/category/top-{k}", "top-k/1", "unseen", 403, Math.Min(.99, v[6] * (1 + (0.2 * (k - 1)))));
    }

    private static PairedDifference Difference(Measurement m, List<Measurement> all)
    {
        string baseline = Variants.First(v => v.Id == m.Variant).Baseline!;
        double difference = m.Value - all.First(
            b => b.Variant == baseline && b.Seed == m.Seed && b.Metric == m.Metric && b.Split == m.Split).Value;
        double half = m.Metric.StartsWith("geometry", StringComparison.Ordinal) ? 0.03 : m.Metric.EndsWith("rank", StringComparison.Ordinal)
            ? 1 : 0.045;
        return new(m.Variant, baseline, m.Seed, m.Metric, m.Dataset, m.Split, Test(difference, half));
    }

    /// <summary>What a test of 200 clusters gives for an interval.</summary>
    public static JackknifeDifference Test(double difference, double half)
    {
        double error = half / StudentT.Critical(PairedJackknife.Level, 199);
        return new(difference, error, 199, difference - half, difference + half, StudentT.TwoSided(difference / error, 199), 200);
    }

    private static TrainingCurve Curve(VariantSummary variant, int seed)
    {
        int index = Variants.ToList().IndexOf(variant);
        var random = new Random((100 * seed) + index);
        var o = variant.Objectives;
        var points = new List<CurvePoint>();
        for (int step = 1; step <= 400; step++)
        {
            double noise = 1 + ((random.NextDouble() - .5) * .12), t = step / 400.0;
            double contrastive = (0.5 + (4.4 * Math.Exp(-t * ((o.IsCyclic ? 2.4 : 3.1) - (.12 * index) + (.05 * seed))))) * noise;
            var terms = new Dictionary<string, double> { ["contrastive"] = contrastive };
            void Add(string key, double value)
            {
                if (o[key] > 0)
                    terms[key] = value;
            }
            Add("cyclic_cross", 0.4 * Math.Exp((-4 + (.3 * index)) * t) * noise);
            Add("cyclic_inmodal", 1.1 * Math.Exp((-2.8 + (.3 * index)) * t) * noise);
            Add("ls", 0.05 + ((2 + (.1 * index)) * Math.Exp(-9 * t) * noise));
            Add("ln", 0.3 + (2.6 * Math.Exp((-6 + (.3 * index)) * t) * noise));
            double loss = terms.Sum(term => o[term.Key] * term.Value);
            double rate = step < 50 ? 1e-3 * step / 50 : 5e-4 * (1 + Math.Cos(Math.PI * (step - 50) / 350));
            points.Add(new(
                step, loss, terms, rate, 14.3 + ((o.IsCyclic ? 3 : 8) + (.5 * index)) * t));
        }
        return new(variant.Id, seed, points);
    }

    private static PairSimilarities Histogram(string variant)
    {
        double matched = 1 - (Values[variant][3] / 2), spread = Values[variant][4] < -3 ? .13 : .2;
        double[] edges = [.. Enumerable.Range(0, 41).Select(i => -1 + (i * .05))];
        long[] Counts(double mean, double sd, int pairs)
        {
            double[] density = [.. edges[..^1].Select(e => Math.Exp(-Math.Pow((e + .025 - mean) / sd, 2) / 2))];
            return [.. density.Select(d => (long)Math.Round(pairs * d / density.Sum()))];
        }
        return new(variant, 1, Dataset, "seen", edges, Counts(matched, .12, 382), Counts(.02, spread, 145_542));
    }

    private static EmbeddingMap Map(string variant, int seed)
    {
        var random = new Random(seed);
        double gap = 0.06 + (Values[variant][3] / 12);
        var pairs = Enumerable.Range(0, 200).Select(_ =>
        {
            double angle = random.NextDouble() * Math.Tau, radius = .25 + (.4 * random.NextDouble());
            double x = radius * Math.Cos(angle), y = radius * Math.Sin(angle);
            double Near() => (random.NextDouble() - .5) * gap * 2;
            return new MapPair(x + gap + Near(), y + Near(), x - gap + Near(), y + Near());
        });
        return new(variant, 1, Dataset, "seen", 0.23, [.. pairs]);
    }

    private static IEnumerable<RetrievalExample> Examples(string variant, int pixels)
    {
        for (int q = 0; q < 4; q++)
        {
            int right = (q * 2 + (variant == "clip" ? 1 : 0)) % 7;
            var results = Enumerable.Range(0, 5)
                .Select(i => new RetrievedItem(Image((q + ((i - right) * 3) + 30) % 10, i, pixels), .71 - (.06 * i), i == right));
            yield return new(variant, 1, Dataset, "seen", new(Captions[q == 1 ? 5 : q], null), [.. results], right + 1);
        }
        for (int q = 0; q < 2; q++)
        {
            var results = Enumerable.Range(0, 5)
                .Select(i => new RetrievedItem(new(Captions[(q + i + 3) % 10], null), .66 - (.05 * i), i == q));
            yield return new(variant, 1, Dataset, "unseen", Image(q + 3, 0, pixels), [.. results], q + 1);
        }
    }

    private static ExampleItem Image(int concept, int style, int pixels)
    {
        using var bitmap = new SKBitmap(pixels, pixels);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var paint = new SKPaint { Color = SKColor.FromHsv(concept * 36, 70, 90), IsAntialias = true };
        float c = pixels / 2f;
        if (concept % 2 == 0)
            canvas.DrawCircle(c, c, c * .8f, paint);
        else
            canvas.DrawRoundRect(c * .3f, c * .4f, c * 1.4f, c * 1.2f, c * .2f * style, c * .2f * style, paint);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return new(Captions[concept], png.ToArray());
    }
}
