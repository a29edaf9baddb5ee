"""ELAN (.eaf, https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf): tiers of annotations.

A tier that depends on no other is a voice: that of its participant, or named as the tier is. A tier below it whose
annotations are the words of the one above, in order, gives their times. The others, and tiers of codes from a fixed
vocabulary, are no speech. Written are files of version 3.0.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

from recolte.engine.formats.cues import flow, timed
from recolte.engine.formats.faults import BACKWARDS, NO_PARENT, NO_TIME, NOT_SPEECH
from recolte.engine.formats.languages import language
from recolte.engine.formats.xml import Element, escaped, line_of, readable_root, signature, text_of, tidy
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

SIGNATURE = signature("ANNOTATION_DOCUMENT")
SUBDIVISIONS = ("Time_Subdivision", "Symbolic_Subdivision", "Included_In")
UNNAMED = re.compile(r"default(?:-\d+)?")  # the tier that ELAN makes for nobody in particular
UNITS = {"PAL-frames": 40.0, "NTSC-frames": 1001 / 30}  # ms; before version 2.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time slot: its place in the order of time, and its time (ms) if it has one."""

    order: int
    ms: int | None


@dataclass(slots=True)
class Annotation:
    """What a tier says from `start` to `end`, or about the annotation `parent` of the tier above."""

    identifier: str  # some programs give the same to several
    line: int
    text: str
    start: Moment | None
    end: Moment | None
    parent: str


@dataclass(slots=True)
class Tier:
    name: str
    line: int
    participant: str
    constraint: str
    is_coded: bool
    language: str
    above: str
    annotations: list[Annotation]
    below: list["Tier"] = field(default_factory=list)


# Reading


def read(data: bytes) -> Transcript:
    """The annotations of the tiers that are speech, a turn each, in order of time. Unreadable (NO_TEXT) without any.

    An annotation whose time is not known keeps its place in the order, without times.
    """
    transcript = Transcript([])
    root = readable_root(data, transcript.faults)
    tiers = _tiers(root, transcript.faults)
    voices = [tier for tier in tiers if not tier.above]
    coded = [tier for tier in voices if tier.is_coded and tier.annotations]
    if len(coded) < sum(bool(tier.annotations) for tier in voices):
        transcript.faults += [Fault(tier.line, NOT_SPEECH) for tier in coded]
        voices = [tier for tier in voices if tier not in coded]
    placed = [said for tier in voices for said in _turns(tier, transcript.faults)]
    if not placed:
        raise Unreadable(Problem.NO_TEXT)
    placed.sort(key=lambda said: said[0])
    transcript.turns = [turn for _, turn in placed]
    spoken = Counter(tier.language for tier in voices if tier.annotations)
    transcript.language = spoken.most_common(1)[0][0]
    transcript.faults.sort(key=lambda fault: fault.line)
    return transcript


def _tiers(root: Element, faults: list[Fault]) -> list[Tier]:
    """The tiers of the file, each with those that depend on it; one that depends on nothing here depends on none."""
    moments = _moments(root)
    types = {kind.get("LINGUISTIC_TYPE_ID"): kind for kind in root.iter("LINGUISTIC_TYPE")}
    tiers: dict[str, Tier] = {}
    for element in root.iter("TIER"):
        kind = types.get(element.get("LINGUISTIC_TYPE_REF"))
        tier = Tier(
            name=element.get("TIER_ID") or "",
            line=line_of(element),
            participant=flow([tidy(element.get("PARTICIPANT"))]),
            constraint="" if kind is None else kind.get("CONSTRAINTS") or "",
            is_coded=kind is not None and bool(kind.get("CONTROLLED_VOCABULARY_REF")),
            language=language(element.get("LANG_REF")),
            above=element.get("PARENT_REF") or "",
            annotations=list(_annotations(element, moments)),
        )
        tiers[tier.name] = tier
    for tier in tiers.values():
        if tier.above in tiers:
            tiers[tier.above].below.append(tier)
        elif tier.above:
            faults.append(Fault(tier.line, NO_PARENT))
            tier.above = ""
    return list(tiers.values())


def _moments(root: Element) -> dict[str, Moment]:
    """The time slots by their identifiers. One without a time stands after the one above it."""
    header = root.find("HEADER")
    unit = UNITS.get("" if header is None else header.get("TIME_UNITS") or "", 1.0)
    known: list[tuple[int, str, int | None]] = []
    last = 0
    for slot in root.iter("TIME_SLOT"):
        value = (slot.get("TIME_VALUE") or "").strip()
        ms = round(int(value) * unit) if re.fullmatch(r"\d{1,10}", value, re.ASCII) else None
        last = last if ms is None else ms
        known.append((last, slot.get("TIME_SLOT_ID") or "", ms))
    known.sort(key=lambda moment: moment[0])
    return {identifier: Moment(order, ms) for order, (_, identifier, ms) in enumerate(known)}


