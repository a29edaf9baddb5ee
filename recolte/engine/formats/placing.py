"""Where the words that a file lists apart from the text stand in that text."""

from collections.abc import Sequence

from recolte.engine.formats.cues import BLANKS


def place(text: str, words: Sequence[str]) -> list[tuple[int, int] | None]:
    """The half-open span of each of `words`, in their order, in `text`; None for one that is not there.

    Capitals do not matter. When the words make up the whole text they are put end to end; else each is looked for
    after the one before, a whole word rather than a piece of one.
    """
    low = text.lower()
    low = low if len(low) == len(text) else text
    lowered = [word.strip(BLANKS).lower() if low != text else word.strip(BLANKS) for word in words]
    return _end_to_end(low, lowered) or _one_by_one(low, lowered)


def _end_to_end(text: str, words: list[str]) -> list[tuple[int, int] | None]:
    spans: list[tuple[int, int] | None] = []
    position = 0
    for word in words:
        while not text.startswith(word, position):
            if position == len(text) or text[position].isalnum():
                return []
            position += 1
        spans.append((position, position + len(word)) if word else None)
        position += len(word)
    return [] if any(char.isalnum() for char in text[position:]) else spans


def _one_by_one(text: str, words: list[str]) -> list[tuple[int, int] | None]:
    spans: list[tuple[int, int] | None] = []
    position = 0
    for word in words:
        at = _find(text, word, position) if word else -1
        spans.append(None if at < 0 else (at, at + len(word)))
        position = position if at < 0 else at + len(word)
    return spans


def _find(text: str, word: str, position: int) -> int:
    """Where `word` begins at or after `position`: the first whole one, else the first piece, else -1."""
    first = at = text.find(word, position)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if not (before.isalnum() and word[0].isalnum()) and not (after.isalnum() and word[-1].isalnum()):
            return at
        at = text.find(word, at + 1)
    return first
