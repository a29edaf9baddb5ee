"""One turn made two, two made one: the words keep their times (ms) and move with the text (code points)."""

from dataclasses import replace

from recolte.engine.turns import Turn, Word


def cut(turn: Turn, at: int) -> tuple[Turn, Turn]:
    """The two turns that `turn` becomes when its text is cut before the code point `at`; blanks at the cut go.

    A word that the cut goes through is shared, its time by letters. Without timed words, the time of the turn is shared
    by letters. Raises ValueError when there would be nothing on one side.
    """
    at = max(0, at)
    first, second = turn.text[:at].rstrip(), turn.text[at:].lstrip()
    if not first.strip() or not second:
        raise ValueError(f"nothing to cut off at {at}")
    begins = len(turn.text) - len(second)  # where the second text began in the old one
    left, right = list[Word](), list[Word]()
    for word in turn.words:
        if word.end <= at:
            left.append(replace(word, end=min(word.end, len(first))))
        elif word.start >= at:
            right.append(replace(word, start=word.start - begins, end=word.end - begins))
        else:
            middle = _share(word.start_ms, word.end_ms, at - word.start, word.end - word.start)
            left.append(Word(word.start, min(at, len(first)), word.start_ms, middle, word.probability))
            right.append(Word(max(0, at - begins), word.end - begins, middle, word.end_ms, word.probability))
    ends, starts = _moment(turn, left, right, at)
    return (
        replace(turn, text=first, end_ms=ends, words=tuple(left)),
        replace(turn, text=second, start_ms=starts, words=tuple(right)),
    )


def join(one: Turn, two: Turn) -> Turn:
    """The turn of the first voice that says what both say, from the beginning of the earlier to the end of the later."""
    moved = len(one.text) + 1
    words = tuple(replace(word, start=word.start + moved, end=word.end + moved) for word in two.words)
    return replace(
        one,
        text=f"{one.text} {two.text}",
        start_ms=min((ms for ms in (one.start_ms, two.start_ms) if ms is not None), default=None),
        end_ms=max((ms for ms in (one.end_ms, two.end_ms) if ms is not None), default=None),
        words=one.words + words,
    )


def _moment(turn: Turn, left: list[Word], right: list[Word], at: int) -> tuple[int | None, int | None]:
    """When the first half ends and when the second begins."""
    if turn.start_ms is None or turn.end_ms is None:
        return turn.end_ms, turn.start_ms
    middle = _share(turn.start_ms, turn.end_ms, at, len(turn.text))
    ends = max(word.end_ms for word in left) if left else None
    starts = right[0].start_ms if right else None
    ends = ends if ends is not None else starts if starts is not None else middle
    return ends, starts if starts is not None else ends


def _share(start_ms: int, end_ms: int, part: int, whole: int) -> int:
    return start_ms + (end_ms - start_ms) * part // whole
