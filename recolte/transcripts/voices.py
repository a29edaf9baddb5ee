"""Telling voices apart in a recording, without the database: what the job and `recolte transcribe` share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from recolte.engine.turns import Turn
from recolte.engine.voices import Array, Part, Sides, by_channel, group, heard_as, pieces, span_vector


def voice_label(index: int) -> str:
    """What the voice of this index is called before somebody names it."""
    return _("Voice %(n)d") % {"n": index + 1}


def labelled(turns: Iterable[Turn], levels: Sides) -> list[Turn]:
    """`turns` parted by channel, each called by its channel's voice."""
    parts = [part for turn in turns for part in by_channel(turn, levels) or [Part(turn, 0, 1.0)]]
    return [replace(part.turn, speaker=voice_label(part.voice)) for part in parts]


def known_voices(
    turns: Sequence[Turn], pcm: Path, count: int, on_wait: Callable[[int], None] = lambda ms: None
) -> list[Array]:
    """The voices, at most `count`, that are heard in `turns`; `on_wait` is told how many ms have been listened to."""
    found, seconds, done = [], [], 0
    for turn in turns:
        for piece in pieces(turn):
            heard = span_vector(pcm, piece.start_ms, piece.end_ms)
            if heard is not None:
                found.append(heard)
                seconds.append(piece.seconds)
            done += piece.end_ms - piece.start_ms
        on_wait(done)
    return group(found, seconds, count)


def parted(turns: Sequence[Turn], pcm: Path, count: int) -> Iterator[Part]:
    """`turns` parted by voice, `count` of them, told apart by how they sound."""
    known = known_voices(turns, pcm, count)
    for turn in turns:
        yield from heard_as(turn, pcm, known) if known else []
