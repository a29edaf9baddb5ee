"""Keeping the base true to the texts, and asking it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from recolte.coding.actions import on_struck
from recolte.community.models import Reader
from recolte.consent.rules import Given, given, level
from recolte.engine.withholding import Span, blanked
from recolte.engine.words import Query, hits, parse, spans, stem
from recolte.search.index import matching
from recolte.search.models import NAME, Segment
from recolte.sources.actions import on_ready
from recolte.sources.models import Kind, Source
from recolte.sources.withheld import Withheld, block_spans, mark, withheld
from recolte.transcripts.actions import on_new_version
from recolte.transcripts.leaving import spans_in, struck_in
from recolte.transcripts.models import Correction, Transcript
from recolte.ui.evidence import Evidence

AROUND = 160  # code points shown before and after the first hit


@on_ready
def index_source(source: Source) -> None:
    """Make a source's name, and the blocks of a document, findable; of one that is a transcript now, the turns are. Not what
    was struck off the record.
    """
    Segment.objects.filter(source=source, transcript=None).delete()
    texts: list[str] = []
    if source.kind == Kind.DOCUMENT:
        hidden = block_spans(source, withheld([source.pk]).get(source.pk, []))
        texts = [blanked(block["text"], hidden.get(number, [])) for number, block in enumerate(source.blocks)]
    blocks = [(NAME, source.name.rsplit(".", 1)[0]), *enumerate(texts)]
    Segment.objects.bulk_create(
        _segment(text, community_id=source.community_id, source=source, block=number) for number, text in blocks
    )


@on_new_version
def index_transcript(transcript: Transcript, correction: Correction | None = None) -> None:
    """Make the turns of a transcript findable as they are now, without what was struck off the record; after a correction,
    those that it changed.
    """
    old, turns = Segment.objects.filter(transcript=transcript), transcript.turns.all()
    if correction is None and transcript.brought_as:
        index_source(transcript.brought_as)
    if correction:
        old, turns = old.filter(turn__in=correction.now), turns.filter(pk__in=correction.now)
    old.delete()
    hidden = struck_in(transcript)
    Segment.objects.bulk_create(
        (
            _segment(
                blanked(turn.text, hidden.get(turn.pk, [])),
                community_id=transcript.community_id,
                source_id=transcript.source_id,
                transcript=transcript,
                turn=turn,
            )
            for turn in turns
        ),
        batch_size=500,
    )


@on_struck
def index_without(source: Source) -> None:
    """Other words of `source` are off the record: they are found no more, by anybody."""
    index_source(source)
    for transcript in source.transcripts.filter(is_complete=True):
        index_transcript(transcript, None)


def _segment(text: str, **place: object) -> Segment:
    found = [word for _, _, word in spans(text)]
    return Segment(stems=" ".join(map(stem, found)), words=" ".join(found), **place)


@dataclass(frozen=True, slots=True)
class Hit:
    """A segment that was found: its text around the first hit, in pieces (text, is it what was looked for?)."""

    segment: Segment
    pieces: list[tuple[str, bool]]
    start_ms: int | None  # where to listen from, in a recording
    standing: Given  # what those who speak in it agreed to
    is_struck = False  # a place in the source, for who may read the source, shown without what was struck there

    @property
    def source(self) -> Source:
        return self.segment.source

    @property
    def attestation_id(self) -> UUID | None:
        return self.source.attestation_id

    @property
    def person_ids(self) -> list[UUID | None]:
        return _speakers(self.segment)

    @property
    def _agreed_to(self) -> str:
        if not self.person_ids:  # a note of nobody in particular is the community's, once that was attested
            return "group" if self.attestation_id else ""
        return level(self, standing=self.standing)

    @property
    def url(self) -> str:
        """The place itself: the second of the recording, or the block of the document."""
        page = self.source.get_absolute_url()
        if self.start_ms is not None:
            return f"{page}#t={self.start_ms / 1000:g}"
        return f"{page}#b{self.segment.block}" if (self.segment.block or 0) > 0 else page

    @property
    def evidence(self) -> Evidence:
        """The hit as a chip: what was looked for is marked, and the voice plays from there to the end of its turn."""
        turn, source = self.segment.turn, self.source
        start = self.start_ms or 0
        heard = turn is not None and self.start_ms is not None and source.kind == Kind.RECORDING
        return Evidence(
            id=str(self.segment.pk),
            quote=format_html_join("", "{}", ((_marked(text, found),) for text, found in self.pieces)),
            url=self.url,
            speaker=str(turn.speaker) if turn and turn.speaker else "",
            source=source.gathering.name,
            audio_url=reverse("rendition", args=[source.pk, "listening"]) if heard else "",
            start=start / 1000,
            end=((turn.end_ms if turn else None) or start + 5000) / 1000,
            consent=self._agreed_to,
        )


def _marked(text: str, found: bool) -> str:
    return format_html("<mark>{}</mark>", text) if found else text


def search(
    text: str, *, by: Reader, gathering: UUID | None = None, kind: str = "", first: int = 0, most: int = 20
) -> tuple[list[Hit], int]:
    """What `by` may read that meets `text`, best first: `most` hits from the `first`, and how many there are."""
    query = parse(text)
    if not query:
        return [], 0
    segments = Segment.objects.filter(source__in=Source.objects.readable_by(by))
    if gathering:
        segments = segments.filter(source__gathering=gathering)
    if kind:
        segments = segments.filter(source__kind=kind)
    found = matching(segments, query)
    page = found.select_related("source__gathering", "turn__speaker__person").prefetch_related("source__people")[
        first : first + most
    ]
    shown = list(page)
    standing = given(person for segment in shown for person in _speakers(segment))
    struck = withheld(segment.source_id for segment in shown)
    hits = [_hit(segment, query, standing, _struck_in(segment, struck)) for segment in shown]
    return hits, found.order_by().count()


def _struck_in(segment: Segment, struck: Withheld) -> list[Span]:
    """What was struck off the record in the words of `segment`, in code points of them."""
    here = struck.get(segment.source_id)
    if not here or segment.block == NAME:
        return []
    return (
        spans_in(segment.turn, here) if segment.turn else block_spans(segment.source, here).get(segment.block or 0, [])
    )


def _speakers(segment: Segment) -> list[UUID | None]:
    """Who speaks in the turn; in a document, everybody whose words it is known to hold."""
    if segment.turn:
        return [segment.turn.speaker.person_id if segment.turn.speaker else None]
    return [person.pk for person in segment.source.people.all()]


def _hit(segment: Segment, query: Query, standing: Given, struck: list[Span]) -> Hit:
    marks = hits(blanked(segment.text, struck), query)
    start = marks[0][0] if marks else 0
    text = blanked(segment.text, struck, mark())
    return Hit(segment, list(_pieces(text, marks, start)), _second(segment, start), standing)


def _second(segment: Segment, offset: int) -> int | None:
    """The moment of the word at `offset` — or of its turn, where words have no times."""
    if not segment.turn:
        return None
    for word in segment.turn.plain().words:
        if word.end > offset:
            return word.start_ms
    return segment.turn.start_ms


def _pieces(text: str, marks: list[tuple[int, int]], around: int) -> Iterable[tuple[str, bool]]:
    first = max(0, around - AROUND)
    first = text.find(" ", first) + 1 if first else 0
    last = min(len(text), around + 2 * AROUND)
    if first:
        yield "… ", False
    at = first
    for start, end in marks:
        if start >= last:
            break
        if start > at:
            yield text[at:start], False
        if start >= at:
            yield text[start:end], True
            at = end
    yield text[at : max(at, last)], False
    if last < len(text):
        yield " …", False
