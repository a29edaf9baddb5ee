"""What an excerpt holds, with all that decides about its use: who speaks in it, who listened, whether it was struck."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Length

from recolte.coding.models import Excerpt
from recolte.community.models import Person
from recolte.sources.models import Kind
from recolte.transcripts.models import Turn

FEW = 40  # passages of one transcript that are looked up one by one; for more, all its turns are read at once


@dataclass(frozen=True, slots=True)
class Line:
    """What one voice says in a passage."""

    person: Person | None
    label: str  # the voice as its transcript calls it, where nobody has named it
    text: str
    is_listened: bool

    @property
    def speaker(self) -> str:
        return str(self.person) if self.person else self.label


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt as consent, cards and the public site see it."""

    excerpt: Excerpt
    lines: tuple[Line, ...]
    is_struck: bool

    @property
    def attestation_id(self) -> UUID | None:
        return self.excerpt.source.attestation_id

    @property
    def person_ids(self) -> frozenset[UUID | None]:
        return frozenset(line.person.pk if line.person else None for line in self.lines)

    @property
    def people(self) -> list[Person]:
        """Those who speak in it and are known, each once, in order."""
        return list({line.person.pk: line.person for line in self.lines if line.person}.values())

    @property
    def is_voice(self) -> bool:
        return self.excerpt.source.kind == Kind.RECORDING

    @property
    def is_note(self) -> bool:
        """Written words, with no sound to hear them in: a document, or a transcript that came without its recording."""
        return self.excerpt.source.kind in (Kind.DOCUMENT, Kind.TRANSCRIPT)

    @property
    def is_checked(self) -> bool:
        """A voice was listened to; what was written was read back by somebody who was there."""
        if self.is_note:
            return self.excerpt.read_back_at is not None
        return self.excerpt.is_by_ear or (bool(self.lines) and all(line.is_listened for line in self.lines))

    @property
    def quote(self) -> str:
        """The words; in square brackets those of who marked the seconds, where the words themselves are not written."""
        return self.excerpt.quote or f"[{self.excerpt.note}]"


def passage(excerpt: Excerpt) -> Passage:
    return passages([excerpt])[0]


def passages(excerpts: Iterable[Excerpt]) -> list[Passage]:
    """The passages of `excerpts`, in their order, in a fixed number of questions to the database.

    The excerpts should come with `source` and `person`: `select_related("source", "person")`.
    """
    those = list(excerpts)
    lines = _spoken([excerpt for excerpt in those if excerpt.transcript_id and not excerpt.is_by_ear])
    struck = _struck({excerpt.source_id for excerpt in those})
    return [
        Passage(
            excerpt,
            lines.get(excerpt.pk) or (Line(excerpt.person, "", excerpt.quote, False),),
            any(_overlap(excerpt, other) for other in struck.get(excerpt.source_id, ())),
        )
        for excerpt in those
    ]


def _spoken(excerpts: Sequence[Excerpt]) -> dict[UUID, tuple[Line, ...]]:
    """The lines of passages of transcripts."""
    by_transcript: dict[UUID | None, list[Excerpt]] = defaultdict(list)
    for excerpt in excerpts:
        by_transcript[excerpt.transcript_id].append(excerpt)
    wanted = []
    for transcript, members in by_transcript.items():
        here = Q(transcript=transcript)
        if len(members) <= FEW:
            here &= reduce(or_, (Q(offset__lt=one.end, ends__gt=one.start) for one in members))
        wanted.append(here)
    if not wanted:
        return {}
    turns: dict[UUID, list[Turn]] = defaultdict(list)
    found = Turn.objects.annotate(ends=F("offset") + Length("text")).filter(reduce(or_, wanted))
    for turn in found.select_related("speaker__person").defer("words").order_by("transcript", "offset"):
        turns[turn.transcript_id].append(turn)
    return {one.pk: tuple(_lines(one, turns[one.transcript_id])) for one in excerpts if one.transcript_id}


def _lines(excerpt: Excerpt, turns: Sequence[Turn]) -> Iterable[Line]:
    start, end = excerpt.start or 0, excerpt.end or 0
    low, high = 0, len(turns)
    while low < high:  # the first turn that ends after the passage begins
        middle = (low + high) // 2
        if turns[middle].offset + len(turns[middle].text) <= start:
            low = middle + 1
        else:
            high = middle
    for turn in turns[low:]:
        if turn.offset >= end:
            break
        speaker = turn.speaker
        text = turn.text[max(0, start - turn.offset) : end - turn.offset]
        yield Line(
            speaker.person if speaker else None, speaker.label if speaker else "", text, turn.listened_at is not None
        )


def _struck(sources: set[UUID]) -> dict[UUID, list[Excerpt]]:
    found: dict[UUID, list[Excerpt]] = defaultdict(list)
    for excerpt in Excerpt.objects.filter(source__in=sources).exclude(struck_at=None):
        found[excerpt.source_id].append(excerpt)
    return found


def _overlap(one: Excerpt, other: Excerpt) -> bool:
    """Whether two excerpts of a source share words or seconds."""
    if one.pk == other.pk:
        return True
    if one.transcript_id == other.transcript_id and None not in (one.start, one.end, other.start, other.end):
        return one.start < other.end and other.start < one.end  # type: ignore[operator]
    if None in (one.start_ms, one.end_ms, other.start_ms, other.end_ms):
        return False
    return one.start_ms < other.end_ms and other.start_ms < one.end_ms  # type: ignore[operator]
