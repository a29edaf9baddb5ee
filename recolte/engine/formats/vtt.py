"""WebVTT (https://www.w3.org/TR/webvtt1/): subtitles with voices, and the format that browsers play.

Words have their times as stamps in the cue: `On <00:02.000>décide <00:02.800>ensemble`. What stands between two stamps
is a word; where that would not do (a turn of which only some words have times), the words are those of class `word`.
"""

import html
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from recolte.engine.formats.cues import BLANKS, Cue, clock, cues_in, flow, timed
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.faults import NO_HEADER
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

SIGNATURE = re.compile(r"WEBVTT(?:\s|$)")
_TIME = r"(?:\d{1,4}:)?[0-5]\d:[0-5]\d\.\d{3}"
STRICT = re.compile(rf"[ \t\f]*{_TIME}[ \t\f]*-->[ \t\f]*{_TIME}(?:[^\d].*)?", re.ASCII)
# What is no tag at all (`3 < 4`) stays as it was said.
TAG = re.compile(
    r"<(?:(/?)([a-zA-Z]+)((?:\.[^\s<>.]*)*)(?:\s([^<>]*))?|(\d{1,4}(?::\d{1,3}){1,2}(?:\.\d{1,9})?)|/)>", re.ASCII
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]+);")


def read(data: bytes) -> Transcript:
    """The cues of a WebVTT file, a turn for each voice in each cue, and what was wrong in it.

    Unreadable (NO_CUES) when not a single cue can be read.
    """
    lines = decode(data).split("\n")
    transcript = Transcript([])
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        transcript.faults.append(Fault(1, NO_HEADER))
    for line in lines[1 : lines.index("") if "" in lines else None]:
        if match := re.fullmatch(r"Language:\s*([\w-]+)\s*", line):
            transcript.language = match[1]
    if lines[0].startswith("WEBVTT"):
        lines[0] = ""  # the signature, even when an arrow was put in it
    found = False
    for cue in cues_in(_without_notes(lines), STRICT, transcript.faults):
        found = True
        transcript.turns += _turns(cue)
    if not found:
        raise Unreadable(Problem.NO_CUES)
    return transcript


def write(transcript: Transcript) -> str:
    """The turns as WebVTT, a cue each, the speaker as its voice. ValueError when no turn has a time."""
    header = "WEBVTT\n" + (f"Language: {transcript.language}\n" if transcript.language else "")
    cues = []
    for start, end, turn in timed(transcript.turns):
        speaker = html.escape(flow([turn.speaker]), quote=False)
        text = flow(_stamped(turn, start, end).split("\n"))
        cues.append(f"\n{clock(start)} --> {clock(end)}\n{f'<v {speaker}>' if speaker else ''}{text}\n")
    return header + "".join(cues)


def _stamped(turn: Turn, start: int, end: int) -> str:
    """The text of `turn`, shown from `start` to `end`, with a stamp where the time of a word begins or ends."""
    written = ""
    position, now = 0, start
    words = [word for word in turn.words if turn.text[word.start : word.end].strip(BLANKS)]
    gaps = zip([0, *(word.end for word in words)], [*(word.start for word in words), len(turn.text)], strict=True)
    partly = bool(words) and any(turn.text[begin:stop].strip(BLANKS) for begin, stop in gaps)
    for number, word in enumerate(words):
        begin = min(max(word.start_ms, now), end)
        stop = min(max(word.end_ms, begin), end)
        between = html.escape(turn.text[position : word.start], quote=False)
        said = html.escape(turn.text[word.start : word.end], quote=False)
        said = f"<c.word>{said}</c>" if partly else said
        # Even when no time has passed: it parts this word from the one before, or says that the only one is timed
        stamp = f"<{clock(begin)}>" if begin > now or number or len(words) == 1 else ""
        written += f"{between}{stamp}{said}"
        position, now = word.end, stop
        after = words[number + 1].start_ms if number + 1 < len(words) else end
        if stop < after or (partly and stop < end):
            written += f"<{clock(stop)}>"
    return written + html.escape(turn.text[position:], quote=False)


