using System.Globalization;

namespace ContrastivePipeline.Data.Preparation;

/// <summary>Puts the rows of a text source into parts, in the table's order.</summary>
internal sealed class TextAssembly(DatasetSpec spec, Ledger ledger, string scratch)
{
    private readonly PartWriter<CaptionRow> _sentences = new(ShardTables.Captions, scratch);
    private readonly PartWriter<SentencePairRow> _pairs = new(ShardTables.SentencePairs, scratch);
    private readonly HashSet<TextItem> _known = [];
    private readonly List<TripleRow> _triples = [];

    /// <summary>Accounts for a row and keeps it where it is sound.</summary>
    public async Task AddAsync(TextRow row, CancellationToken cancellationToken)
    {
        if (row.Fault is not null)
        {
            ledger.Quarantine(row, row.Fault);
            return;
        }

        switch (row.Item)
        {
            // Pairs are what is measured with, and published numbers count those that are there twice.
            case SentencePair pair:
                ledger.Kept(pair.Split);
                await _pairs.AddAsync(new SentencePairRow(pair.First, pair.Second, pair.Score, pair.Subset ?? row.File, pair.Split), cancellationToken);
                break;
            case Sentence sentence when _known.Add(sentence with { Split = "" }):
                ledger.Kept(sentence.Split);
                // Ids in the order of the table, which is that of the parts.
                var id = row.Row.ToString("D10", CultureInfo.InvariantCulture);
                await _sentences.AddAsync(new CaptionRow(id, 0, sentence.Text, id, row.File, sentence.Split), cancellationToken);
                break;
            case SentenceTriple triple when _known.Add(triple):
                ledger.Kept(Splits.Train);
                _triples.Add(new TripleRow(triple.Anchor, triple.Positive, triple.Negative, row.File));
                break;
            default:
                ledger.Duplicate();
                break;
        }
    }

    /// <summary>Writes what remains and closes the accounting.</summary>
    /// <exception cref="SourceException">Not one row was kept.</exception>
    public async Task<PreparedDataset> CompleteAsync(CancellationToken cancellationToken)
    {
        var accounting = ledger.Close();
        var triples = new PartWriter<TripleRow>(ShardTables.Triples, scratch);
        await triples.AddAsync(_triples.OrderBy(triple => triple.Anchor, StringComparer.Ordinal), cancellationToken);
        var quarantine = new PartWriter<QuarantineRow>(ShardTables.Quarantine, scratch);
        await quarantine.AddAsync(ledger.QuarantineInOrder(), cancellationToken);
        return new PreparedDataset(
            spec, [], await _sentences.CompleteAsync(cancellationToken), [], await triples.CompleteAsync(cancellationToken),
            await _pairs.CompleteAsync(cancellationToken), await quarantine.CompleteAsync(cancellationToken), [], accounting);
    }
}
