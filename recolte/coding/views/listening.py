"""The page where one listens: who speaks, what was heard, what is said."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from recolte.coding.forms import (
    CorrectionForm,
    ListenedForm,
    TellVoicesForm,
    VoiceForm,
)
from recolte.coding.models import Coding
from recolte.coding.rules import can_code, can_strike_for
from recolte.coding.views.answers import refused, turns_anew, whole
from recolte.coding.views.shown import (
    asks_for_parts,
    choices,
    held_in,
    listening_page,
    number_of,
    page_of,
    readable_sources,
    seconds,
    transcript_at,
    unnamed_voices,
    way,
    words_for,
)
from recolte.jobs.models import Job
from recolte.jobs.models import State as JobState
from recolte.sources.board import Row
from recolte.sources.models import Kind, Source
from recolte.sources.withheld import heard, is_whole_for
from recolte.transcripts.actions import (
    EXAMPLE_MS,
    Outdated,
    ask_for_voices,
    correct_turn,
    deny_guess,
    mark_listened,
    marked,
    name_voice,
    recognise_voice,
    take_proposals_back,
)
from recolte.transcripts.models import Transcript, Turn
from recolte.transcripts.rules import can_correct
from recolte.ui.durations import clock
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest

UNCERTAIN_SHOWN = 12  # proposals that a person should listen to first
AHEAD = 40  # turns after one, among which its voice may end


@login_required
@vary_on_headers("HX-Request")
@gzip_page
def listen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A recording with its transcript, word by word; or a transcript that came without its recording."""
    source = get_object_or_404(readable_sources(request), pk=pk, kind__in=[Kind.RECORDING, Kind.TRANSCRIPT])
    # A transcript that has joined its recording is read there.
    spoken = Transcript.objects.readable_by(request.user).filter(brought_as=source).first()
    recording = (
        readable_sources(request).get(pk=spoken.source_id) if spoken and spoken.source_id != source.pk else source
    )
    is_part = bool(request.headers.get("HX-Request"))
    if is_part and "silent" in request.GET and _is_heard(request, recording):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page has no player yet: the whole of it is wanted
    context = listening_page(request, recording, request.GET.get("transcript", ""))
    return render(request, "coding/listen.html" + ("#spoken" if is_part else ""), context)


def _is_heard(request: MemberRequest, recording: Source) -> bool:
    return heard(recording, is_whole=is_whole_for(request.user, recording)) is not None


def _to_work_on(request: MemberRequest, pk: UUID) -> Transcript:
    transcript = transcript_at(request, pk)
    if not can_correct(request.user, transcript.source):
        raise PermissionDenied
    return transcript