def _without_notes(lines: list[str]) -> list[str]:
    """`lines` with comments and styles emptied, as an arrow in them is no time line (the numbers stay)."""
    kept = []
    skipping = False
    before = ""
    for line in lines:
        if not line.strip(BLANKS):
            skipping = False
        elif not before.strip(BLANKS) and re.match(r"(?:NOTE|STYLE|REGION)(?:\s|$)", line) and "-->" not in line:
            skipping = True
        elif STRICT.fullmatch(line):
            skipping = False
        kept.append("" if skipping else line)
        before = line
    return kept


def _turns(cue: Cue) -> Iterator[Turn]:
    """A turn for each voice that says something in `cue`."""
    voice = _Voice("", cue.start_ms)
    for text, tag in _tokens(flow(cue.lines)):
        voice.say(text)
        if not tag:
            continue
        if tag[5]:
            voice.at(_moment(tag[5], cue))
        elif tag[2] == "c":
            voice.word(opens=not tag[1] and tag[3] == ".word")
        elif tag[2] == "v":
            yield from voice.turns(cue)
            speaker = "" if tag[1] else _unescaped(tag[4] or "")
            voice = _Voice(flow([unicodedata.normalize("NFC", speaker)]), voice.now)
    yield from voice.turns(cue)


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    position = 0
    for tag in TAG.finditer(text):
        yield _unescaped(text[position : tag.start()]), tag
        position = tag.end()
    yield _unescaped(text[position:]), None


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _moment(stamp: str, cue: Cue) -> int:
    whole, _, fraction = stamp.partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    ms = seconds * 1000 + int(f"{fraction:0<3.3}")
    return min(max(ms, cue.start_ms), cue.end_ms)


class _Voice:
    """What one voice says in a cue, and when, as far as stamps inside the cue tell."""

    def __init__(self, speaker: str, now: int) -> None:
        self.speaker = speaker
        self.text = ""
        self.now = now
        self.stamps: list[tuple[int, int]] = [(0, now)]  # (offset in the text, ms)
        self.marked: list[tuple[int, int, int]] = []  # what is said to be a word: its span, and when it begins
        self.open: tuple[int, int] | None = None  # where the one that is being said began, and when

    def say(self, text: str) -> None:
        text = re.sub(f"[{BLANKS}]*\n[{BLANKS}]*", "\n", text)
        text = unicodedata.normalize("NFC", re.sub(r"[ \t\f\r]+", " ", text))
        self.text += text.lstrip(BLANKS) if not self.text or self.text[-1] in BLANKS else text

    def at(self, ms: int) -> None:
        self.now = max(ms, self.now)
        self.stamps.append((len(self.text), self.now))

    def word(self, *, opens: bool) -> None:
        if opens:
            self.open = (len(self.text), self.now)
        elif self.open:
            begin, start_ms = self.open
            self.marked.append((begin, len(self.text), start_ms))
            self.open = None

    def turns(self, cue: Cue) -> Iterator[Turn]:
        text = self.text.strip(BLANKS)
        if not text:
            return
        words: tuple[Word, ...] = ()
        if self.marked:
            words = tuple(_words(text, ((*span, self._next(span[1], cue)) for span in self.marked)))
        elif len(self.stamps) > 1:
            ends = [*self.stamps[1:], (len(text), cue.end_ms)]
            pieces = (
                (begin, end, start_ms, end_ms)
                for (begin, start_ms), (end, end_ms) in zip(self.stamps, ends, strict=True)
            )
            words = tuple(_words(text, pieces))
        if not unicodedata.is_normalized("NFC", text):  # an accent parted from its letter by a tag
            text, words = unicodedata.normalize("NFC", text), ()
        yield Turn(text, self.speaker, cue.start_ms, cue.end_ms, words)

    def _next(self, offset: int, cue: Cue) -> int:
        """The first stamp at or after `offset`, else the end of the cue."""
        index = bisect_left(self.stamps, offset, key=lambda stamp: stamp[0])
        return self.stamps[index][1] if index < len(self.stamps) else cue.end_ms


def _words(text: str, pieces: Iterable[tuple[int, int, int, int]]) -> Iterator[Word]:
    """The `pieces` of `text` (from, to, start and end in ms) that say something, without the blanks around them."""
    for begin, end, start_ms, end_ms in pieces:
        piece = text[begin:end]
        if said := piece.strip(BLANKS):
            begin += len(piece) - len(piece.lstrip(BLANKS))
            yield Word(begin, begin + len(said), start_ms, end_ms)
