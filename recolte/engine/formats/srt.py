"""SubRip: numbered subtitles without voices or any specification."""

import re
from collections.abc import Collection
from itertools import pairwise

from recolte.engine.formats.cues import BLANKS, clock, cues_in, flow, timed
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.habits import speaker_and_rest
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Transcript, Turn

STRICT = re.compile(r"\s*\d{1,3}:\d{2}:\d{2}[,.]\d{3}\s*-->\s*\d{1,3}:\d{2}:\d{2}[,.]\d{3}(?:\s.*)?", re.ASCII)
CUE = re.compile(r"^\s*\d*:?\d{1,2}:\d{2}[,.]\d{1,3}\s*-->\s*\d*:?\d{1,2}:\d{2}[,.]\d{1,3}", re.MULTILINE)
TAG = re.compile(r"</?(?:[ibus]|font|c|v)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE)


def looks_like(text: str) -> bool:
    """Whether a time line stands near the beginning of `text`."""
    return CUE.search(text[:4000]) is not None


def keeps_voices(voices: Collection[str]) -> bool:
    """Whether each of `voices` looks like a name at the head of what it says: the format has no other place for it."""
    return all(speaker_and_rest(f"{voice}: x")[0] == voice for voice in voices if voice)


def read(data: bytes) -> Transcript:
    """The cues of a SubRip file, a turn each, and what was wrong in it.

    A name with a colon at the head of a cue is its speaker when it looks like one. Unreadable (NO_CUES) when not a
    single cue can be read.
    """
    lines = decode(data).split("\n")
    _drop_indexes(lines)
    transcript = Transcript([])
    found = False
    for cue in cues_in(lines, STRICT, transcript.faults, gaps=True):
        found = True
        text = flow(TAG.sub("", line) for line in cue.lines)
        speaker, text = speaker_and_rest(text)
        if text:
            transcript.turns.append(Turn(text, speaker, cue.start_ms, cue.end_ms))
    if not found:
        raise Unreadable(Problem.NO_CUES)
    return transcript


def _drop_indexes(lines: list[str]) -> None:
    """Empty the lines that number the cues: above a time line, and after an empty line or next in order."""
    last = 0
    for number, (line, below) in enumerate(pairwise(lines)):
        if "-->" in below and re.fullmatch(r"\s*\d{1,9}\s*", line, re.ASCII):
            alone = number == 0 or not lines[number - 1].strip(BLANKS)
            if alone or int(line) == last + 1:
                last = int(line)
                lines[number] = ""


def write(transcript: Transcript) -> str:
    """The turns as SubRip, the speaker as `Name: ` before the text. ValueError when no turn has a time."""
    cues = []
    for index, (start, end, turn) in enumerate(timed(transcript.turns), 1):
        speaker = flow([turn.speaker])
        text = flow(turn.text.split("\n")).replace("-->", "->")  # the format has no escape
        times = f"{clock(start, ',')} --> {clock(end, ',')}"
        cues.append(f"{index}\n{times}\n{f'{speaker}: ' if speaker else ''}{text}\n")
    return "\n".join(cues)
