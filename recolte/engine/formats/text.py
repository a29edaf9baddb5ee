"""Interviews typed as plain text, by whatever habit (`recolte.engine.formats.habits`): a name, perhaps a time, the words."""

from collections.abc import Iterator, Sequence

from recolte.engine.formats.cues import clock
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.habits import Line, head_of, lines_of_text, look_like_turns, transcript_of
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Transcript, Turn


def lines(data: bytes) -> Iterator[Line]:
    """The lines in which turns are looked for. Unreadable (NO_TEXT) when there is no word."""
    text = decode(data)
    if not text.strip():
        raise Unreadable(Problem.NO_TEXT)
    return lines_of_text(text)


def read(data: bytes) -> Transcript:
    """The turns of a typed interview, as `transcript_of` finds them. Unreadable (NO_TEXT) when there is no word."""
    return transcript_of(lines(data))


def write(transcript: Transcript) -> str:
    """The turns as paragraphs, `[00:01:02] Name: text`, without what is not known."""
    return "\n".join(f"{''.join(head_for(turn))}{turn.text}\n" for turn in transcript.turns)


def head_for(turn: Turn) -> tuple[str, str]:
    """(time, name) as they stand before what is said, each "" where it is not known."""
    time = "" if turn.start_ms is None else f"[{clock(turn.start_ms)[:8]}] "
    return time, f"{turn.speaker}: " if turn.speaker else ""


def keeps_voices(voices: Sequence[str]) -> bool:
    """Whether each of `voices` looks like a name, or none has one: a turn of nobody goes on with the one before, if any."""
    if not any(voices):
        return True
    names = set(voices if voices[0] else voices[1:])
    heads = {name: head_of(Line(1, f"{name}: x")) for name in names}
    return all(head and head.sure and head.name == name for name, head in heads.items())


def looks_like_turns(text: str) -> bool:
    """Whether `text` is a transcript rather than a note."""
    return look_like_turns(list(lines_of_text(text)))
