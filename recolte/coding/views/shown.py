"""What the pages show: their context, and the rows they start from."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from recolte.coding.forms import (
    MarkForm,
    WhoForm,
)
from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.coding.painting import NONE, beside_blocks, beside_turns
from recolte.coding.passages import passages
from recolte.coding.rules import can_code, can_uncode
from recolte.community.models import Community, Person, Reader
from recolte.community.rules import is_of_the_team
from recolte.engine.documents import spans
from recolte.engine.withholding import blanked
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import Attendance
from recolte.sources.board import Row, latest_jobs
from recolte.sources.models import Kind, Source
from recolte.sources.rules import can_steer, works_on
from recolte.sources.withheld import heard, mark, shown_blocks, withheld
from recolte.transcripts.leaving import struck_in, struck_of
from recolte.transcripts.models import HeardElsewhere, Transcript, Turn
from recolte.transcripts.reading import DOUBTFUL, turns_html
from recolte.transcripts.recorders import alongside
from recolte.transcripts.rules import can_correct, is_typed
from recolte.transcripts.sentences import fault
from recolte.ui.durations import clock
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest

MOST_PEOPLE = 200  # to choose a voice from
RECENT = 100  # codings that say which codes were used last


def readable_sources(request: MemberRequest) -> Any:
    return Source.objects.readable_by(request.user).select_related(
        "gathering__community", "deposit__by", "deposit__person"
    )


def listening_page(request: MemberRequest, recording: Source, asked: str) -> dict[str, Any]:
    """What the listening page shows, with the transcript that was `asked` for, or the best that there is."""
    transcripts = list(Transcript.objects.readable_by(request.user).filter(source=recording))
    chosen = next((one for one in transcripts if str(one.pk) == asked), None)
    chosen = chosen or next((one for one in transcripts if one.is_complete), None)
    chosen = chosen or next(iter(transcripts), None)
    works = can_correct(request.user, recording)
    has_struck = bool(withheld([recording.pk]))
    is_open = works or not has_struck
    hidden = struck_in(chosen) if chosen and not is_open else {}
    is_heard = heard(recording, is_whole=is_open) is not None
    is_whole = chosen is not None and chosen.is_complete  # until then its turns have no lasting place
    may_name = is_whole and works
    may_code = can_code(request.user, recording)
    is_timed = chosen is not None and chosen.is_timed
    beside = beside_turns(chosen, with_links=may_name or may_code) if chosen and is_whole else {}
    unnamed = list(unnamed_voices(chosen)) if chosen and may_name else []
    community, reader = recording.gathering.community, reader_of(request, recording)
    return {
        "source": recording,
        "gathering": recording.gathering,
        "community": community,
        "crumbs": crumbs(recording.name, recording.gathering),
        "row": Row(recording, latest_jobs([recording.pk]).get(recording.pk), can_steer(request.user, recording)),
        "transcripts": transcripts,
        "transcript": chosen,
        "turns": turns_html(chosen, beside, hidden) if chosen else "",
        "is_heard": is_heard,
        "is_untimed": not is_timed,
        "doubtful": DOUBTFUL / 100,
        "faults": [fault(line, code) for line, code in chosen.faults] if chosen else [],
        "live": live_topic(recording.gathering_id),
        "here": page_of(recording, chosen),
        "unnamed": unnamed,
        "may_name": may_name,
        "may_listen": may_name and is_heard,
        "may_code": may_code and is_whole,
        "is_typed": may_name and chosen is not None and is_typed(chosen.engine.get("format", "")),
        "may_mark": may_code and is_heard,
        "instead": _instead(request, recording),
        "has_siblings": reader["is_of_the_team"] and _may_have_siblings(recording),
        "marks": marks_of(recording, with_struck=is_open) if is_heard else [],
        "may_have_file": is_open,
        "may_strike": may_name,
        "sees_struck": works,
        "has_struck": has_struck,
        "mark_form": MarkForm(community),
        **choices(community, chosen, people=may_name or may_code, codes=may_code),
        **reader,
    }


def _instead(request: MemberRequest, recording: Source) -> Source | None:
    """The recording of the same moment that somebody chose, if the reader may see it."""
    chosen = HeardElsewhere.objects.standing().filter(source=recording).values("chosen")
    return Source.objects.readable_by(request.user).filter(pk__in=chosen).first()


def _may_have_siblings(recording: Source) -> bool:
    return recording.kind == Kind.RECORDING and recording.is_agreed and bool(alongside(recording))


def reader_of(request: MemberRequest, source: Source) -> dict[str, Any]:
    return {"is_of_the_team": is_of_the_team(request.user, source.community), "none": NONE}


def choices(
    community: Community, transcript: Transcript | None = None, *, people: bool = True, codes: bool = True
) -> dict[str, Any]:
    """What one chooses from: people whom the community knows, its codes, the facets."""
    return {
        "people": _people(community, transcript) if people else [],
        "codes": codes_of(community) if codes else [],
        "facets": Facet.choices,
        "who_form": WhoForm(community),
    }


def _people(community: Community, transcript: Transcript | None) -> list[Person]:
    """Who speaks in the transcript comes first, then who was there that day; whoever is not among them is written by name."""
    people = Person.objects.filter(community=community).select_related("organisation")
    if transcript:
        speaks = Exists(transcript.speakers.filter(person=OuterRef("pk")))
        was_there = Exists(Attendance.objects.filter(person=OuterRef("pk"), gathering__sources=transcript.source_id))
        people = people.order_by(speaks.desc(), was_there.desc(), "name", "role", "id")
    return list(people[:MOST_PEOPLE])


def codes_of(community: Community) -> list[Code]:
    """Those used last come first."""
    used = list(Coding.objects.filter(community=community).order_by("-id").values_list("code", flat=True)[:RECENT])
    order = {code: number for number, code in reversed(list(enumerate(used)))}
    return sorted(Code.objects.filter(community=community), key=lambda code: order.get(code.pk, RECENT))


def unnamed_voices(transcript: Transcript) -> Any:
    """The voices of a transcript that are called something, and that nobody has recognised yet."""
    return transcript.speakers.filter(person=None).annotate(count=Count("turns")).order_by("pk")


@dataclass(frozen=True, slots=True)
class Mark:
    """Seconds that somebody kept, as the page lists them."""

    excerpt: Excerpt
    codings: list[Coding]

    @property
    def pk(self) -> UUID:
        return self.excerpt.pk

    @property
    def clock(self) -> str:
        return clock(self.excerpt.start_ms or 0)

    @property
    def seconds(self) -> str:
        return seconds(self.excerpt.start_ms or 0)


def seconds(ms: int) -> str:
    """For addresses: the same in every language."""
    return f"{ms / 1000:g}"


def marks_of(recording: Source, *, with_struck: bool) -> list[Mark]:
    """The moments that were marked by ear; those that were struck off the record, for who works on the recording alone."""
    marks = Excerpt.objects.filter(source=recording, start=None).select_related("person")
    if not with_struck:
        struck = {one.excerpt.pk for one in passages(marks.select_related("source")) if one.is_struck}
        marks = marks.exclude(pk__in=struck)
    marks = marks.prefetch_related(Prefetch("codings", Coding.objects.select_related("code")))
    return [Mark(excerpt, list(excerpt.codings.all())) for excerpt in marks.order_by("start_ms", "id")]


def page_of(source: Source, transcript: Transcript | None = None) -> str:
    page = source.get_absolute_url()
    return f"{page}?transcript={transcript.pk}" if transcript else page


def transcript_at(request: MemberRequest, pk: UUID) -> Transcript:
    readable = Transcript.objects.readable_by(request.user)
    return get_object_or_404(readable.select_related("source__gathering__community", "source__deposit__by"), pk=pk)


def asks_for_parts(request: MemberRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def number_of(transcript: Transcript, offset: int) -> int:
    """The number (from 0) of the turn in which a code point of the text lies."""
    return max(0, transcript.turns.filter(offset__lte=offset).count() - 1)


def way(source: Source, transcript: Transcript | None, here: str) -> list[dict[str, str]]:
    way = crumbs(source.name, source.gathering)
    way[-1]["url"] = page_of(source, transcript)
    return [*way, {"label": here, "url": ""}]


def last_chosen(source: Source) -> UUID | None:
    """Whose words the last passage of this document was said to hold."""
    last = Excerpt.objects.filter(source=source).exclude(person=None).order_by("-id").values_list("person", flat=True)
    return last.first()


def document_blocks(source: Source, blocks: list[dict[str, str]], *, with_links: bool) -> list[dict[str, Any]]:
    """`blocks` of a document, as its reader sees them, with what stands beside each."""
    beside = beside_blocks(source, with_links=with_links)
    return [
        {**block, "number": number, "at": start, "beside": beside.get(number, "")}
        for number, (block, (start, _end)) in enumerate(zip(blocks, spans(blocks), strict=True))
    ]


def blocks_for(reader: Reader, source: Source) -> list[dict[str, str]]:
    """The blocks of a document as `reader` sees them: with what was struck off the record, if they work on it."""
    struck = [] if works_on(reader, source) else withheld([source.pk]).get(source.pk, [])
    return shown_blocks(source, struck)


def words_for(reader: Reader, turn: Turn) -> str:
    """The words of a turn as `reader` sees them."""
    if works_on(reader, turn.transcript.source):
        return turn.text
    return blanked(turn.text, struck_of(turn), mark())


Held = list[tuple[Coding, bool]]


def held_in(codings: QuerySet[Coding], reader: Reader, source: Source) -> Held:
    """`codings` of passages of `source` as `reader` sees them, each with whether they may take it off."""
    every = list(codings.select_related("code", "excerpt__source", "excerpt__person"))
    if not works_on(reader, source):
        struck = {one.excerpt.pk for one in passages([coding.excerpt for coding in every]) if one.is_struck}
        every = [coding for coding in every if coding.excerpt_id not in struck]
    return [(coding, can_uncode(reader, coding)) for coding in every]


def code_page(
    request: MemberRequest, source: Source, held: QuerySet[Coding], url: str, facts: dict[str, Any]
) -> HttpResponse:
    """What can be coded without selecting anything: its words, its codes, and the form to put another one."""
    context = {
        "source": source,
        "community": source.gathering.community,
        "crumbs": way(source, None, _("Codes")),
        "codings": held_in(held, request.user, source),
        "code_url": url,
        "start": "",
        "end": "",
        **facts,
        **choices(source.gathering.community),
    }
    return render(request, "coding/block.html", context)
