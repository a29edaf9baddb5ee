"""Praat's TextGrid (https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html): a tier for each voice.

As Praat does, the reader takes only the strings, the numbers and the flags that stand free, in their order: so the long
form, the short one and those in between are one format. A tier called `words` or `Amina - words` (so do the aligners)
holds the times of the words of the tier above it, or stands for it when there is none. Tiers of sounds and syllables
are left out, and noted. Praat knows no overlap inside a tier: a voice that says two things at once has two of its name.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from recolte.engine.formats.cues import BLANKS, timed
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.faults import (
    BACKWARDS,
    BAD_INTERVAL,
    BARE_QUOTE,
    CUT_SHORT,
    OPEN_QUOTE,
    SOUNDS_LEFT_OUT,
)
from recolte.engine.formats.placing import place
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

SIGNATURE = re.compile(
    r'\s*(?:File\s+type\s*=\s*)?"ooTextFile(?: short)?"\s+(?:Object\s+class\s*=\s*)?"TextGrid(?: 2)?"'
)
# As Praat's users and the aligners (MFA, EasyAlign, WebMAUS, whose names are in capitals as those of no person) say
WORDS = re.compile(r"(?:(?P<voice>.+?)\s*-\s*)?(?:(?i:words?|mots?|tokens?)|ORT-MAU)", re.DOTALL)
SOUNDS = re.compile(
    r"(?:.+?\s*-\s*)?(?:(?i:phones?|phon[eè]mes?|phono|syll(?:ab[le]*s?)?|ipa)|KAN-MAU|MAU|MAS)", re.DOTALL
)
SILENCES = {"", "_", "#", "<p:>", "<sil>", "sil", "sp"}  # what aligners write where nobody speaks
PAUSE_MS = 500  # what parts the turns of a tier that has only words

_TOKEN = re.compile(r'(?P<text>")|!.*|(?P<flag><(?:exists|absent)>)(?!\S)|(?P<other>[^\s"]+)')
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d+)?(?:[eE]-\d{1,2})?", re.ASCII)
_AFTER_TEXT = re.compile(r"[ \t]*(?:\n|\Z|[!\"<+-]|\d)")
# What stands below a text that was not closed
_FIELD = re.compile(r"\n[ \t]*(?:(?:item|intervals|points)\s*\[|(?:class|name|xmin|xmax|text|mark|number|time)\s*=)")


T = TypeVar("T")
Span = tuple[int, int, str]  # start and end in ms, and what is said


@dataclass(slots=True)
class Tier:
    """A tier of a file; `line` is that of its name (1-based)."""

    line: int
    name: str
    is_points: bool
    spans: list[Span] = field(default_factory=list)

    def spoken(self) -> list[Span]:
        """The spans with words. The silences of an aligner are known by its leaving no span empty."""
        texts = {text for *_, text in self.spans}
        keeps_all = self.is_points or "" in texts or texts <= SILENCES
        return [span for span in self.spans if span[2] and (keeps_all or span[2] not in SILENCES)]


def read(data: bytes) -> Transcript:
    """The intervals and points of a TextGrid in order of time, each a turn of the voice that its tier is called by.

    Unreadable (NO_TEXT) when there is not one with a word.
    """
    transcript = Transcript([])
    tiers = list(_tiers(list(_tokens(decode(data), transcript.faults)), transcript.faults))
    transcript.turns = sorted(_turns(tiers, transcript.faults), key=lambda turn: turn.start_ms or 0)
    transcript.faults.sort(key=lambda fault: fault.line)
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    return transcript


def write(transcript: Transcript) -> str:
    """The turns as a TextGrid in the long form, a tier for each voice and one below for its words, where they have times.

    What has no duration becomes a point. ValueError when no turn has a time.
    """
    voices: dict[str, list[Turn]] = {}
    for start, end, turn in timed(transcript.turns):
        voices.setdefault(turn.speaker, []).append(replace(turn, start_ms=start, end_ms=end))
    tiers = []
    for speaker, turns in voices.items():
        for lane in _lanes([(turn.start_ms or 0, turn.end_ms or 0, turn) for turn in turns], _apart):
            tiers.append((speaker, [(start, end, turn.text) for start, end, turn in lane]))
            words = [
                (word.start_ms, max(word.start_ms, word.end_ms), turn.text[word.start : word.end])
                for *_, turn in lane
                for word in turn.words
            ]
            tiers += [(f"{speaker} - words" if speaker else "words", spans) for spans in _lanes(words)]
    last = max((end for _, spans in tiers for _, end, _ in spans), default=0) + 1  # a time domain may not be empty
    head = (
        f'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = {_seconds(last)}\ntiers? <exists>\n'
    )
    written = [_tier(number, name, spans, last) for number, (name, spans) in enumerate(tiers, 1)]
    return f"{head}size = {len(tiers)}\nitem []:\n" + "".join(written)


@dataclass(frozen=True, slots=True)
class _Token:
    line: int
    text: str | None = None  # what stands in quotes
    number: float | None = None


def _tokens(text: str, faults: list[Fault]) -> Iterator[_Token]:
    line, counted, position = 1, 0, 0
    below = -1  # where the next field begins on a line of its own: no string reaches further
    searched = 0  # no closing quote before this: a string that opens there ends with its line
    while match := _TOKEN.search(text, position):
        line += text.count("\n", counted, match.start())
        counted, position = match.start(), match.end()
        if match["text"]:
            if below < position:
                below = found.start() if (found := _FIELD.search(text, position)) else len(text)
            limit = below if position >= searched else min(below, _line_end(text, position))
            end, code = _closing(text, position, limit)
            closed = end >= 0
            if not closed:
                searched, code = limit, OPEN_QUOTE
                end = limit if limit < len(text) else _line_end(text, position)
            faults += [Fault(line, code)] if code else []
            yield _Token(line, text=text[position:end].replace('""', '"').strip(BLANKS))
            position = end + closed
        elif match["other"] and _NUMBER.fullmatch(match["other"]):
            number = float(match["other"].replace(",", "."))
            yield _Token(line, number=number)


def _closing(text: str, begin: int, limit: int) -> tuple[int, str]:
    """Where the quote stands that closes the string opened before `begin`, or -1, and what is odd about the string.

    A quote that is neither doubled nor followed as a closing one is part of what is said; the string then ends on the
    same line.
    """
    position, code = begin, ""
    while (end := text.find('"', position, limit)) >= 0:
        if text.startswith('""', end):
            position = end + 2
        elif _AFTER_TEXT.match(text, end + 1):
            break
        else:
            position, code = end + 1, BARE_QUOTE
            limit = min(limit, _line_end(text, position))
    return end, code


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _tiers(tokens: list[_Token], faults: list[Fault]) -> Iterator[Tier]:
    """The tiers that `tokens` make up: a kind, a name, two times, how many there are, and as many spans."""
    position = 0
    while position < len(tokens):
        kind = tokens[position].text
        if kind not in ("IntervalTier", "TextTier"):
            position += 1
            continue
        if not _shape(tokens, position + 1).startswith("tnnn"):
            faults.append(Fault(tokens[position].line, BAD_INTERVAL))
            position += 1
            continue
        tier = Tier(tokens[position + 1].line, tokens[position + 1].text or "", kind == "TextTier")
        promised = tokens[position + 4].number
        position = _spans(tier, "nt" if tier.is_points else "nnt", tokens, position + 5, faults)
        if len(tier.spans) < (promised or 0):
            faults.append(Fault(tokens[position - 1].line, CUT_SHORT))
        yield tier


def _spans(tier: Tier, shape: str, tokens: list[_Token], position: int, faults: list[Fault]) -> int:
    """Fill `tier` with the spans that begin at `position`; where the next tier begins."""
    lost = 0
    while position < len(tokens):
        here = _shape(tokens, position)
        if here.startswith(shape):
            times = [tokens[position].number, tokens[position + len(shape) - 2].number]
            start, end = (max(0, round((time or 0) * 1000)) for time in times)
            if end < start:
                faults.append(Fault(tokens[position].line, BACKWARDS))
            tier.spans.append((start, max(start, end), tokens[position + len(shape) - 1].text or ""))
            position += len(shape)
            lost = 0
        elif tokens[position].text in ("IntervalTier", "TextTier") and here.startswith("ttnnn"):
            break
        else:
            lost += 1
            if lost == 1:
                faults.append(Fault(tokens[position].line, BAD_INTERVAL))
            position += 1
    return position


def _shape(tokens: list[_Token], position: int) -> str:
    return "".join("t" if token.number is None else "n" for token in tokens[position : position + 5])


def _turns(tiers: list[Tier], faults: list[Fault]) -> Iterator[Turn]:
    """The turns of all `tiers`: those of words give their times to the tier of the same voice, where they fit."""
    speech = {
        number: [Turn(text, tier.name, start, end) for start, end, text in tier.spoken()]
        for number, tier in enumerate(tiers)
        if not WORDS.fullmatch(tier.name) and not SOUNDS.fullmatch(tier.name)
    }
    words: dict[int, list[Span]] = {}
    alone: list[Turn] = []
    for number, tier in enumerate(tiers):
        match = WORDS.fullmatch(tier.name)
        if not match:
            continue
        # The nearest above comes first; without a voice in its name, it may belong to any, below too.
        others = [other for other in (*range(number - 1, -1, -1), *range(number + 1, len(tiers))) if other in speech]
        voiced = (other for other in others if not match["voice"] or tiers[other].name == match["voice"])
        owner = next((other for other in voiced if _fit(speech[other], tier.spoken())), None)
        if owner is None:
            alone += _breaths(match["voice"] or "", tier.spoken())
        else:
            words.setdefault(owner, []).extend(tier.spoken())
    found = [*alone]
    for number, turns in speech.items():
        found += _with_words(turns, sorted(words.get(number, []), key=lambda span: span[:2]))
    for tier in tiers:
        if SOUNDS.fullmatch(tier.name) and not WORDS.fullmatch(tier.name):
            faults.append(Fault(tier.line, SOUNDS_LEFT_OUT))
    yield from found


def _fit(turns: list[Turn], spans: list[Span]) -> bool:
    """Whether 9 in 10 of the words in `spans` are said in `turns`."""
    return sum(len(turn.words) for turn in _with_words(turns, spans)) * 10 >= len(spans) * 9


def _with_words(turns: list[Turn], spans: list[Span]) -> list[Turn]:
    """`turns`, which do not overlap, with the times of the words in `spans` that they say."""
    placed = []
    index = 0
    for turn in turns:
        start, end = turn.start_ms or 0, turn.end_ms or 0
        while index < len(spans) and _middle(spans[index]) < start:
            index += 1
        mine = []
        while index < len(spans) and (_middle(spans[index]) < end or spans[index][1] == end):
            mine.append(spans[index])
            index += 1
        where = place(turn.text, [text for *_, text in mine])
        words = tuple(Word(*at, span[0], span[1]) for span, at in zip(mine, where, strict=True) if at)
        placed.append(replace(turn, words=words))
    return placed


def _middle(span: Span) -> float:
    return (span[0] + span[1]) / 2


def _breaths(speaker: str, spans: list[Span]) -> Iterator[Turn]:
    """The words of a tier that has nothing else, a turn until the next pause."""
    breath: list[Span] = []
    for span, after in pairwise([*spans, None]):
        if span is None:
            break
        breath.append(span)
        if after is None or after[0] - span[1] >= PAUSE_MS:
            text = " ".join(word for *_, word in breath)
            where = place(text, [word for *_, word in breath])
            words = tuple(Word(*at, one[0], one[1]) for one, at in zip(breath, where, strict=True) if at)
            yield Turn(text, speaker, breath[0][0], span[1], words)
            breath = []


def _lanes(
    spans: Iterable[tuple[int, int, T]], apart: Callable[[T, T, int], bool] = lambda *_: True
) -> list[list[tuple[int, int, T]]]:
    """`spans` shared out to as few tiers as hold them: intervals without overlap, or points that are not the same.

    Two that touch, at a time, stand in the same tier only if they are `apart`.
    """
    lanes: list[list[tuple[int, int, T]]] = []
    for span in sorted(spans, key=lambda span: span[:2]):
        is_point = span[0] == span[1]
        for lane in lanes:
            start, end, before = lane[-1]
            touching = end == span[0] and not is_point and apart(before, span[2], end)
            if is_point == (start == end) and (end < span[0] or touching):
                lane.append(span)
                break
        else:
            lanes.append([span])
    return lanes


def _apart(turn: Turn, after: Turn, moment: int) -> bool:
    """Whether no word without duration stands where `turn` ends and `after` begins: whose would it be?"""
    return not any(word.start_ms == word.end_ms == moment for word in (*turn.words, *after.words))


def _tier(number: int, name: str, spans: list[Span], last: int) -> str:
    """Tier `number` as Praat writes it: intervals reach from 0 to `last` without a gap."""
    is_points = bool(spans) and spans[0][0] == spans[0][1]
    lines = [f"    item [{number}]:", f'        class = "{"TextTier" if is_points else "IntervalTier"}"']
    lines += [f"        name = {_string(name)}", "        xmin = 0", f"        xmax = {_seconds(last)}"]
    if is_points:
        lines.append(f"        points: size = {len(spans)}")
        for index, (start, _, text) in enumerate(spans, 1):
            lines += [f"        points [{index}]:", f"            number = {_seconds(start)}"]
            lines.append(f"            mark = {_string(text)}")
    else:
        whole: list[Span] = []
        for span in [*spans, (last, last, "")]:
            now = whole[-1][1] if whole else 0
            whole += [(now, span[0], "")] * (span[0] > now) + [span] * (span[1] > span[0])
        lines.append(f"        intervals: size = {len(whole)}")
        for index, (start, end, text) in enumerate(whole, 1):
            lines += [f"        intervals [{index}]:", f"            xmin = {_seconds(start)}"]
            lines += [f"            xmax = {_seconds(end)}", f"            text = {_string(text)}"]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03}"
