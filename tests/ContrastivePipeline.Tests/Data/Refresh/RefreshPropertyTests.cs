using System.Text;

namespace ContrastivePipeline.Tests.Data.Refresh;

/// <summary>Any sequence of refreshes does what the same changes do to a dictionary.</summary>
public sealed class RefreshPropertyTests(AzuriteFixture azurite)
{
    private const int Steps = 12;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Refreshes_do_what_a_dictionary_does(int seed)
    {
        var random = new Random(seed);
        string[] media = ["a", "b", "c", "d/e", "d/f", "\u00e9", "\U0001F600"];
        var model = media.ToDictionary(id => id, id => new List<string> { $"first {id}", $"second {id}" });
        var (lab, basis) = await RefreshLab.OpenAsync(
            await azurite.OpenStoreAsync(), [.. model.SelectMany(entry => entry.Value.Select(caption => $"{entry.Key},{caption},train"))]);
        using var _ = lab;
        for (var step = 0; step < Steps; step++)
        {
            var (mode, table, rows) = Change(random, step, model);
            var record = await lab.RefreshAsync(basis, mode, table, $"{step}.tsv");
            Assert.Equal((rows, 0L), (record.Rows.Read, record.Rows.Rejected));
            var result = await lab.ResultAsync(record);
            Assert.Equal(
                model.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .SelectMany(entry => entry.Value.Select((caption, i) => $"{entry.Key}/{i}={caption}")),
                await lab.CaptionsAsync(result));

            var books = result.Accounting;
            Assert.Equal(books.SourceRows, books.Kept + books.Duplicates + books.Quarantined + books.Superseded);
            Assert.Equal(record.Captions.After, books.Kept);
            var diff = await lab.Catalog.DiffAsync(basis, result, 3, Ct);
            Assert.Equal(new ChangeCounts(record.Rows.Added, record.Rows.Changed, record.Captions.Removed, record.Captions.Unchanged),
                diff.Captions);
            basis = result;
        }
    }

    /// <summary>Changes the model and writes the table that asks for the same.</summary>
    private static (RefreshMode Mode, string Table, long Rows) Change(Random random, int step, Dictionary<string, List<string>> model)
    {
        var table = new StringBuilder();
        var rows = 0L;
        var (mode, isIndexed) = random.Next(5) switch
        {
            0 => (RefreshMode.Replace, false),
            1 => (RefreshMode.Replace, true),
            2 => (RefreshMode.Patch, false),
            3 => (RefreshMode.Patch, true),
            _ => (RefreshMode.Append, random.Next(2) == 0),
        };
        table.Append(isIndexed ? "caption_index\tcaption\tid\tsplit\n" : "caption\tid\tsplit\n");
        foreach (var (at, id) in model.Keys.OrderBy(_ => random.Next()).ToArray().Index())
        {
            var captions = model[id];
            // One at least: a table without rows is refused.
            if (at > 0 && random.Next(3) == 0)
            {
                if (mode == RefreshMode.Replace)
                {
                    captions.Clear();
                }
            }
            else if (mode == RefreshMode.Append || (mode == RefreshMode.Patch && isIndexed))
            {
                Extend(id, captions);
            }
            else
            {
                Rewrite(id, captions);
            }
        }

        return (mode, table.ToString(), rows);

        void Extend(string id, List<string> captions)
        {
            if (mode == RefreshMode.Patch && captions.Count > 0)
            {
                var at = random.Next(captions.Count);
                captions[at] = $"patched {step} {id}";
                Write(at, captions[at], id);
            }

            for (var more = random.Next(1, 3); more > 0; more--)
            {
                captions.Add($"added {step}.{more} {id}");
                Write(captions.Count - 1, captions[^1], id);
            }
        }

        void Rewrite(string id, List<string> captions)
        {
            var kept = captions.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).ToList();
            if (kept.Count == 0 || random.Next(2) == 0)
            {
                kept.Insert(random.Next(kept.Count + 1), $"rewritten {step} {id}");
            }

            captions.Clear();
            captions.AddRange(kept);
            for (var i = 0; i < kept.Count; i++)
            {
                Write(i, kept[i], id);
            }
        }

        void Write(int index, string caption, string id)
        {
            rows++;
            table.Append(isIndexed ? $"{index}\t{caption}\t{id}\ttrain\n" : $"{caption}\t{id}\ttrain\n");
        }
    }
}
