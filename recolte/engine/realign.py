"""The times of words: when a passage was said, and what becomes of them when a turn's text was corrected (ms)."""

import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from recolte.engine.anchors import Change
from recolte.engine.turns import Word

_TOKEN = re.compile(r"\S+")  # words as the speech engine cuts them: up to a space, with their punctuation
_LETTER = re.compile(r"[^\W_]")

Span = tuple[int, int]


def times(words: Sequence[Word], start: int, end: int) -> tuple[int, int] | None:
    """When [start, end) of a turn's text was said (ms): from the first word that it touches to the last.

    A passage that touches none is said with the word before it, or with the first. None when there are no words.
    """
    if not words:
        return None
    first = bisect_right(words, start, key=lambda word: word.end)
    last = bisect_left(words, end, key=lambda word: word.start)
    if first >= last:
        first = max(0, last - 1)
        last = first + 1
    return words[first].start_ms, max(word.end_ms for word in words[first:last])


def realign(old: str, words: Sequence[Word], new: str, start_ms: int | None, end_ms: int | None) -> tuple[Word, ...]:
    """The words of a turn, said from `start_ms` to `end_ms`, after its text became `new`; () when it had none.

    Words that survive keep their times and probability, also where only the punctuation beside them changed. Those that
    a person wrote (probability 1.0) share out the time of the words that they replace, or else the silence between
    their neighbours, by their lengths; where there is no silence they last 0 ms. Starts never go back.
    """
    if not words:
        return ()
    earliest = words[0].start_ms if start_ms is None else start_ms
    latest = max(word.end_ms for word in words) if end_ms is None else end_ms
    result: list[Word] = []
    passed, written = 0, list[Span]()  # how many of `words` lie behind, and what was written since
    for piece in [*_pieces(old, words, new), None]:
        if isinstance(piece, tuple):
            written.append(piece)
            continue
        index = piece.index if piece else len(words)
        if written:
            floor = result[-1].start_ms if result else earliest
            ceiling = words[index].start_ms if piece else latest
            low, high = result[-1].end_ms if result else earliest, ceiling
            if replaced := words[passed:index]:
                low, high = replaced[0].start_ms, min(replaced[-1].end_ms, ceiling)
            low = max(floor, min(low, ceiling))
            result += _shared(written, low, max(low, high))
            written = []
        if piece:
            result.append(replace(words[index], start=piece.start, end=piece.end))
        passed = index + 1
    return tuple(result)


def _shared(spans: Sequence[Span], start_ms: int, end_ms: int) -> Iterator[Word]:
    """Words at `spans` that share out the time from `start_ms` to `end_ms` by their lengths."""
    whole, said = sum(end - start for start, end in spans), 0
    for start, end in spans:
        first = start_ms + (end_ms - start_ms) * said // whole
        said += end - start
        yield Word(start, end, first, start_ms + (end_ms - start_ms) * said // whole)


@dataclass(slots=True)
class _Survivor:
    """An old word, and its span in the new text."""

    index: int
    start: int
    end: int


def _pieces(old: str, words: Sequence[Word], new: str) -> Iterator[_Survivor | Span]:
    """What the new text is made of, in order: words that survive, and spans of words that do not."""
    for start, end, held in _groups(new, _survivors(old, words, new)):
        edges = [start, *(edge for one in held for edge in (one.start, one.end)), end]
        between = list(zip(edges[::2], edges[1::2], strict=True))  # a letter there makes it another word
        if held and not any(_LETTER.search(new, *gap) for gap in between):
            for one, (_, after) in zip(held, between[1:], strict=True):
                word = words[one.index]
                if not old[max(0, word.start - 1) : word.start].strip():
                    one.start = start
                if not old[word.end : word.end + 1].strip():
                    one.end = after
                start = one.end
                yield one
        else:
            yield from (token.span() for token in _TOKEN.finditer(new, start, end) if _LETTER.search(token.group()))


def _groups(new: str, survivors: Iterable[_Survivor]) -> Iterator[tuple[int, int, list[_Survivor]]]:
    """The tokens of the new text with the survivors in them; tokens that one survivor bridges are together."""
    waiting, held, start = deque(survivors), list[_Survivor](), -1
    for token in _TOKEN.finditer(new):
        start = token.start() if start < 0 else start
        while waiting and waiting[0].start < token.end():
            held.append(waiting.popleft())
        if not (held and held[-1].end > token.end()):
            yield start, token.end(), held
            held, start = [], -1


def _survivors(old: str, words: Sequence[Word], new: str) -> Iterator[_Survivor]:
    """The words whose letters stand together in the new text as well, with as much of their punctuation as does."""
    change = Change(old, new)
    for index, word in enumerate(words):
        letters = [match.start() for match in _LETTER.finditer(old, word.start, word.end)] or [word.start, word.end - 1]
        start, end = letters[0], letters[-1] + 1
        found = change.kept(start, end)
        if found is not None:
            before = start - word.start if change.kept(word.start, end) is not None else 0
            after = word.end - end if change.kept(start, word.end) is not None else 0
            yield _Survivor(index, found - before, found + end - start + after)
