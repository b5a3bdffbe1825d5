using System.Text.Json;

namespace ContrastivePipeline.Tests.Evaluation;

/// <summary>Cases written by public implementations; their case.json says which, and states the tolerances used here.</summary>
public sealed class EvaluationGoldenTests
{
    [Theory]
    [MemberData(nameof(Golden.Cases), "retrieval", MemberType = typeof(Golden))]
    public void Retrieval_is_the_references(GoldenCase golden)
    {
        var result = Retrieval.Evaluate(
            Matrices.Of(golden, "in.image_embeds"), [.. Enumerable.Range(0, golden.ConfigInt("images"))],
            Matrices.Of(golden, "in.text_embeds"), golden.Ints("in.text_image_index"));
        Assert.Equal(golden.Ints("out.image_to_text_rank"), result.MediaToText.Ranks);
        Assert.Equal(golden.Ints("out.text_to_image_rank"), result.TextToMedia.Ranks);
        CompareMetrics(golden.Config.GetProperty("metrics_expected"), result);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "retrieval", MemberType = typeof(Golden))]
    public void Ties_count_as_the_rule_says(GoldenCase golden)
    {
        Assert.SkipUnless(golden.Tensors.ContainsKey("in.ties.image_vectors"), "The case has no ties.");
        var images = Matrices.Of(golden, "in.ties.image_vectors");
        foreach (var ties in Enum.GetValues<TieRule>())
        {
            string name = ties.ToString().ToLowerInvariant();
            var result = Retrieval.Evaluate(
                images, [.. Enumerable.Range(0, images.Count)],
                Matrices.Of(golden, "in.ties.text_vectors"), golden.Ints("in.ties.text_image_index"), ties);
            Assert.Equal(golden.Ints($"out.ties.image_to_text_rank_{name}"), result.MediaToText.Ranks);
            Assert.Equal(golden.Ints($"out.ties.text_to_image_rank_{name}"), result.TextToMedia.Ranks);
            CompareMetrics(golden.Config.GetProperty("ties_expected").GetProperty(name), result);
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "zeroshot", MemberType = typeof(Golden))]
    public void Zero_shot_classification_is_the_references(GoldenCase golden)
    {
        var media = Matrices.Of(golden, "in.image_features");
        var classifier = new ZeroShotClassifier(Matrices.Of(golden, "in.prompt_features"), golden.ConfigInt("templates"));
        var result = classifier.Evaluate(media, golden.Ints("in.labels"));
        Close(golden.Doubles("out.classifier"), classifier.Weights, 1e-12);
        Close(golden.Doubles("out.logits"), classifier.Cosines(media), 1e-12);
        Assert.Equal(golden.ConfigInt("classes"), classifier.Classes);
        Assert.Equal(golden.Ints("out.predictions"), result.Predictions);
        Assert.Equal(golden.Ints("out.class_counts"), result.ClassCounts());
        Assert.Equal(golden.Ints("out.confusion"), result.Confusion().Cast<int>());
        Close(golden.Doubles("out.per_class_accuracy"), result.PerClassAccuracy(), 1e-15);
        foreach (var expected in golden.Config.GetProperty("expected").EnumerateObject())
        {
            double actual = expected.Name.StartsWith("zeroshot_top", StringComparison.Ordinal)
                ? result.TopK(int.Parse(expected.Name["zeroshot_top".Length..]))
                : result.MeanPerClass();
            Assert.Equal(expected.Value.GetDouble(), actual, 1e-15);
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), "geometry", MemberType = typeof(Golden))]
    public void Geometry_is_the_references(GoldenCase golden)
    {
        var (media, texts) = (Matrices.Of(golden, "in.image_embeds"), Matrices.Of(golden, "in.text_embeds"));
        var (classTexts, labels) = (Matrices.Of(golden, "in.class_text_embeds"), golden.Ints("in.labels"));
        var pairs = MatchedEmbeddings.Paired(media, texts);
        var result = Geometry.Evaluate(pairs);
        var actual = new Dictionary<string, double>
        {
            ["align_alpha2"] = Geometry.Alignment(pairs),
            ["align_alpha1"] = Geometry.Alignment(pairs, alpha: 1),
            ["uniform_text_t2"] = Geometry.Uniformity(texts),
            ["uniform_image_t2"] = Geometry.Uniformity(media),
            ["uniform_text_t1"] = Geometry.Uniformity(texts, t: 1),
            ["captions_align"] = result.Alignment.Value,
            ["captions_uniform_strict_lower"] = CyclipGeometry.CaptionUniformity(media, texts),
            ["cross_uniform_offdiagonal_t2"] = result.UniformityAcross.Value,
            ["labels_alignment"] = CyclipGeometry.LabelAlignment(media, classTexts, labels),
            ["labels_uniformity"] = CyclipGeometry.LabelUniformity(media, classTexts, labels),
            ["centroid_gap"] = result.CentroidGap.Value,
            ["mean_paired_cosine"] = result.MatchedCosine.Value,
        };
        foreach (var expected in golden.Json.GetProperty("scalars").EnumerateObject())
        {
            Assert.Equal(expected.Value.GetDouble(), actual[expected.Name], 1e-9);
            Assert.Equal(golden.Doubles("out." + expected.Name)[0], actual[expected.Name], 1e-9);
        }

        Close(golden.Doubles("out.centroid_image"), Geometry.Centroid(media), 1e-9);
        Close(golden.Doubles("out.centroid_text"), Geometry.Centroid(texts), 1e-9);
    }

    private static void CompareMetrics(JsonElement expected, RetrievalResult result)
    {
        foreach (var (name, direction) in new[] { ("image_to_text", result.MediaToText), ("text_to_image", result.TextToMedia) })
        {
            foreach (var metric in expected.GetProperty(name).EnumerateObject())
            {
                double actual = metric.Name switch
                {
                    "median_rank_1based" => direction.MedianRank,
                    "median_rank_floor" => Math.Floor(direction.MedianRank),
                    "mean_rank_1based" => direction.MeanRank,
                    "mAP@10" => 100 * direction.MeanAveragePrecision,
                    _ => 100 * direction.RecallAt(int.Parse(metric.Name["R@".Length..])),
                };
                Assert.Equal(metric.Value.GetDouble(), actual, 1e-9);
            }
        }
    }

    private static void Close(double[] expected, ReadOnlySpan<double> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
