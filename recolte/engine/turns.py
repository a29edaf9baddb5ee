"""A transcript as plain values: turns of speech, with the times of their words where they are known."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a turn: a half-open span of code points in the turn's text, and its place in the sound (ms)."""

    start: int
    end: int
    start_ms: int
    end_ms: int
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice says in one go. `text` is NFC with LF; times are in milliseconds, None where unknown."""

    text: str
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file that could not be read as it stands: which line (1-based, 0 = the whole file), and a code."""

    line: int
    code: str


@dataclass(slots=True)
class Transcript:
    """`title` is what it is called, for the formats that people read: no part of what is said."""

    turns: list[Turn]
    language: str = ""
    faults: list[Fault] = field(default_factory=list)
    title: str = field(default="", compare=False)