@login_required
@vary_on_headers("HX-Request")
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
                    return whole(request, transcript, _("%(person)s speaks here.") % {"person": person})
                turns = _from_to(transcript, facts["first"], facts["last"] or facts["first"])
                name_voice(turns, person, by=request.user)
        except ValidationError as error:
            return refused(request, error, request.get_full_path())
        words = ngettext("%(person)s speaks in this turn.", "%(person)s speaks in these %(n)d turns.", len(turns))
        place = f"#turn-{number_of(transcript, facts['first'].offset) + 1}"
        return whole(request, transcript, words % {"person": person, "n": len(turns)}, place)
    context = {
        "source": source,
        "transcript": transcript,
        "community": source.gathering.community,
        "crumbs": way(source, transcript, _("Who speaks?")),
        "unnamed": unnamed_voices(transcript).select_related("guess"),
        **_told_apart(transcript),
        **choices(source.gathering.community, transcript, codes=False),
    }
    if not asks_for_parts(request):
        return render(request, "coding/voices.html", context)
    if not context["work"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # the voices that were found are listed below
    return render(request, "coding/voices.html#apart", context)


def _told_apart(transcript: Transcript) -> dict[str, Any]:
    """What the page says of the voices that a machine may tell apart."""
    is_heard = transcript.source.kind == Kind.RECORDING and transcript.is_complete and transcript.is_timed
    job = Job.objects.filter(name="transcripts.propose_voices", subject=transcript.pk).order_by("-id").first()
    lasts = marked(transcript) if is_heard else {}
    row = Row(transcript.source, job)
    speakers = [one for one in transcript.speakers.select_related("person") if one.pk in lasts]
    return {
        "may_propose": is_heard and transcript.turns.filter(Q(speaker=None) | Q(margin__isnull=False)).exists(),
        "examples": [one for one in speakers if lasts[one.pk] >= EXAMPLE_MS],
        "too_short": [one for one in speakers if lasts[one.pk] < EXAMPLE_MS],
        "proposed": transcript.turns.proposed().count(),
        "uncertain": list(
            transcript.turns.uncertain()
            .select_related("speaker__person")
            .order_by("margin", "position")[:UNCERTAIN_SHOWN]
        ),
        "work": row.work,
        "problem": row.sentence if job and job.state == JobState.FAILED else "",
        "live": live_topic(transcript.source.gathering_id),
        "tell_form": TellVoicesForm(transcript),
    }


@login_required
@require_POST
def tell_voices(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Have the voices proposed where nobody said them, take the proposals back, confirm or deny who one may be."""
    transcript = _to_work_on(request, pk)
    form = TellVoicesForm(transcript, request.POST)
    if not form.is_valid():
        return refused(request, _("Say how many people speak: a number from 2 to 20."), reverse("voices", args=[pk]))
    facts = form.cleaned_data
    try:
        match facts["do"]:
            case "ask":
                ask_for_voices(transcript, count=facts["count"], by=request.user)
                messages.success(request, _("The voices are being told apart: what people said of them stays."))
            case "take_back":
                count = take_proposals_back(transcript, by=request.user)
                words = ngettext("%(n)d proposal is taken back.", "%(n)d proposals are taken back.", count)
                messages.success(request, words % {"n": count})
            case "yes" if facts["speaker"]:
                recognise_voice(facts["speaker"], facts["speaker"].guess, by=request.user)
                messages.success(request, _("%(person)s speaks here.") % {"person": facts["speaker"]})
            case "no" if facts["speaker"]:
                deny_guess(facts["speaker"], by=request.user)
    except ValidationError as error:
        return refused(request, error, reverse("voices", args=[pk]))
    return redirect("voices", pk)


def _from_to(transcript: Transcript, first: Turn, last: Turn) -> list[Turn]:
    low, high = sorted((first.position, last.position))
    return list(transcript.turns.filter(position__gte=low, position__lte=high).select_related("transcript__source"))


@login_required
@require_POST
def listened(request: MemberRequest, pk: UUID) -> HttpResponse:
    """I have heard these turns, and they say what is said."""
    transcript = _to_work_on(request, pk)
    form = ListenedForm(transcript, request.POST)
    if not form.is_valid():
        return refused(request, _("These turns are not here any more: reload the page."), page_of(transcript.source))
    turns = list(form.cleaned_data["turns"])
    mark_listened(turns, by=request.user)
    words = ngettext("%(n)d turn listened to.", "%(n)d turns listened to.", len(turns)) % {"n": len(turns)}
    return turns_anew(request, transcript, [number_of(transcript, turn.offset) for turn in turns], words)


@login_required
@vary_on_headers("HX-Request")
def turn(request: MemberRequest, pk: UUID, turn: int) -> HttpResponse:
    """One turn on a page of its own, with all that can be done with it; `coded.js` takes the correction alone."""
    transcript = transcript_at(request, pk)
    one = get_object_or_404(transcript.turns.select_related("speaker__person"), pk=turn)
    return _turn_page(request, transcript, one, CorrectionForm(initial={"text": one.text, "before": one.text}))


def _turn_page(
    request: MemberRequest, transcript: Transcript, one: Turn, form: CorrectionForm, status: int = 200
) -> HttpResponse:
    source = transcript.source
    is_whole = transcript.is_complete
    may_name, may_code = is_whole and can_correct(request.user, source), is_whole and can_code(request.user, source)
    if not may_name and not may_code:
        raise PermissionDenied
    held = Coding.objects.filter(excerpt__transcript=transcript, excerpt__start__lt=one.offset + len(one.text))
    held = held.filter(excerpt__end__gt=one.offset)
    words = words_for(request.user, one)
    context = {
        "source": source,
        "transcript": transcript,
        "turn": one,
        "words": words,
        "number": number_of(transcript, one.offset) + 1,
        "time": clock(one.start_ms) if one.start_ms is not None else "",
        "second": seconds(one.start_ms or 0),
        "last_second": seconds(one.end_ms or one.start_ms or 0),
        "ahead": [
            (later.pk, clock(later.start_ms) if later.start_ms is not None else "", later.text[:60])
            for later in transcript.turns.filter(position__gt=one.position).defer("words")[:AHEAD]
        ],
        "here": page_of(source, transcript),
        "community": source.gathering.community,
        "crumbs": way(source, transcript, _("One turn")),
        "form": form,
        "theirs": one.text if status == 409 else None,
        "may_name": may_name,
        "may_strike": is_whole and can_strike_for(request.user, source),
        "may_listen": may_name and source.kind == Kind.RECORDING,
        "may_code": may_code,
        "codings": held_in(held, request.user, source),
        "code_url": reverse("code_transcript", args=[transcript.pk]),
        "start": one.offset,
        "end": one.offset + len(one.text),
        "quote": words,
        "of_somebody": False,
        **choices(source.gathering.community, transcript),
    }
    is_part = asks_for_parts(request) and may_name  # the correction: its words are those of the row, struck ones too
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
    return whole(request, transcript, words, f"#turn-{number_of(transcript, one.offset) + 1}")
