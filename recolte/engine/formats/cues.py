"""What subtitle formats share: blocks of lines under a time line `start --> end`, and turns made of them.

The readers are our own because webvtt-py and srt either stop at the first fault or pass over it in silence, and do not
say on which line it was; the tests read what we write with both.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from recolte.engine.formats.faults import BACKWARDS, BAD_TIME, ODD_TIME
from recolte.engine.turns import Fault, Turn

BLANKS = " \t\n\f\r"  # not the no-break space, which French puts before a colon
DASH = re.compile(r"(?:<[^<>\s]*>)*[-–—]\s?\S")  # perhaps under tags
SENTENCE_END = re.compile(r"""[.!?…。！？؟।]["'”’»)\]\s]*$""")

_TIME = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,3})(?:[.,](\d+))?"
TIME_LINE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(.*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cue:
    """The raw lines shown from `start_ms` to `end_ms`; `line` is that of its times (1-based)."""

    line: int
    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def cues_in(lines: list[str], strict: re.Pattern[str], faults: list[Fault], *, gaps: bool = False) -> Iterator[Cue]:
    """Each cue of `lines`: a time line and what follows, up to an empty line (unless `gaps`) or the next time line.

    A time line that `strict` does not match, but that can be understood, is taken and noted in `faults`.
    """
    number = 0
    while number < len(lines):
        if "-->" not in lines[number]:
            number += 1
            continue
        times = number
        number += 1
        body = []
        while number < len(lines) and (gaps or lines[number]) and "-->" not in lines[number]:
            body.append(lines[number])
            number += 1
        match = TIME_LINE.match(lines[times])
        if not match:
            faults.append(Fault(times + 1, BAD_TIME))
            continue
        start, end = _ms(match.groups()[:4]), _ms(match.groups()[4:8])
        if not strict.fullmatch(lines[times]):
            faults.append(Fault(times + 1, ODD_TIME))
        if end < start:
            faults.append(Fault(times + 1, BACKWARDS))
            end = start
        yield Cue(times + 1, start, end, tuple(body))


def _ms(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(f"{fraction:0<3.3}")


def clock(ms: int, decimal: str = ".") -> str:
    """`ms` as `hh:mm:ss.mmm`."""
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{decimal}{ms:03}"


def flow(lines: Iterable[str]) -> str:
    """The `lines` of a cue as running text: the breaks made to fit a screen go, those before a dialogue dash stay."""
    text = ""
    for line in lines:
        line = re.sub(f"[{BLANKS}]+", " ", line).strip(BLANKS)
        if line:
            text += ("\n" if DASH.match(line) else " ") * bool(text) + line
    return text


def timed(turns: list[Turn]) -> list[tuple[int, int, Turn]]:
    """(start, end, turn) in ms for each turn that says something.

    A turn without times begins where the one before ends, and lasts until the next known time. ValueError when no turn
    has a time: a transcript without any cannot become subtitles.
    """
    turns = [turn for turn in turns if turn.text.strip(BLANKS)]
    if turns and all(turn.start_ms is None for turn in turns):
        raise ValueError("None of these turns has a time.")
    placed: list[tuple[int, int, Turn]] = []
    now = 0
    for index, turn in enumerate(turns):
        start = now if turn.start_ms is None else turn.start_ms
        later = (other.start_ms for other in turns[index + 1 :] if other.start_ms is not None)
        end = next(later, start) if turn.end_ms is None else turn.end_ms
        now = max(start, end)
        placed.append((start, now, turn))
    return placed


def in_order(turns: list[Turn]) -> list[Turn]:
    """`turns` by their beginnings; one without stays after the one it came after."""
    last = 0
    placed = []
    for turn in turns:
        last = last if turn.start_ms is None else turn.start_ms
        placed.append((last, turn))
    return [turn for _, turn in sorted(placed, key=lambda place: place[0])]


def into_turns(cues: Iterable[Turn], gap_ms: int = 1000, max_chars: int = 600) -> list[Turn]:
    """Join cues that one voice says in one breath: same speaker, sentence unfinished, less than `gap_ms` of silence.

    A cue without a speaker goes on with the one before, as subtitles name a voice only when it changes. `max_chars`
    bounds a turn where nobody wrote any punctuation.
    """
    turns: list[Turn] = []
    for cue in cues:
        if not turns or not _goes_on(turns[-1], cue, gap_ms):
            turns.append(cue)
        elif len(turns[-1].text) + len(cue.text) < max_chars:
            turns[-1] = _joined(turns[-1], cue)
        else:
            turns.append(replace(cue, speaker=turns[-1].speaker))
    return turns


def _goes_on(turn: Turn, cue: Turn, gap_ms: int) -> bool:
    if turn.end_ms is None or cue.start_ms is None:
        return False
    same_voice = cue.speaker in (turn.speaker, "")
    return same_voice and 0 <= cue.start_ms - turn.end_ms < gap_ms and not SENTENCE_END.search(turn.text)


def _joined(turn: Turn, cue: Turn) -> Turn:
    text = f"{turn.text}\n" if DASH.match(cue.text) else f"{turn.text} "
    words = tuple(replace(word, start=word.start + len(text), end=word.end + len(text)) for word in cue.words)
    return replace(turn, text=text + cue.text, end_ms=cue.end_ms, words=turn.words + words)
