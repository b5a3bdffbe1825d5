namespace ContrastivePipeline.Evaluation;

/// <summary>The items with the highest dot products, for search and for a report's examples.</summary>
public static class NearestNeighbours
{
    /// <summary>Finds the nearest items of each query, best first; of equal scores the lower row first.</summary>
    /// <param name="queries">[queries, d].</param>
    /// <param name="items">[items, d].</param>
    /// <param name="count">Items a query; all of them where there are fewer.</param>
    /// <exception cref="ArgumentException">There are no rows, dimensions differ or a value is not finite.</exception>
    public static Neighbour[][] Find(EmbeddingMatrix queries, EmbeddingMatrix items, int count)
    {
        Check.Finite(queries, "queries");
        Check.Finite(items, "items");
        Check.SameDimension(queries, items, "queries", "items");
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var best = new List<Neighbour>[queries.Count];
        DotProducts.Visit(queries.Rows, items.Rows, tile =>
        {
            for (int i = 0; i < tile.LeftCount; i++)
            {
                var nearest = best[tile.LeftStart + i] ??= [];
                for (int j = 0; j < tile.RightCount; j++)
                    Insert(nearest, new(tile.RightStart + j, tile[i][j]), count);
            }
        });
        return Array.ConvertAll(best, nearest => nearest.ToArray());
    }

    private static void Insert(List<Neighbour> nearest, Neighbour candidate, int count)
    {
        if (nearest.Count == count && candidate.Score <= nearest[^1].Score)
            return;
        int place = nearest.Count;
        while (place > 0 && nearest[place - 1].Score < candidate.Score)
            place--;
        nearest.Insert(place, candidate);
        if (nearest.Count > count)
            nearest.RemoveAt(count);
    }
}

/// <summary>An item found for a query.</summary>
/// <param name="Item">0-based row among the items.</param>
/// <param name="Score">Dot product with the query; the cosine where both have length 1.</param>
public readonly record struct Neighbour(int Item, double Score);
