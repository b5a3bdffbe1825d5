"""Retrieval, geometry and zero-shot classification with NumPy in single precision: matrix products of some rows at a time."""

import harness

try:
    import numpy as np
except ImportError as error:
    harness.missing(error)

COLUMNS = 512
ROWS = 1000
LARGEST = 10000
NOISE = 7


def rows(count, seed):
    values = np.random.default_rng(seed).random((3, count, COLUMNS), np.float32).sum(0) - 1.5
    return unit(values)


def unit(values):
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def matched(images, texts):
    media, groups = rows(images, 1), np.arange(texts) * images // texts
    return media, unit(media[groups] + NOISE * rows(texts, 2)), groups


def ranks(queries, items, query_groups, item_groups):
    """Wrong items at or above a query's best match; ties count against the model."""
    found = []
    for start in range(0, len(queries), ROWS):
        scores = queries[start:start + ROWS] @ items.T
        match = query_groups[start:start + ROWS, None] == item_groups
        best = np.where(match, scores, -2).max(1, keepdims=True)
        found.append(((scores >= best) & ~match).sum(1))
    return np.concatenate(found)


def uniformity(left, right, left_groups, right_groups):
    total, count = 0.0, 0
    for start in range(0, len(left), ROWS):
        near = np.exp(4 * (left[start:start + ROWS] @ right.T) - 4)
        apart = left_groups[start:start + ROWS, None] != right_groups
        total += near[apart].sum(dtype=np.float64)
        count += apart.sum()
    return np.log(total / count)


def sample(values, groups):
    chosen = np.sort(np.random.default_rng(5).permutation(len(values))[:LARGEST])
    return values[chosen], groups[chosen]


def geometry(media, texts, groups):
    alignment = ((media[groups] - texts) ** 2).sum(1).mean()
    gap = np.linalg.norm(media.mean(0) - texts.mean(0))
    media, media_groups = sample(media, np.arange(len(media)))
    texts, text_groups = sample(texts, groups)
    apart = np.arange(len(texts))
    return alignment, gap, uniformity(media, media, media_groups, media_groups), uniformity(texts, texts, apart, apart), \
        uniformity(media, texts, media_groups, text_groups)


def retrieval(media, texts, groups):
    every = np.arange(len(media))
    return (ranks(media, texts, every, groups) < 1).mean(), (ranks(texts, media, groups, every) < 1).mean()


def both(data):
    return retrieval(*data), geometry(*data)


def zero_shot(media, classes):
    labels = np.arange(len(media)) % len(classes)
    return (ranks(media, classes, labels, np.arange(len(classes))) < 1).mean()


def main():
    coco, square, media, classes = matched(5000, 25000), matched(10000, 10000), rows(50000, 3), rows(1000, 4)
    harness.serve(
        {"both": lambda: both(coco), "geometry": lambda: geometry(*square), "zero-shot": lambda: zero_shot(media, classes)},
        f"NumPy {np.__version__}")


main()
