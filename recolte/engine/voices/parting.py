"""A turn that a machine wrote may hold several voices: it is parted where the voice changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recolte.engine import cutting
from recolte.engine.audio import read_pcm
from recolte.engine.turns import Turn
from recolte.engine.voices.encoder import Array, vector, vectors

PAUSE_MS = 200  # a silence in which the voice may change
SHORTEST_MS = 1000  # a shorter piece says too little of a voice
CHANGE = 0.15  # what a change of voice costs: so many seconds of being surely nearer to the other
UNSURE = 0.05  # margins below are shown as uncertain
LONGEST_MS = 60_000  # of a span that is heard for its voice: more says nothing new
ENDS = (".", "?", "!", "…")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Part:
    """What one voice says: `voice` is its index among the known; `margin` how much nearer it is than the next one."""

    turn: Turn
    voice: int
    margin: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What is said from the code point `at` of a turn to the next piece."""

    at: int
    start_ms: int
    end_ms: int

    @property
    def seconds(self) -> float:
        return max(1, self.end_ms - self.start_ms) / 1000


def pieces(turn: Turn) -> list[Piece]:
    """The pieces of `turn` between which its voice may change: parted at silences and after sentences."""
    if turn.start_ms is None or turn.end_ms is None:
        return []
    found: list[Piece] = []
    before = None
    for word in turn.words:
        is_end = before is not None and turn.text[before.start : word.start].rstrip().endswith(ENDS)
        if before is None or is_end or word.start_ms - before.end_ms >= PAUSE_MS:
            found.append(Piece(word.start, word.start_ms, word.end_ms))
        else:
            found[-1] = replace(found[-1], end_ms=max(found[-1].end_ms, word.end_ms))
        before = word
    if not found:
        return [Piece(0, turn.start_ms, turn.end_ms)]
    found[0] = replace(found[0], at=0)
    return _long_enough(found)


def _long_enough(found: list[Piece]) -> list[Piece]:
    """Short pieces joined to the neighbour that is nearer in time."""
    while len(found) > 1:
        index = min(range(len(found)), key=lambda i: found[i].seconds)
        if found[index].seconds * 1000 >= SHORTEST_MS:
            break
        before = found[index].start_ms - found[index - 1].end_ms if index else None
        after = found[index + 1].start_ms - found[index].end_ms if index + 1 < len(found) else None
        first = index if before is None or (after is not None and after < before) else index - 1
        joined = replace(found[first], end_ms=max(found[first].end_ms, found[first + 1].end_ms))
        found[first : first + 2] = [joined]
    return found


def span_vector(pcm_path: str | Path, start_ms: int, end_ms: int) -> Array | None:
    """The voice heard between two moments of a PCM file; of a long span, its first minute."""
    return vector(read_pcm(pcm_path, start_ms, min(end_ms, start_ms + LONGEST_MS)))


def heard_as(turn: Turn, pcm_path: str | Path, known: Sequence[Array], *, whole: bool = False) -> list[Part]:
    """`turn` parted by whose voice is nearest among `known`; `whole`, it stays one. None of it where nothing is heard."""
    found = pieces(turn)
    if whole and found:
        found = [Piece(0, found[0].start_ms, max(piece.end_ms for piece in found))]
    samples = [read_pcm(pcm_path, piece.start_ms, min(piece.end_ms, piece.start_ms + LONGEST_MS)) for piece in found]
    heard = vectors(samples)
    told = np.stack(known)
    rows = [np.zeros(len(known), np.float32) if one is None else told @ one for one in heard]
    if all(one is None for one in heard):
        return []
    return part(turn, found, np.stack(rows))


def part(turn: Turn, found: Sequence[Piece], scores: Scores) -> list[Part]:
    """`turn` cut where the voice changes, given how near each voice (column) is to each piece (row)."""
    seconds = np.array([[piece.seconds] for piece in found], np.float32)
    voices = _best(scores * seconds)
    runs: list[tuple[int, int]] = []  # (first piece, piece after the last) of one voice
    for index, voice in enumerate(voices):
        if runs and voices[runs[-1][0]] == voice:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    parts = []
    rest, gone = turn, 0
    for first, last in runs:
        mean = (scores[first:last] * seconds[first:last]).sum(axis=0) / seconds[first:last].sum()
        others = np.delete(mean, voices[first])
        margin = float(mean[voices[first]] - others.max()) if len(others) else 1.0
        here = rest
        if last < len(found):
            at = found[last].at - gone
            here, rest = cutting.cut(rest, at)
            gone = found[last].at
        parts.append(Part(here, voices[first], max(0.0, margin)))
    return parts


def _best(gains: Scores) -> list[int]:
    """The voice of each piece, such that what is gained in all, less what each change costs, is the most."""
    total, came = gains[0], []
    for gain in gains[1:]:
        best = int(total.argmax())
        stays = total >= total[best] - CHANGE
        came.append(np.where(stays, np.arange(len(total)), best))
        total = np.where(stays, total, total[best] - CHANGE) + gain
    voices = [int(total.argmax())]
    for back in reversed(came):
        voices.append(int(back[voices[-1]]))
    return voices[::-1]
