"""Which tokens of two sequences belong together: the difference of two texts, as pairs of what is the same."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

MOST = 20_000  # pairs of equal tokens that are compared at once; what repeats itself more is first split


def pairs(olds: list[str], news: list[str]) -> Iterator[tuple[int, int]]:
    """Pairs of equal tokens, ascending in both: by difflib, whose time grows with the number of pairs that it may
    choose from; where they are too many, first by what occurs once on both sides (patience)."""
    waiting = [(0, len(olds), 0, len(news))]
    while waiting:
        first, last, new_first, new_last = waiting.pop()
        left, right = olds[first:last], news[new_first:new_last]
        lefts, rights = Counter(left), Counter(right)
        if sum(count * rights[token] for token, count in lefts.items()) <= MOST:
            for i, j, n in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
                yield from ((first + i + k, new_first + j + k) for k in range(n))
            continue
        where = {token: j for j, token in enumerate(right) if rights[token] == 1}
        found = _longest_ascending(
            [(i, where[token]) for i, token in enumerate(left) if lefts[token] == 1 and token in where]
        )
        pairs = [(first + i, new_first + j) for i, j in found]
        yield from pairs
        if pairs:
            for (i, j), (next_i, next_j) in pairwise([(first - 1, new_first - 1), *pairs, (last, new_last)]):
                if i + 1 < next_i and j + 1 < next_j:
                    waiting.append((i + 1, next_i, j + 1, next_j))


def _longest_ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `pairs`, which ascend in their first number, that ascends in the second too."""
    lowest: list[int] = []  # lowest[k]: the smallest number at which k + 1 pairs can end
    ends: list[int] = []  # the index of that pair
    before: list[int] = []
    for index, (_, number) in enumerate(pairs):
        k = bisect_left(lowest, number)
        before.append(ends[k - 1] if k else -1)
        lowest[k : k + 1], ends[k : k + 1] = [number], [index]
    found, index = [], ends[-1] if ends else -1
    while index >= 0:
        found.append(pairs[index])
        index = before[index]
    return found[::-1]
