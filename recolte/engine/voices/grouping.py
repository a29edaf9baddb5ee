"""Voices told apart without examples, when it is known how many speak."""

from collections.abc import Sequence

import numpy as np

from recolte.engine.voices.encoder import Array, unit

LONG = 1.5  # s from which a span may found a group; shorter ones say too little
MOST = 1500  # spans that are compared pair by pair: the longest


def group(found: Sequence[Array], seconds: Sequence[float], count: int) -> list[Array]:
    """The voices, at most `count`, of spans that sound like `found` and last `seconds`: the first heard first.

    The two groups that are most alike, on the mean of their pairs, are joined until `count` are left.
    """
    if not found:
        return []
    longest = sorted(range(len(found)), key=lambda i: -seconds[i])[:MOST]
    founding = sorted(i for i in longest if seconds[i] >= LONG)
    if len(founding) < count:
        founding = sorted(longest[: max(count, len(founding))])
    vectors = np.stack([found[i] for i in founding])
    weights = np.array([seconds[i] for i in founding], np.float32)
    sums, members = vectors * weights[:, None], [[i] for i in range(len(founding))]
    alive = np.ones(len(founding), bool)
    sizes = weights.copy()
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    for _ in range(len(founding) - max(1, count)):
        one, two = divmod(int(likeness.argmax()), len(founding))
        sums[one] += sums[two]
        sizes[one] += sizes[two]
        members[one] += members[two]
        alive[two] = False
        likeness[two], likeness[:, two] = -np.inf, -np.inf
        row = np.where(alive, sums @ sums[one] / (sizes * sizes[one]), -np.inf)  # the mean over all pairs
        row[one] = -np.inf
        likeness[one], likeness[:, one] = row, row
    groups = sorted((min(members[i]), i) for i in np.flatnonzero(alive))
    return [unit(sums[i]) for _, i in groups]
