namespace ContrastivePipeline.Evaluation;

/// <summary>Which media and texts match: those of one group, and those where a text of the media item's group has the same words.</summary>
internal sealed class MatchIndex
{
    private readonly int[] _mediaGroup, _textGroup, _textWords;
    private readonly ILookup<int, int> _mediaOfGroup, _textsOfGroup;

    // Only words that several groups have: most sets have none, and then a group is all there is to look at.
    private readonly Dictionary<int, int[]> _groupsOfWords, _textsOfWords;
    private readonly bool[] _isShared;
    private readonly Dictionary<int, int> _cluster = [];

    public MatchIndex(int[] mediaGroup, int[] textGroup, int[] textWords)
    {
        (_mediaGroup, _textGroup, _textWords) = (mediaGroup, textGroup, textWords);
        _mediaOfGroup = Enumerable.Range(0, mediaGroup.Length).ToLookup(mediaItem => mediaGroup[mediaItem]);
        _textsOfGroup = Enumerable.Range(0, textGroup.Length).ToLookup(text => textGroup[text]);
        _textsOfWords = Enumerable.Range(0, textGroup.Length).GroupBy(text => textWords[text])
            .Where(same => same.Select(text => textGroup[text]).Distinct().Skip(1).Any())
            .ToDictionary(same => same.Key, same => same.ToArray());
        _groupsOfWords = _textsOfWords.ToDictionary(
            words => words.Key, words => words.Value.Select(text => textGroup[text]).Distinct().Order().ToArray());
        _isShared = Array.ConvertAll(textWords, _groupsOfWords.ContainsKey);
        foreach (int[] groups in _groupsOfWords.Values)
        {
            foreach (int group in groups)
                _cluster[ClusterOf(group)] = ClusterOf(groups[0]);
        }
    }

    /// <summary>A group that stands for all groups that are joined by texts with this one.</summary>
    public int ClusterOf(int group)
    {
        while (_cluster.TryGetValue(group, out int other) && other != group)
            group = other;
        return group;
    }

    public bool Matches(int mediaItem, int text) => _mediaGroup[mediaItem] == _textGroup[text]
        || (_isShared[text] && Array.BinarySearch(_groupsOfWords[_textWords[text]], _mediaGroup[mediaItem]) >= 0);

    public int[] TextsOf(int mediaItem) =>
    [
        .. _textsOfGroup[_mediaGroup[mediaItem]]
            .SelectMany(text => _isShared[text] ? _textsOfWords[_textWords[text]] : [text]).Distinct().Order(),
    ];

    public int[] MediaOf(int text) => _isShared[text]
        ? [.. _groupsOfWords[_textWords[text]].SelectMany(group => _mediaOfGroup[group]).Order()]
        : [.. _mediaOfGroup[_textGroup[text]]];
}
