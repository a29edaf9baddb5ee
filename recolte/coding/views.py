"""The pages where one listens and reads, says who speaks, corrects, and codes.

A form that is sent by `coded.js` (HX-Request) gets back the parts of the page that have changed, each with its id; sent
without scripts, it leads back to the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from recolte.coding import actions
from recolte.coding.forms import (
    ChooseCodeForm,
    CodingForm,
    CorrectionForm,
    ListenedForm,
    MarkForm,
    VoiceForm,
    WhoForm,
)
from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.coding.painting import NONE, beside_blocks, beside_turns
from recolte.coding.rules import can_code, can_name_voices, can_uncode
from recolte.community.models import Community, Person
from recolte.community.rules import is_of_the_team
from recolte.engine.documents import as_text, spans
from recolte.engine.formats import FORMATS
from recolte.engine.formats.decoding import normalise
from recolte.sources.board import Row, crumbs, latest_jobs
from recolte.sources.models import Kind, Rendition, Source
from recolte.sources.rules import can_steer
from recolte.transcripts.actions import Outdated, correct_turn, mark_listened, name_voice, recognise_voice
from recolte.transcripts.models import Transcript, Turn
from recolte.transcripts.reading import turn_html, turns_html
from recolte.ui.durations import clock
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest

WRITTEN = {name: format for name, format in FORMATS.items() if format.write}
AHEAD = 40  # turns after one, among which its voice may end
RECENT = 100  # codings that say which codes were used last


# What is heard -------------------------------------------------------------------------------------------------------


@login_required
@vary_on_headers("HX-Request")
@gzip_page
def listen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A recording with its transcript, word by word; or a transcript that came without its recording."""
    source = get_object_or_404(_sources(request), pk=pk, kind__in=[Kind.RECORDING, Kind.TRANSCRIPT])
    # A transcript that has joined its recording is read there.
    spoken = Transcript.objects.readable_by(request.user).filter(brought_as=source).first()
    recording = _sources(request).get(pk=spoken.source_id) if spoken and spoken.source_id != source.pk else source
    is_part = bool(request.headers.get("HX-Request"))
    if is_part and "silent" in request.GET and recording.renditions.filter(role=Rendition.Role.LISTENING).exists():
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page has no player yet: the whole of it is wanted
    context = _heard(request, recording, request.GET.get("transcript", ""))
    return render(request, "coding/listen.html" + ("#spoken" if is_part else ""), context)


def _sources(request: MemberRequest) -> Any:
    return Source.objects.readable_by(request.user).select_related("gathering__community", "deposit__by")


def _heard(request: MemberRequest, recording: Source, asked: str) -> dict[str, Any]:
    """What the listening page shows, with the transcript that was `asked` for, or the best that there is."""
    transcripts = list(Transcript.objects.readable_by(request.user).filter(source=recording))
    chosen = next((one for one in transcripts if str(one.pk) == asked), None)
    chosen = chosen or next((one for one in transcripts if one.is_complete), None)
    chosen = chosen or next(iter(transcripts), None)
    is_heard = recording.renditions.filter(role=Rendition.Role.LISTENING).exists()
    is_whole = chosen is not None and chosen.is_complete  # until then its turns have no lasting place
    may_name = is_whole and can_name_voices(request.user, recording)
    may_code = can_code(request.user, recording)
    is_timed = chosen is not None and chosen.is_timed
    beside = beside_turns(chosen, with_links=may_name or may_code) if chosen and is_whole else {}
    unnamed = list(_unnamed(chosen)) if chosen and may_name else []
    community = recording.gathering.community
    return {
        "source": recording,
        "gathering": recording.gathering,
        "community": community,
        "crumbs": crumbs(recording.name, recording.gathering),
        "row": Row(recording, latest_jobs([recording.pk]).get(recording.pk), can_steer(request.user, recording)),
        "transcripts": transcripts,
        "transcript": chosen,
        "turns": turns_html(chosen, beside) if chosen else "",
        "is_heard": is_heard,
        "is_untimed": not is_timed,
        "formats": WRITTEN if is_timed else {"text": WRITTEN["text"]},
        "live": live_topic(recording.gathering_id),
        "here": _page_of(recording, chosen),
        "unnamed": unnamed,
        "may_name": may_name,
        "may_listen": may_name and is_heard,
        "may_code": may_code and is_whole,
        "may_mark": may_code and is_heard,
        "marks": _marks(recording) if is_heard else [],
        "mark_form": MarkForm(community),
        **_boxes(community, chosen, people=may_name or may_code, codes=may_code),
        **_me(request, recording),
    }


