"""TEI for spoken language (ISO 24624), as TEICORPO, EXMARaLDA and the corpora of ORFEO write it.

Utterances (`u`, alone or in an `annotationBlock`) with their voices, times on a common `timeline`; `anchor`s between
words (`w`) give the times of these, and part utterances that have no words marked. Noises and other incidents stand in
the text as `[rire]`, what could not be understood as `[…]`; annotations beside the utterances (`spanGrp`) are left out.
In the files of ORFEO an anchor names its own time (`#t12.34`, in seconds).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from recolte.engine.formats.cues import BLANKS, flow, in_order
from recolte.engine.formats.decoding import normalise
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
    text_of,
)
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

SIGNATURE = signature("TEI", "u|annotationBlock|timeline|recordingStmt|transcriptionDesc")
XML = "{http://www.w3.org/XML/1998/namespace}"
UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
INCIDENTS = {"incident", "vocal", "kinesic", "event"}
SILENT = {"pause", "shift", "note", "spanGrp", "writing"}


# Reading


def read(data: bytes) -> Transcript:
    """The utterances, a turn each, in order of their beginnings. Unreadable (NO_TEXT) without any."""
    transcript = Transcript([])
    root = readable_root(data, transcript.faults)
    names = dict(_people(root))
    times = _Times(root)
    for element in _named(root, "u"):
        utterance = _Utterance(element, times, transcript.faults)
        speaker = ", ".join(_speakers(element, names, transcript.faults))
        transcript.turns += utterance.turns(speaker)
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    transcript.turns = in_order(transcript.turns)
    transcript.faults.sort(key=lambda fault: fault.line)
    codes = [one.get("ident") for one in _named(root, "language")]
    codes += [one.get(LANG) for one in [*_named(root, "text"), root]]
    transcript.language = next(filter(None, map(language, codes)), "")
    return transcript


def _named(parent: Element, *names: str) -> Iterator[Element]:
    """The elements of these `names` anywhere under `parent`, whatever their namespace."""
    return (element for element in parent.iter() if name_of(element) in names)


def _people(root: Element) -> Iterator[tuple[str, str]]:
    """(code, name) of each person; TEICORPO has the codes in `alt`, everybody else in `xml:id`."""
    for person in _named(root, "person", "personGrp"):
        codes = [person.get(f"{XML}id"), person.get("n"), *(alt.get("type") for alt in _named(person, "alt"))]
        known = [code for code in codes if code]
        names = (text_of(one) for one in _named(person, "persName", "name"))
        name = next(filter(None, names), next(iter(known), ""))
        yield from ((code, name) for code in known)


def _speakers(element: Element, names: dict[str, str], faults: list[Fault]) -> Iterator[str]:
    for code in (_inherited(element, "who") or "").split():
        code = code.rpartition("#")[2]
        if code not in names:
            faults.append(Fault(line_of(element), NO_SPEAKER))
        yield names.get(code) or code


def _inherited(element: Element, attribute: str) -> str | None:
    """The `attribute` of an utterance, or of the block around it."""
    value = element.get(attribute)
    above = element.getparent()
    if value is None and above is not None and name_of(above) == "annotationBlock":
        return above.get(attribute)
    return value


class _Times:
    """The points of the timeline, in ms, by their identifiers."""

    def __init__(self, root: Element) -> None:
        self.known: dict[str, float] = {}
        for timeline in _named(root, "timeline"):
            unit = UNITS.get(timeline.get("unit") or "s", 1000)
            points = {point.get(f"{XML}id") or "": point for point in _named(timeline, "when")}
            origin = (timeline.get("origin") or "").rpartition("#")[2] or next(iter(points), "")
            if origin in points:
                self.known[origin] = 0
            # What a clock said at the origin
            began = (_clock(points[origin].get("absolute"), unit) or 0) if origin in points else 0
            before = origin
            for identifier, point in points.items():
                since = (point.get("since") or before).rpartition("#")[2]
                interval, absolute = _number(point.get("interval")), _clock(point.get("absolute"), unit)
                if interval is not None and since in self.known:
                    self.known[identifier] = self.known[since] + interval * unit
                elif absolute is not None:
                    self.known[identifier] = absolute - began
                before = identifier

    def ms(self, reference: str | None) -> int | None:
        """The time that `reference` (`#T1`) points to, if it is known."""
        identifier = (reference or "").strip().rpartition("#")[2]
        if identifier in self.known:
            return round(self.known[identifier])
        seconds = re.fullmatch(r"[tT]?(\d+(?:\.\d+)?)", identifier, re.ASCII) if "." in identifier else None
        return round(float(seconds[1]) * 1000) if seconds else None


def _number(value: str | None) -> float | None:
    value = (value or "").strip()
    return float(value) if re.fullmatch(r"\d{1,10}(?:\.\d*)?", value, re.ASCII) else None


def _clock(value: str | None, unit: int) -> float | None:
    """A number of `unit`s, or hours, minutes and seconds, in ms."""
    match = re.search(r"(?:^|T)(\d\d):(\d\d):(\d\d(?:\.\d+)?)", value or "", re.ASCII)
    if match:
        return ((int(match[1]) * 60 + int(match[2])) * 60 + float(match[3])) * 1000
    number = _number(value)
    return None if number is None else number * unit


@dataclass(frozen=True, slots=True)
class _Mark:
    """A point of time (ms) at an offset of the text."""

    offset: int
    ms: int


class _Utterance:
    """The text of an element `u`, with the words marked in it and the times between them."""

    def __init__(self, element: Element, times: _Times, faults: list[Fault]) -> None:
        self.element, self.times, self.faults = element, times, faults
        self.text = ""
        self.apart = False  # whether a blank comes before what follows
        self.token = -1  # where the last word or sign ended
        self.joins = False  # whether it says that the next follows without a blank
        self.marks: list[_Mark] = []
        self.words: list[tuple[int, int, float]] = []  # (start, end, probability)
        self._read(element, preserve=False)

    def turns(self, speaker: str) -> Iterator[Turn]:
        """One turn, or one for each part where anchors part a text whose words are not marked."""
        if not self.text:
            return
        start, end = self._bounds()
        if self.words or start is None:
            text = normalise(self.text)
            yield Turn(text, speaker, start, end, self._words(start, end) if text == self.text else ())
            return
        parts = [(0, start), *((mark.offset, mark.ms) for mark in self.marks), (len(self.text), end)]
        for (offset, ms), (until, last) in pairwise(parts):
            if text := normalise(self.text[offset:until]).strip(BLANKS):
                begins = max(start, ms or 0)
                yield Turn(text, speaker, begins, None if last is None else max(begins, last))

    def _bounds(self) -> tuple[int | None, int | None]:
        """When it begins and ends: as its attributes say, else as anchors at its ends do."""
        line = line_of(self.element)
        references = [_inherited(self.element, side) for side in ("start", "end")]
        start, end = map(self.times.ms, references)
        if (references[0] and start is None) or (references[1] and end is None):
            self.faults.append(Fault(line, NO_TIME))
        if start is None and self.marks and self.marks[0].offset == 0:
            start = self.marks[0].ms
        if end is None and self.marks and self.marks[-1].offset == len(self.text):
            end = self.marks[-1].ms
        if start is None:
            return None, None
        if end is not None and end < start:
            self.faults.append(Fault(line, BACKWARDS))
            end = start
        return start, end

    def _words(self, start: int | None, end: int | None) -> tuple[Word, ...]:
        """What is marked as words between two marks, one after the other."""
        if start is None or end is None or not self.marks:
            return ()
        found = []
        for mark, after in pairwise([_Mark(0, start), *self.marks, _Mark(len(self.text), end)]):
            inside = [word for word in self.words if mark.offset <= word[0] and word[1] <= after.offset]
            if inside:
                begins, ends = (min(max(one.ms, start), end) for one in (mark, after))
                sure = min(word[2] for word in inside)
                found.append(Word(inside[0][0], inside[-1][1], begins, max(begins, ends), sure))
        return tuple(found) if len(found) > 1 or len(self.words) == 1 else ()

    def _read(self, element: Element, *, preserve: bool) -> None:
        preserve = element.get(f"{XML}space", "preserve" if preserve else "") == "preserve"
        self._say(element.text, preserve=preserve)
        for child in element:
            name = name_of(child)
            if name == "anchor":
                self._mark(child, "synch")
            elif name in ("w", "pc"):
                self._token(child, preserve=preserve)
            elif name == "lb":
                self.text, self.apart = f"{self.text.rstrip(' ')}\n" if self.text else "", False
            elif name in INCIDENTS or name == "gap":
                described = " ".join(text_of(one) for one in _named(child, "desc"))
                self._say(f" [{described or '…'}] " if described or name == "gap" else None, preserve=False)
            elif name == "choice":
                for chosen in [*_named(child, "reg", "corr", "expan"), *child][:1]:
                    self._read(chosen, preserve=preserve)
            elif name and name not in SILENT:
                self.apart = self.apart or name == "seg"
                self._read(child, preserve=preserve)
                self.apart = self.apart or name == "seg"
            self._say(child.tail, preserve=preserve)

    def _say(self, text: str | None, *, preserve: bool) -> None:
        if not text:
            return
        if not preserve:
            text = re.sub(f"[{BLANKS}]+", " ", text)
            self.apart = self.apart or text[0] == " "
        if not self.text or not preserve:
            text = text.lstrip(BLANKS)
        if text:
            self._part()
            self.text += text if preserve else text.rstrip(" ")
            self.apart = not preserve and text[-1] == " "

    def _part(self) -> None:
        """Put the blank that is due."""
        self.text += " " if self.apart and self.text and self.text[-1] not in BLANKS else ""
        self.apart = False

    def _token(self, element: Element, *, preserve: bool) -> None:
        """A word or sign: apart from the one before, but after an elision or where one of them says so."""
        if not preserve and self.text and self.token == len(self.text):
            joined = self.joins or element.get("join") in ("left", "both") or self.text[-1] in "'’"
            self.apart = not joined and (self.apart or name_of(element) == "w")
        self._mark(element, "start" if element.get("start") else "synch")
        self._part()
        start = len(self.text)
        self._read(element, preserve=preserve)
        self.token = len(self.text)
        self.joins = element.get("join") in ("right", "both")
        start += len(self.text[start:]) - len(self.text[start:].lstrip(BLANKS))
        if start < self.token and name_of(element) == "w":
            sure = _number(element.get("cert"))
            self.words.append((start, self.token, 1.0 if sure is None else min(sure, 1.0)))
        self._mark(element, "end")

    def _mark(self, element: Element, attribute: str) -> None:
        ms = self.times.ms(element.get(attribute))
        if ms is None:
            return
        if self.marks and ms < self.marks[-1].ms:
            self.faults.append(Fault(line_of(element), BACKWARDS))
        else:
            self.marks.append(_Mark(len(self.text), ms))


# Writing

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader>
<fileDesc>
<titleStmt><title>Transcription</title></titleStmt>
<publicationStmt><p/></publicationStmt>
<sourceDesc><recordingStmt><recording type="audio"/></recordingStmt></sourceDesc>
</fileDesc>
<profileDesc>
{people}{language}</profileDesc>
</teiHeader>
<text>
<timeline unit="ms" origin="#T0">
<when xml:id="T0" absolute="00:00:00"/>
{points}</timeline>
<body>
{blocks}</body>
</text>
</TEI>
"""


