"""Taking words out of a text that is passed on, and leaving a mark where they stood.

without(Turn("je vous le dis hors micro"), [(3, 14)], "[…]")  ->  Turn("je […] hors micro")
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from recolte.engine.turns import Turn, Word

Span = tuple[int, int]  # half-open

ELLIPSIS = "…"  # where a mark is longer than what it stands for
_BLANK = re.compile(r"\s*")


def within(turn: Turn, at: int, points: Iterable[Span], seconds: Iterable[Span]) -> list[Span]:
    """The parts of `turn`, which begins at the code point `at` of its text, that lie in `points` of that text or are said
    in `seconds` (ms): whole words, in order, in code points of the turn. A turn whose words have no times goes as a whole.
    """
    found = [(start - at, end - at) for start, end in points if start < at + len(turn.text) and end > at]
    for first, last in seconds:
        if turn.words:
            said = [word for word in turn.words if word.start_ms < last and word.end_ms > first]
            found += [(said[0].start, said[-1].end)] if said else []
        elif turn.start_ms is not None and turn.start_ms < last and (turn.end_ms or turn.start_ms + 1) > first:
            found.append((0, len(turn.text)))
    return whole_words(turn.text, found)


def whole_words(text: str, spans: Iterable[Span]) -> list[Span]:
    """`spans` grown to where their words end, in order; those with nothing but blanks between them are one."""
    found: list[Span] = []
    for start, end in sorted((max(0, start), min(len(text), end)) for start, end in spans):
        while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        if start >= end:
            continue
        if found and _BLANK.fullmatch(text, found[-1][1], max(start, found[-1][1])):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def blanked(text: str, spans: Sequence[Span], mark: str = "") -> str:
    """`text` with `mark`, or what fits of it, in the place of each of `spans`, filled up with blanks: every other word
    stays at its code point.
    """
    for start, end in spans:
        fits = mark if len(mark) <= end - start else ELLIPSIS
        text = f"{text[:start]}{fits if mark else '':<{end - start}}{text[end:]}"
    return text


def without(turn: Turn, spans: Sequence[Span], mark: str) -> Turn:
    """`turn` with `mark` in the place of each of `spans` (in order); the mark has the times of the words that it hides."""
    if not spans:
        return turn
    text, words, at = "", list[Word](), 0
    for start, end in spans:
        words += _moved(turn.words, at, start, len(text) - at)
        text += turn.text[at:start]
        hidden = [word for word in turn.words if word.start < end and word.end > start]
        if hidden:
            words.append(Word(len(text), len(text) + len(mark), hidden[0].start_ms, hidden[-1].end_ms))
        text, at = text + mark, end
    words += _moved(turn.words, at, len(turn.text), len(text) - at)
    return replace(turn, text=text + turn.text[at:], words=tuple(words))


def _moved(words: Iterable[Word], start: int, end: int, by: int) -> list[Word]:
    """Those of `words` that lie in [start, end), moved by as many code points."""
    inside = (word for word in words if start <= word.start and word.end <= end)
    return [replace(word, start=word.start + by, end=word.end + by) for word in inside]