def _me(request: MemberRequest, source: Source) -> dict[str, Any]:
    return {"is_of_the_team": is_of_the_team(request.user, source.community), "none": NONE}


def _boxes(
    community: Community, transcript: Transcript | None = None, *, people: bool = True, codes: bool = True
) -> dict[str, Any]:
    """What one chooses from: the people whom the community knows — those of the transcript first —, its codes, the facets."""
    return {
        "people": _people(community, transcript) if people else [],
        "codes": _codes(community) if codes else [],
        "facets": Facet.choices,
        "who_form": WhoForm(community),
    }


def _people(community: Community, transcript: Transcript | None) -> list[Person]:
    here = set(transcript.speakers.exclude(person=None).values_list("person", flat=True)) if transcript else set()
    people = Person.objects.filter(community=community).select_related("organisation")
    return sorted(people, key=lambda person: person.pk not in here)


def _codes(community: Community) -> list[Code]:
    """Those used last come first."""
    used = list(Coding.objects.filter(community=community).order_by("-id").values_list("code", flat=True)[:RECENT])
    order = {code: number for number, code in reversed(list(enumerate(used)))}
    return sorted(Code.objects.filter(community=community), key=lambda code: order.get(code.pk, RECENT))


def _unnamed(transcript: Transcript) -> Any:
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
        return _seconds(self.excerpt.start_ms or 0)


def _seconds(ms: int) -> str:
    """For addresses: the same in every language."""
    return f"{ms / 1000:g}"


def _marks(recording: Source) -> list[Mark]:
    marks = Excerpt.objects.filter(source=recording, start=None).select_related("person")
    marks = marks.prefetch_related(Prefetch("codings", Coding.objects.select_related("code")))
    return [Mark(excerpt, list(excerpt.codings.all())) for excerpt in marks.order_by("start_ms", "id")]


def _page_of(source: Source, transcript: Transcript | None = None) -> str:
    page = source.get_absolute_url()
    return f"{page}?transcript={transcript.pk}" if transcript else page


def _transcript(request: MemberRequest, pk: UUID) -> Transcript:
    readable = Transcript.objects.readable_by(request.user)
    return get_object_or_404(readable.select_related("source__gathering__community", "source__deposit__by"), pk=pk)


def _to_work_on(request: MemberRequest, pk: UUID) -> Transcript:
    transcript = _transcript(request, pk)
    if not can_name_voices(request.user, transcript.source):
        raise PermissionDenied
    return transcript


# Answers -------------------------------------------------------------------------------------------------------------


