"""The difference of two texts, word by word, for people to read."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

_PIECE = re.compile(r"\w+|\s+|[^\w\s]")


class Side(StrEnum):
    SAME = "same"
    OLD = "old"
    NEW = "new"


def difference(old: str, new: str) -> Iterator[tuple[Side, str]]:
    """The pieces of both texts in reading order: what is the same, what only `old` has, what only `new` has.

    The pieces that are not NEW make `old`, those that are not OLD make `new`.
    """
    olds, news = _PIECE.findall(old), _PIECE.findall(new)
    pieces: list[tuple[Side, str]] = []
    for tag, i, i_end, j, j_end in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((Side.SAME, "".join(olds[i:i_end])))
            continue
        pieces += [(Side.OLD, "".join(olds[i:i_end])), (Side.NEW, "".join(news[j:j_end]))]
    for side, run in groupby((piece for piece in pieces if piece[1]), key=lambda piece: piece[0]):
        yield side, "".join(text for _, text in run)
