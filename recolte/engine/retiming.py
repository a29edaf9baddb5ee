"""Times for a text that has none: found where a recogniser heard the same words (forced alignment by its own words)."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from recolte.engine.pairs import pairs
from recolte.engine.turns import Turn, Word
from recolte.engine.words import spans

ENOUGH = 0.2  # of the words must have been heard: below, it is another recording, or another language


@dataclass(frozen=True, slots=True)
class Retimed:
    """`share` (0–1) of the words of the text were heard as such; the others lie between them, by their letters."""

    turns: list[Turn]
    share: float

    @property
    def is_believable(self) -> bool:
        return self.share >= ENOUGH


def retime(turns: Sequence[Turn], heard: Iterable[Turn]) -> Retimed:
    """The same `turns` with the times (ms) of their words and their own, as far as `heard` tells.

    Words are compared without capitals and accents. A word that was not heard as such shares the time between its
    neighbours that were; before the first and after the last, it has their time and lasts 0 ms. Times never go back.
    """
    told = [(number, start, end, word) for number, turn in enumerate(turns) for start, end, word in spans(turn.text)]
    known = [
        (word, one.start_ms, one.end_ms, one.probability)
        for turn in sorted(heard, key=lambda turn: turn.start_ms or 0)
        for one in turn.words
        for _, _, word in list(spans(turn.text[one.start : one.end]))[:1]
    ]
    found = dict(pairs([word for *_, word in told], [word for word, *_ in known]))
    sure = sorted(found)
    timed: list[list[Word]] = [[] for _ in turns]
    latest = 0
    for index, (number, start, end, _word) in enumerate(told):
        if index in found:
            _, first, last, probability = known[found[index]]
            word = Word(start, end, max(first, latest), max(last, latest, first), probability)
        else:
            first, last = _between(told, known, found, sure, index)
            word = Word(start, end, max(first, latest), max(last, latest), 0.0)
        latest = word.start_ms
        timed[number].append(word)
    retimed = [
        replace(turn, start_ms=words[0].start_ms, end_ms=max(one.end_ms for one in words), words=tuple(words))
        if words and sure
        else turn
        for turn, words in zip(turns, timed, strict=True)
    ]
    return Retimed(retimed, len(found) / len(told) if told else 0.0)


def _between(
    told: Sequence[tuple[int, int, int, str]],
    known: Sequence[tuple[str, int, int, float]],
    found: dict[int, int],
    sure: Sequence[int],
    index: int,
) -> tuple[int, int]:
    """The time of a word that was not heard: its share, by letters, of what lies between its sure neighbours."""
    place = bisect_left(sure, index)
    if not sure:
        return 0, 0
    if place == 0:
        begins = known[found[sure[0]]][1]
        return begins, begins
    if place == len(sure):
        ends = known[found[sure[-1]]][2]
        return ends, ends
    before, after = sure[place - 1], sure[place]
    low, high = known[found[before]][2], known[found[after]][1]
    high = max(low, high)
    letters = [end - start for _, start, end, _ in told[before + 1 : after]]
    passed, own, whole = sum(letters[: index - before - 1]), letters[index - before - 1], sum(letters)
    return low + (high - low) * passed // whole, low + (high - low) * (passed + own) // whole