def _annotations(tier: Element, moments: dict[str, Moment]) -> Iterator[Annotation]:
    for element in tier.iter("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        if next(element.iterancestors("TIER")) is not tier:
            continue  # where a tag is not closed, what follows is inside
        yield Annotation(
            identifier=element.get("ANNOTATION_ID") or "",
            line=line_of(element),
            text=text_of(element.find("ANNOTATION_VALUE"), breaks="\n"),
            start=moments.get(element.get("TIME_SLOT_REF1") or ""),
            end=moments.get(element.get("TIME_SLOT_REF2") or ""),
            parent=element.get("ANNOTATION_REF") or "",
        )


def _turns(tier: Tier, faults: list[Fault]) -> Iterator[tuple[int, Turn]]:
    """(place in the order of time, turn) for each annotation of the voice `tier` that says something."""
    said = _text_of(tier)
    speaker = next((one.participant for one in _with_all_below(tier) if one.participant), "")
    speaker = speaker or ("" if UNNAMED.fullmatch(tier.name) else flow([tidy(tier.name)]))
    pieces = [_pieces(below, said) for below in said.below if below.constraint in SUBDIVISIONS]
    timed_by = {annotation.identifier: annotation for annotation in tier.annotations}
    last = -1
    for index, annotation in enumerate(said.annotations):
        if not annotation.text:
            continue
        timed = annotation if said is tier else timed_by.get(annotation.parent)
        if timed is None:
            faults.append(Fault(annotation.line, NO_PARENT))
            continue
        start = timed.start.ms if timed.start else None
        end = timed.end.ms if timed.end and start is not None else None
        if start is None or end is None:
            faults.append(Fault(annotation.line, NO_TIME))
        elif end < start:
            faults.append(Fault(annotation.line, BACKWARDS))
            end = start
        last = timed.start.order if timed.start else last
        turn = Turn(annotation.text, speaker, start, end)
        found = (_words(turn, below[index]) for below in pieces if index in below)
        yield last, replace(turn, words=next(filter(None, found), ()))


def _text_of(tier: Tier) -> Tier:
    """The tier that has the text of the voice `tier`: itself but when it only numbers what a tier below it says.

    Files of glossed sentences are made so: a reference on top, the text below it, and below the text its words.
    """
    if any(" " in annotation.text for annotation in tier.annotations):
        return tier
    texts = (
        below
        for below in tier.below
        if below.constraint == "Symbolic_Association" and any(one.constraint in SUBDIVISIONS for one in below.below)
    )
    return next(texts, tier)


def _with_all_below(tier: Tier) -> Iterator[Tier]:
    yield tier
    for below in tier.below:
        if below is not tier:
            yield from _with_all_below(below)


def _pieces(below: Tier, above: Tier) -> dict[int, list[Annotation]]:
    """The annotations of `below`, in order, by the index of what they are pieces of in the tier `above`."""
    pieces: dict[int, list[Annotation]] = defaultdict(list)
    indexes = {annotation.identifier: index for index, annotation in enumerate(above.annotations)}
    parents = sorted(
        (annotation.start.ms, index)
        for index, annotation in enumerate(above.annotations)
        if annotation.start and annotation.start.ms is not None
    )
    starts = [start for start, _ in parents]
    last = -1
    for piece in below.annotations:
        if piece.parent:
            last = indexes.get(piece.parent, -1)
        elif piece.start and piece.start.ms is not None:
            near = [index for _, index in parents[: bisect_right(starts, piece.start.ms)][-2:]]
            ranks = {index: _closeness(piece, above.annotations[index]) for index in near}
            last = max(near, key=ranks.__getitem__, default=-1)
        pieces[last].append(piece)
    return pieces


def _closeness(piece: Annotation, whole: Annotation) -> tuple[bool, bool]:
    """Whether the times of `piece` are inside those of `whole`; and whether their slots are, which settles a draw."""
    if not (piece.start and whole.start and whole.end):
        return False, False
    end = piece.end or piece.start
    inside = whole.end.ms is None or end.ms is None or end.ms <= whole.end.ms
    return inside, whole.start.order <= piece.start.order and end.order <= whole.end.order


def _words(turn: Turn, pieces: list[Annotation]) -> tuple[Word, ...]:
    """The `pieces` as words of `turn`, if they are: all found in order, and half of its letters. Else none."""
    if turn.start_ms is None or turn.end_ms is None:
        return ()
    spans = []
    position = 0
    for piece in pieces:
        start = turn.text.find(piece.text, position) if piece.text else -1
        if start < 0:
            return ()
        position = start + len(piece.text)
        spans.append((start, position))
    letters = sum(map(str.isalnum, turn.text))
    if 2 * sum(sum(map(str.isalnum, turn.text[start:end])) for start, end in spans) < letters:
        return ()
    bounds: list[int | None] = []
    for piece in pieces:
        bounds += [moment.ms if moment else None for moment in (piece.start, piece.end)]
    times = _filled(bounds, turn.start_ms, turn.end_ms)
    return tuple(
        Word(*span, start, max(start, end)) for span, start, end in zip(spans, times[::2], times[1::2], strict=True)
    )


def _filled(bounds: list[int | None], first: int, last: int) -> list[int]:
    """The (start, end, start, end…) of pieces between `first` and `last`; as ELAN does, the unknown are spread evenly."""
    known = [(index, min(max(bound, first), last)) for index, bound in enumerate(bounds) if bound is not None]
    times = []
    for (left, before), (right, after) in pairwise([(-1, first), *known, (len(bounds), last)]):
        # The end of a piece and the beginning of the next are as far
        steps = (right + 1) // 2 - (left + 1) // 2
        times += [
            before + (after - before) * ((index + 1) // 2 - (left + 1) // 2) // steps
            for index in range(left + 1, right)
        ]
        times.append(after)
    return times[:-1]


# Writing

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="{date}" FORMAT="3.0" VERSION="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
    <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
        <PROPERTY NAME="lastUsedAnnotationId">{last}</PROPERTY>
    </HEADER>
    <TIME_ORDER>
{slots}    </TIME_ORDER>
{tiers}    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="speech" TIME_ALIGNABLE="true"/>
    <LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="words" TIME_ALIGNABLE="true" CONSTRAINTS="Included_In"/>
{language}    <CONSTRAINT STEREOTYPE="Time_Subdivision"/>
    <CONSTRAINT STEREOTYPE="Symbolic_Subdivision"/>
    <CONSTRAINT STEREOTYPE="Symbolic_Association"/>
    <CONSTRAINT STEREOTYPE="Included_In"/>
</ANNOTATION_DOCUMENT>
"""
ANNOTATION = """        <ANNOTATION>
            <ALIGNABLE_ANNOTATION ANNOTATION_ID="a{start}" TIME_SLOT_REF1="ts{start}" TIME_SLOT_REF2="ts{end}">
                <ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>
            </ALIGNABLE_ANNOTATION>
        </ANNOTATION>
"""


def write(transcript: Transcript) -> str:
    """The turns as annotations: a tier for each voice, or more when it speaks twice at once, and one for its words.

    A turn without times is put between its neighbours. ValueError when no turn has a time.
    """
    turns = [replace(turn, start_ms=start, end_ms=end) for start, end, turn in timed(transcript.turns)]
    slots: list[int] = []  # their times
    annotations = [_written(turn, slots) for turn in turns]
    code = language(transcript.language)
    kind = 'LINGUISTIC_TYPE_REF="{}"' + (f' LANG_REF="{code}"' if code else "")
    tiers = ""
    for name, members in _tiered(turns).items():
        speaker = flow([turns[members[0]].speaker])
        voice = f'PARTICIPANT="{escaped(speaker)}" ' if speaker else ""
        said = "".join(annotations[index][0] for index in members)
        tiers += f'    <TIER TIER_ID="{escaped(name)}" {voice}{kind.format("speech")}>\n{said}    </TIER>\n'
        if words := "".join(annotations[index][1] for index in members):
            below = f'TIER_ID="words@{escaped(name)}" PARENT_REF="{escaped(name)}" {voice}{kind.format("words")}'
            tiers += f"    <TIER {below}>\n{words}    </TIER>\n"
    return HEAD.format(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        last=len(slots),
        slots="".join(
            f'        <TIME_SLOT TIME_SLOT_ID="ts{slot}" TIME_VALUE="{slots[slot]}"/>\n'
            for slot in sorted(range(len(slots)), key=slots.__getitem__)
        ),
        tiers=tiers,
        language=f'    <LANGUAGE LANG_ID="{code}" LANG_LABEL="{code}"/>\n' if code else "",
    )


def _written(turn: Turn, slots: list[int]) -> tuple[str, str]:
    """The annotation of `turn` and those of its words, whose times are added to `slots` in the order they come."""

    def slot(ms: int | None) -> int:
        slots.append(ms or 0)
        return len(slots) - 1

    start = slot(turn.start_ms)
    words = "".join(
        ANNOTATION.format(
            start=slot(word.start_ms), end=slot(word.end_ms), text=escaped(turn.text[word.start : word.end])
        )
        for word in turn.words
    )
    return ANNOTATION.format(start=start, end=slot(turn.end_ms), text=escaped(turn.text)), words


def _tiered(turns: list[Turn]) -> dict[str, list[int]]:
    """The names of the tiers, each with the indexes of its turns, which are of one voice and do not overlap."""
    tiers: dict[str, list[int]] = {}
    for index, turn in enumerate(turns):
        speaker = flow([turn.speaker])
        base = speaker or "default"
        number = 1
        name = base
        while members := tiers.get(name):
            before = turns[members[-1]]
            start, end = before.start_ms or 0, before.end_ms or 0
            if flow([before.speaker]) == speaker and start < (turn.start_ms or 0) >= end:
                break
            number += 1
            name = f"{base}-{number}"
        tiers.setdefault(name, []).append(index)
    return tiers
