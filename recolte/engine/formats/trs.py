"""Transcriber (.trs): turns of one or several voices, cut where they are synchronised with the sound.

Where several speak at once a turn names them all, and `Who` says whose the words that follow are. Noises and comments
stand in the text as `[rire]`; what is said about words (pronunciation, language, names) and about the background is
left out, as are sections and topics.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from recolte.engine.formats.cues import flow, in_order, timed
from recolte.engine.formats.faults import BACKWARDS, NO_SPEAKER, NO_TIME
from recolte.engine.formats.languages import language
from recolte.engine.formats.xml import (
    LANG,
    Element,
    escaped,
    line_of,
    name_of,
    readable_root,
    signature,
    tidy,
)
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn

SIGNATURE = signature("Trans")
NOTED = {"Event", "Comment", "Vocal"}


# Reading


def read(data: bytes) -> Transcript:
    """What each voice says between two synchronisations, a turn each, in order of time. Unreadable (NO_TEXT) if nothing.

    A voice that goes on without new words where another comes in or stops is one turn.
    """
    transcript = Transcript([])
    root = readable_root(data, transcript.faults)
    transcript.language = language(root.get(LANG))
    names = {one.get("id") or "": flow([tidy(one.get("name"))]) for one in root.iter("Speaker")}
    for element in root.iter("Turn"):
        transcript.turns += _Turn(element, names, transcript.faults).turns()
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    transcript.turns = in_order(transcript.turns)
    transcript.faults.sort(key=lambda fault: fault.line)
    return transcript


class _Turn:
    """The turns in an element `Turn`, as it is read on from one synchronisation to the next."""

    def __init__(self, element: Element, names: dict[str, str], faults: list[Fault]) -> None:
        self.element = element
        self.faults = faults
        self.voices = [self._name(code, names) for code in (element.get("speaker") or "").split()] or [""]
        self.now = self._ms(element, "startTime")
        self.said: list[Turn] = []
        self.going_on: dict[int, int] = {}  # the index in `said` of what each voice was saying
        self.heard: dict[int, str] = {}  # what each voice says from `now` on

    def turns(self) -> list[Turn]:
        voice = 0
        self._say(voice, self.element.text)
        for child in self.element:
            name = name_of(child)
            if name == "Sync":
                self._cut(self._ms(child, "time"), child)
            elif name == "Who":
                voice = self._voice(child)
                self.heard.setdefault(voice, "")
            elif name in NOTED and child.get("type", "noise") == "noise" and child.get("extent") != "end":
                self._say(voice, f" [{description}] " if (description := tidy(child.get("desc"))) else None)
            self._say(voice, child.tail)
        self._cut(self._ms(self.element, "endTime"), self.element)
        return self.said

    def _say(self, voice: int, text: str | None) -> None:
        if text and (text.strip() or self.heard.get(voice)):
            self.heard[voice] = self.heard.get(voice, "") + text

    def _cut(self, ms: int | None, element: Element) -> None:
        """End at `ms` what is being said. An unknown time cuts nothing, but at the end."""
        if ms is None and element is not self.element:
            return
        if ms is not None and self.now is not None and ms < self.now:
            self.faults.append(Fault(line_of(element), BACKWARDS))
            ms = self.now
        going_on = {}
        for voice, text in self.heard.items():
            if text := tidy(text):
                going_on[voice] = len(self.said)
                name = self.voices[voice] if voice < len(self.voices) else ""
                self.said.append(Turn(text, name, self.now, None if self.now is None else ms))
            elif voice in self.going_on:
                index = going_on[voice] = self.going_on[voice]
                self.said[index] = replace(self.said[index], end_ms=ms)
        self.now, self.heard, self.going_on = ms, {}, going_on

    def _ms(self, element: Element, attribute: str) -> int | None:
        """The seconds of `attribute`, in ms."""
        value = (element.get(attribute) or "").strip().replace(",", ".")
        if re.fullmatch(r"\d{1,7}(?:\.\d*)?|\.\d+", value, re.ASCII):
            return round(float(value) * 1000)
        self.faults.append(Fault(line_of(element), NO_TIME))
        return None

    def _name(self, code: str, names: dict[str, str]) -> str:
        if code not in names:
            self.faults.append(Fault(line_of(self.element), NO_SPEAKER))
        return names.get(code, code)

    def _voice(self, who: Element) -> int:
        """The index of the voice that `who` calls by its number, from one."""
        number = who.get("nb") or ""
        if re.fullmatch(r"[1-9]\d?", number, re.ASCII) and int(number) <= len(self.voices):
            return int(number) - 1
        self.faults.append(Fault(line_of(who), NO_SPEAKER))
        return len(self.voices)


# Writing

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans version="1"{language}>
<Speakers>
{speakers}</Speakers>
<Episode>
<Section type="report" startTime="0.000" endTime="{end}">
{turns}</Section>
</Episode>
</Trans>
"""