def _is_part(request: MemberRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _said(request: MemberRequest, words: str, *, undo: dict[str, Any] | None = None, problem: bool = False) -> str:
    """The line that says what happened, with the way back."""
    return render_to_string("coding/said.html", {"words": words, "undo": undo, "problem": problem}, request)


def _refused(request: MemberRequest, error: ValidationError | str, back: str, status: int = 422) -> HttpResponse:
    words = error if isinstance(error, str) else error.messages[0]
    if _is_part(request):
        return HttpResponse(_said(request, words, problem=True), status=status)
    messages.error(request, words)
    return redirect(back)


def _whole(request: MemberRequest, transcript: Transcript, words: str, place: str = "") -> HttpResponse:
    """After a change of the text or of its voices: all that is said, anew."""
    if not _is_part(request):
        messages.success(request, words)
        return redirect(_page_of(transcript.source, transcript) + place)
    transcript.refresh_from_db()
    context = _heard(request, transcript.source, str(transcript.pk))
    spoken = render_to_string("coding/listen.html#spoken", context, request)
    people = render_to_string("coding/people_list.html", {"people": context["people"], "id": "people"}, request)
    return HttpResponse(spoken + people + _said(request, words))


def _turns(
    request: MemberRequest,
    transcript: Transcript,
    numbers: Iterable[int],
    words: str,
    undo: dict[str, Any] | None = None,
) -> HttpResponse:
    """After a change beside some turns (numbers from 0): those turns, anew."""
    those = sorted(set(numbers))
    if not _is_part(request):
        messages.success(request, words)
        place = f"#turn-{those[0] + 1}" if those else ""
        return redirect(_page_of(transcript.source, transcript) + place)
    beside = beside_turns(transcript, with_links=True)
    items = "".join(turn_html(transcript, number, beside.get(number, "")) for number in those)
    return _with_codes(request, transcript.source, items, words, undo)


def _blocks(
    request: MemberRequest, source: Source, start: int, words: str, undo: dict[str, Any] | None
) -> HttpResponse:
    """After a change beside the block of a document in which the code point `start` lies: that block, anew."""
    blocks = _document_blocks(source, with_links=True)
    block = [one for one in blocks if one["kind"] != "page" and one["at"] <= start][-1]
    if not _is_part(request):
        messages.success(request, words)
        return redirect(f"{source.get_absolute_url()}#b{block['number']}")
    return _with_codes(request, source, render_to_string("coding/passage.html", {"block": block}, request), words, undo)


def _with_codes(
    request: MemberRequest, source: Source, parts: str, words: str, undo: dict[str, Any] | None
) -> HttpResponse:
    codes = render_to_string("coding/codes_list.html", {"codes": _codes(source.community)}, request)
    return HttpResponse(parts + codes + _said(request, words, undo=undo))


def _marked(request: MemberRequest, source: Source, words: str, undo: dict[str, Any] | None = None) -> HttpResponse:
    if not _is_part(request):
        messages.success(request, words)
        return redirect(f"{_page_of(source)}#moments")
    context = {"source": source, "marks": _marks(source), "may_mark": True, "may_code": True}
    part = render_to_string("coding/marks.html", context, request)
    return _with_codes(request, source, part, words, undo)


# Who speaks, what was heard, what is said ----------------------------------------------------------------------------


@login_required
def voices(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Say who speaks: in a turn, from a turn to another, or wherever one voice is heard. The page lists those voices."""
    transcript = _to_work_on(request, pk)
    source = transcript.source
    if request.method == "POST":
        form = VoiceForm(transcript, request.POST)
        try:
            with transaction.atomic():
                person = form.who(by=request.user)
                facts = form.cleaned_data
                if facts["speaker"]:
                    recognise_voice(facts["speaker"], person, by=request.user)
                    return _whole(request, transcript, _("%(person)s speaks here.") % {"person": person})
                turns = _from_to(transcript, facts["first"], facts["last"] or facts["first"])
                name_voice(turns, person, by=request.user)
        except ValidationError as error:
            return _refused(request, error, request.get_full_path())
        words = ngettext("%(person)s speaks in this turn.", "%(person)s speaks in these %(n)d turns.", len(turns))
        place = f"#turn-{_number(transcript, facts['first'].offset) + 1}"
        return _whole(request, transcript, words % {"person": person, "n": len(turns)}, place)
    context = {
        "source": source,
        "transcript": transcript,
        "community": source.gathering.community,
        "crumbs": _way(source, transcript, _("Who speaks?")),
        "unnamed": _unnamed(transcript),
        **_boxes(source.gathering.community, transcript, codes=False),
    }
    return render(request, "coding/voices.html", context)


def _from_to(transcript: Transcript, first: Turn, last: Turn) -> list[Turn]:
    low, high = sorted((first.position, last.position))
    return list(transcript.turns.filter(position__gte=low, position__lte=high).select_related("transcript__source"))


def _number(transcript: Transcript, offset: int) -> int:
    """The number (from 0) of the turn in which a code point of the text lies."""
    return max(0, transcript.turns.filter(offset__lte=offset).count() - 1)


def _way(source: Source, transcript: Transcript | None, here: str) -> list[dict[str, str]]:
    way = crumbs(source.name, source.gathering)
    way[-1]["url"] = _page_of(source, transcript)
    return [*way, {"label": here, "url": ""}]


@login_required
@require_POST
def listened(request: MemberRequest, pk: UUID) -> HttpResponse:
    """I have heard these turns, and they say what is said."""
    transcript = _to_work_on(request, pk)
    form = ListenedForm(transcript, request.POST)
    if not form.is_valid():
        return _refused(request, _("These turns are not here any more: reload the page."), _page_of(transcript.source))
    turns = list(form.cleaned_data["turns"])
    mark_listened(turns, by=request.user)
    words = ngettext("%(n)d turn listened to.", "%(n)d turns listened to.", len(turns)) % {"n": len(turns)}
    return _turns(request, transcript, [_number(transcript, turn.offset) for turn in turns], words)


@login_required
@vary_on_headers("HX-Request")
def turn(request: MemberRequest, pk: UUID, turn: int) -> HttpResponse:
    """One turn on a page of its own, with all that can be done with it; `coded.js` takes the correction alone."""
    transcript = _transcript(request, pk)
    one = get_object_or_404(transcript.turns.select_related("speaker__person"), pk=turn)
    return _turn_page(request, transcript, one, CorrectionForm(initial={"text": one.text, "before": one.text}))


def _turn_page(
    request: MemberRequest, transcript: Transcript, one: Turn, form: CorrectionForm, status: int = 200
) -> HttpResponse:
    source = transcript.source
    is_whole = transcript.is_complete
    may_name, may_code = is_whole and can_name_voices(request.user, source), is_whole and can_code(request.user, source)
    if not may_name and not may_code:
        raise PermissionDenied
    held = Coding.objects.filter(excerpt__transcript=transcript, excerpt__start__lt=one.offset + len(one.text))
    held = held.filter(excerpt__end__gt=one.offset).select_related("code", "excerpt")
    context = {
        "source": source,
        "transcript": transcript,
        "turn": one,
        "number": _number(transcript, one.offset) + 1,
        "time": clock(one.start_ms) if one.start_ms is not None else "",
        "second": _seconds(one.start_ms or 0),
        "ahead": [
            (later.pk, clock(later.start_ms) if later.start_ms is not None else "", later.text[:60])
            for later in transcript.turns.filter(position__gt=one.position).defer("words")[:AHEAD]
        ],
        "here": _page_of(source, transcript),
        "community": source.gathering.community,
        "crumbs": _way(source, transcript, _("One turn")),
        "form": form,
        "theirs": one.text if status == 409 else None,
        "may_name": may_name,
        "may_listen": may_name and source.kind == Kind.RECORDING,
        "may_code": may_code,
        "codings": [(coding, can_uncode(request.user, coding)) for coding in held],
        "code_url": reverse("code_transcript", args=[transcript.pk]),
        "start": one.offset,
        "end": one.offset + len(one.text),
        "quote": one.text,
        "of_somebody": False,
        **_boxes(source.gathering.community, transcript),
    }
    is_part = _is_part(request)
    return render(request, "coding/turn.html" + ("#correction" if is_part else ""), context, status=status)


@login_required
@require_POST
def correct(request: MemberRequest, pk: UUID, turn: int) -> HttpResponse:
    """Write what is said in a turn. Whoever was overtaken by somebody else sees both texts, and nothing is lost."""
    transcript = _to_work_on(request, pk)
    one = get_object_or_404(transcript.turns.select_related("speaker__person"), pk=turn)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _turn_page(request, transcript, one, form, status=422)
    try:
        done = correct_turn(one, form.cleaned_data["text"], before=form.cleaned_data["before"], by=request.user)
    except Outdated as error:
        one.text = error.theirs
        again = CorrectionForm(initial={"text": form.cleaned_data["text"], "before": error.theirs})
        return _turn_page(request, transcript, one, again, status=409)
    except ValidationError as error:
        form.add_error("text", error)
        return _turn_page(request, transcript, one, form, status=422)
    words = _("Corrected: listen to this turn once more.") if done else _("Nothing has changed.")
    return _whole(request, transcript, words, f"#turn-{_number(transcript, one.offset) + 1}")


# Codes ---------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def code_transcript(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on words of a transcript."""
    transcript = _transcript(request, pk)
    if not can_code(request.user, transcript.source) or not transcript.is_complete:
        raise PermissionDenied
    try:
        coding = _code(request, transcript, transcript.source)
    except ValidationError as error:
        return _refused(request, error, _page_of(transcript.source, transcript), status=409)
    number = _number(transcript, coding.excerpt.start or 0)
    return _turns(request, transcript, [number], *_coded(coding))


@login_required
@require_POST
def code_document(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on words of a document or note, and perhaps say whose words they are."""
    source = get_object_or_404(_sources(request), pk=pk, kind=Kind.DOCUMENT)
    if not can_code(request.user, source):
        raise PermissionDenied
    try:
        coding = _code(request, source, source)
    except ValidationError as error:
        return _refused(request, error, source.get_absolute_url(), status=409)
    return _blocks(request, source, coding.excerpt.start or 0, *_coded(coding))


@transaction.atomic
def _code(request: MemberRequest, place: actions.Place, source: Source) -> Coding:
    """Raises ValidationError when the words that were seen are not those that stand there now."""
    form = CodingForm(source.gathering.community, request.POST)
    code = form.chosen(by=request.user)
    facts = form.cleaned_data
    coding = actions.code_passage(place, facts["start"], facts["end"], code, by=request.user, person=facts["person"])
    if coding.excerpt.quote != normalise(facts["quote"]).strip():
        raise ValidationError(_("The text has changed in the meantime: reload the page and select the words again."))
    return coding


def _coded(coding: Coding) -> tuple[str, dict[str, Any]]:
    undo = {"url": reverse("uncode", args=[coding.pk]), "label": _("Undo"), "fields": {}}
    return _("Coded as “%(code)s”.") % {"code": coding.code}, undo


@login_required
@require_POST
def uncode(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a code off a passage."""
    readable = Coding.objects.filter(excerpt__in=Excerpt.objects.readable_by(request.user))
    coding = get_object_or_404(
        readable.select_related("code", "excerpt__transcript", "excerpt__source__gathering__community"), pk=pk
    )
    if not can_uncode(request.user, coding):
        raise PermissionDenied
    excerpt, code = coding.excerpt, coding.code
    source, transcript, start = excerpt.source, excerpt.transcript, excerpt.start
    again: dict[str, Any] = {"code": code.pk}
    url = reverse("code_excerpt", args=[excerpt.pk])
    if start is not None:
        again |= {"start": start, "end": excerpt.end, "quote": excerpt.quote, "person": excerpt.person_id or ""}
        url = reverse("code_transcript" if transcript else "code_document", args=[(transcript or source).pk])
    # Words that are not there any more cannot be coded again
    undo = None if excerpt.is_drifted else {"url": url, "label": _("Put it back"), "fields": again}
    actions.uncode(coding, by=request.user)
    words = _("“%(code)s” was taken off.") % {"code": code}
    if start is None:
        return _marked(request, source, words, undo)
    if transcript:
        return _turns(request, transcript, [_number(transcript, start)], words, undo)
    return _blocks(request, source, start, words, undo)


# Seconds marked by ear -----------------------------------------------------------------------------------------------


@login_required
@require_POST
def mark(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Keep some seconds of a recording with a few words about them, whether it has a transcript or not."""
    source = get_object_or_404(_sources(request), pk=pk, kind=Kind.RECORDING)
    if not can_code(request.user, source):
        raise PermissionDenied
    form = MarkForm(source.gathering.community, request.POST)
    try:
        with transaction.atomic():
            if not form.is_valid():
                raise ValidationError([error for errors in form.errors.values() for error in errors])
            facts = form.cleaned_data
            known = facts["person"] or facts["name"] or facts["role"]
            person = form.who(by=request.user) if known else None
            actions.mark_seconds(source, facts["start"], facts["end"], facts["note"], by=request.user, person=person)
    except ValidationError as error:
        return _refused(request, error, f"{_page_of(source)}#moments")
    return _marked(request, source, _("Marked."))


@login_required
def code_excerpt(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a code on seconds that were marked by ear; without scripts, on a page of its own."""
    readable = Excerpt.objects.readable_by(request.user).select_related("source__gathering__community")
    excerpt = get_object_or_404(readable, pk=pk, start=None)
    source, community = excerpt.source, excerpt.source.gathering.community
    if not can_code(request.user, source):
        raise PermissionDenied
    if request.method != "POST":
        context = {"here": f"{_page_of(source)}#moments", "quote": excerpt.note, "of_somebody": False}
        return _code_page(request, source, excerpt.codings.all(), reverse("code_excerpt", args=[pk]), context)
    try:
        with transaction.atomic():
            form = ChooseCodeForm(community, request.POST)
            coding = actions.code_excerpt(excerpt, form.chosen(by=request.user), by=request.user)
    except ValidationError as error:
        return _refused(request, error, f"{_page_of(source)}#moments")
    return _marked(request, source, *_coded(coding))


# What is read --------------------------------------------------------------------------------------------------------


@login_required
@gzip_page
def source(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A document or note as clean text, with its codes; or a photo."""
    source = get_object_or_404(_sources(request), pk=pk)
    community = source.gathering.community
    is_text = source.kind == Kind.DOCUMENT and bool(source.blocks)
    may_code = is_text and can_code(request.user, source)
    context = {
        "source": source,
        "gathering": source.gathering,
        "community": community,
        "crumbs": crumbs(source.name, source.gathering),
        "blocks": _document_blocks(source, with_links=may_code) if is_text else [],
        "may_code": may_code,
        "of_somebody": True,
        "whose": _last_chosen(source) if may_code else None,
        **_boxes(community, people=may_code, codes=may_code),
        **_me(request, source),
    }
    return render(request, "coding/document.html", context)


def _last_chosen(source: Source) -> UUID | None:
    """Whose words the last passage of this document was said to hold."""
    last = Excerpt.objects.filter(source=source).exclude(person=None).order_by("-id").values_list("person", flat=True)
    return last.first()


def _document_blocks(source: Source, *, with_links: bool) -> list[dict[str, Any]]:
    beside = beside_blocks(source, with_links=with_links)
    return [
        {**block, "number": number, "at": start, "beside": beside.get(number, "")}
        for number, (block, (start, _end)) in enumerate(zip(source.blocks, spans(source.blocks), strict=True))
    ]


@login_required
def block(request: MemberRequest, pk: UUID, number: int) -> HttpResponse:
    """One paragraph of a document on a page of its own, to be coded as a whole without scripts."""
    source = get_object_or_404(_sources(request), pk=pk, kind=Kind.DOCUMENT)
    if not can_code(request.user, source):
        raise PermissionDenied
    if number >= len(source.blocks) or source.blocks[number]["kind"] == "page":
        raise Http404
    start, end = spans(source.blocks)[number]
    held = Coding.objects.filter(excerpt__source=source, excerpt__start__lt=end, excerpt__end__gt=start)
    context = {
        "here": f"{source.get_absolute_url()}#b{number}",
        "start": start,
        "end": end,
        "quote": as_text(source.blocks)[start:end],
        "of_somebody": True,
        "whose": _last_chosen(source),
    }
    return _code_page(request, source, held, reverse("code_document", args=[source.pk]), context)


def _code_page(
    request: MemberRequest, source: Source, held: QuerySet[Coding], url: str, facts: dict[str, Any]
) -> HttpResponse:
    """What can be coded without selecting anything: its words, its codes, and the form to put another one."""
    codings = [(coding, can_uncode(request.user, coding)) for coding in held.select_related("code", "excerpt")]
    context = {
        "source": source,
        "community": source.gathering.community,
        "crumbs": _way(source, None, _("Codes")),
        "codings": codings,
        "code_url": url,
        "start": "",
        "end": "",
        **facts,
        **_boxes(source.gathering.community),
    }
    return render(request, "coding/block.html", context)