def write(transcript: Transcript) -> str:
    """The turns as utterances, their words between anchors."""
    turns = [turn for turn in transcript.turns if turn.text.strip(BLANKS)]
    names = dict.fromkeys(name for turn in turns if (name := flow([turn.speaker])))
    codes = {name: f"spk{number}" for number, name in enumerate(names, 1)}
    bounds = {ms for turn in turns for ms in (turn.start_ms, turn.end_ms) if ms is not None}
    bounds |= {ms for turn in turns for word in turn.words for ms in (word.start_ms, word.end_ms)}
    points = {0: "T0"} | {ms: f"T{number}" for number, ms in enumerate(sorted(bounds - {0}), 1)}
    people = "".join(
        f'<person xml:id="{code}"><persName>{escaped(name)}</persName></person>\n' for name, code in codes.items()
    )
    code = language(transcript.language)
    return HEAD.format(
        people=f"<particDesc><listPerson>\n{people}</listPerson></particDesc>\n" if people else "",
        language=f'<langUsage><language ident="{code}"/></langUsage>\n' if code else "",
        points="".join(
            f'<when xml:id="{point}" interval="{ms}" since="#T0"/>\n' for ms, point in points.items() if point != "T0"
        ),
        blocks="".join(_block(number, turn, codes, points) for number, turn in enumerate(turns, 1)),
    )


def _block(number: int, turn: Turn, codes: dict[str, str], points: dict[int, str]) -> str:
    ends = {"start": turn.start_ms, "end": turn.end_ms}
    attributes = [f'{side}="#{points[ms]}"' for side, ms in ends.items() if ms is not None]
    if speaker := flow([turn.speaker]):
        attributes.append(f'who="#{codes[speaker]}"')
    written = ""
    position = 0
    for word in turn.words:
        sure = "" if word.probability >= 1 else f' cert="{word.probability:.3f}"'
        said = f"<w{sure}>{_lines(turn.text[word.start : word.end])}</w>"
        before, after = (f'<anchor synch="#{points[ms]}"/>' for ms in (word.start_ms, word.end_ms))
        written += f"{_lines(turn.text[position : word.start])}{before}{said}{after}"
        position = word.end
    written += _lines(turn.text[position:])
    block = " ".join([f'<annotationBlock xml:id="a{number}"', *attributes])
    return f'{block}>\n<u><seg xml:space="preserve">{written}</seg></u>\n</annotationBlock>\n'


def _lines(text: str) -> str:
    return escaped(text).replace("\n", "<lb/>")