def write(transcript: Transcript) -> str:
    """The turns one after the other, with a turn of nobody in each silence; those that overlap are one with them all.

    A turn without times is put between its neighbours. ValueError when no turn has a time.
    """
    spoken = [
        _Spoken(start, end, flow([turn.speaker]), flow(turn.text.split("\n")))
        for start, end, turn in timed(transcript.turns)
    ]
    codes = {name: f"spk{number}" for number, name in enumerate(dict.fromkeys(one.speaker for one in spoken), 1)}
    written = []
    now = 0
    for group in _groups(sorted(spoken, key=lambda one: one.start)):
        start, end = group[0].start, max(one.end for one in group)
        if start > now:
            written.append(_element(now, start, "", f'<Sync time="{_seconds(now)}"/>\n'))
        _give_lanes(group)
        lanes = {one.lane: codes[one.speaker] for one in group}
        voices = " ".join(lanes[lane] for lane in sorted(lanes))
        alone = voices if group[0].speaker or len(group) > 1 else ""
        written.append(_element(start, end, alone, "".join(_segments(group))))
        now = end
    code = language(transcript.language)
    return HEAD.format(
        language=f' xml:lang="{code}"' if code else "",
        speakers="".join(f'<Speaker id="{code}" name="{escaped(name)}"/>\n' for name, code in codes.items()),
        end=_seconds(now),
        turns="".join(written),
    )


@dataclass(slots=True)
class _Spoken:
    start: int
    end: int
    speaker: str
    text: str
    lane: int = field(default=-1)  # the place of its voice among those of the element, from 0


def _groups(spoken: Iterable[_Spoken]) -> Iterator[list[_Spoken]]:
    """What overlaps, together."""
    group: list[_Spoken] = []
    for one in spoken:
        if group and one.start >= max(other.end for other in group):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _give_lanes(group: list[_Spoken]) -> None:
    """A lane to each: one of its speaker that is free, else a new one."""
    last: list[_Spoken] = []
    for one in group:
        free = (
            lane
            for lane, before in enumerate(last)
            if before.speaker == one.speaker and before.end <= one.start > before.start
        )
        one.lane = next(free, len(last))
        last[one.lane :] = [one, *last[one.lane + 1 :]]


def _segments(group: list[_Spoken]) -> Iterator[str]:
    """The content of an element: what begins in each segment, and who goes on in it."""
    bounds = sorted({bound for one in group for bound in (one.start, one.end)})
    moments = {one.start for one in group if one.start == one.end}  # these have a segment without duration
    segments = [(bound, bound) for bound in bounds if bound in moments]
    segments = sorted([*segments, *zip(bounds, bounds[1:], strict=False)])
    begun: set[int] = set()
    for start, _end in segments:
        yield f'<Sync time="{_seconds(start)}"/>\n'
        for index, one in enumerate(group):
            begins = one.start == start and index not in begun
            if not begins and not (one.start <= start < one.end and index in begun):
                continue
            begun.add(index)
            if len(group) > 1:
                yield f'<Who nb="{one.lane + 1}"/>\n'
            if begins:
                yield f"{escaped(one.text)}\n"


def _element(start: int, end: int, voices: str, content: str) -> str:
    speaker = f'speaker="{voices}" ' if voices else ""
    return f'<Turn {speaker}startTime="{_seconds(start)}" endTime="{_seconds(end)}">\n{content}</Turn>\n'


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"
