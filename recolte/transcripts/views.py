from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST

from recolte.community.models import Community
from recolte.engine.formats import FORMATS
from recolte.engine.formats.habits import Line, transcript_of
from recolte.engine.problems import Unreadable
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import Gathering, Session
from recolte.gatherings.views.opened import around, readable
from recolte.jobs.actions import cancel
from recolte.jobs.models import Job
from recolte.jobs.models import State as JobState
from recolte.programme.reports import axis_filter
from recolte.sources.actions import place_in_sessions
from recolte.sources.board import Row
from recolte.sources.forms import PlacingForm
from recolte.sources.models import Kind as SourceKind
from recolte.sources.models import Source, SourceQuerySet
from recolte.sources.sentences import sentence
from recolte.transcripts.actions import (
    COMPARE,
    add_term,
    ask_for_comparison,
    choose_recorder,
    find_times,
    hear_again,
    hear_all_the_same,
    lines_of,
    read_as_interview,
    remove_term,
    why_words_stay,
)
from recolte.transcripts.coverage import COLUMNS, WHOLE, coverage, sources_of
from recolte.transcripts.forms import AtForm, HearAgainForm, InterviewForm, RecordersForm, TermForm
from recolte.transcripts.glossary import terms
from recolte.transcripts.leaving import leaving
from recolte.transcripts.models import HeardElsewhere, Term, Transcript
from recolte.transcripts.reading import words_json
from recolte.transcripts.recorders import alongside, recorders_of
from recolte.transcripts.rules import can_choose_recorder, can_correct, can_read_as_interview, can_see_the_glossary
from recolte.transcripts.sentences import fault, losses
from recolte.ui.durations import clock
from recolte.ui.listing import Column, Filter, Listing, days_asked, within
from recolte.ui.requests import MemberRequest

LISTENING = [
    ("listened", gettext_lazy("some turns were listened to")),
    ("waiting", gettext_lazy("some turns were not yet")),
]
MOST = 100  # sources to be placed at once: the others come when these are
FIRST_TURNS = 12  # that show how an interview would come in
MOST_VOICES = 60  # whose names can be corrected
WRITTEN = {name: format for name, format in FORMATS.items() if format.write}


@login_required
def coverage_board(request: MemberRequest, pk: UUID) -> HttpResponse:
    """What came back and what lacks, session by session; below, what a cell counts (`?sequence=…&quoi=…`), or what
    belongs to no session yet. Posting says which session these belong to.
    """
    gathering = readable(request, pk)
    page = around(request, gathering, _("To collect"))
    board = coverage([gathering], request.user)[gathering.pk]
    sessions = [row.session for row in board.rows if row.session]
    sources, chosen = _chosen(request, gathering, sessions)
    is_posted = request.method == "POST"
    form = PlacingForm(request.POST if is_posted else None, sources[:MOST], sessions)
    if is_posted:
        if not page["may_change"]:
            raise PermissionDenied
        if form.is_valid():
            count = place_in_sessions(form.placed, by=request.user)
            said = ngettext("%(n)d thing has its session.", "%(n)d things have their session.", count) % {"n": count}
            messages.success(request, said)
            return redirect("coverage", pk)
    page |= {"board": board, "form": form, "chosen": chosen, "has_sessions": bool(sessions), "total": sources.count()}
    return render(request, "transcripts/coverage.html", page, status=422 if form.errors else 200)


def _chosen(request: MemberRequest, gathering: Gathering, sessions: list[Session]) -> tuple[SourceQuerySet, str]:
    """The sources that the address asks for, with what they are called; without an address, those of no session."""
    sources = (
        Source.objects.readable_by(request.user)
        .filter(gathering=gathering)
        .select_related("deposit__by", "deposit__person")
    )
    key, what = request.GET.get("sequence", ""), request.GET.get("quoi", "")
    if what not in COLUMNS:
        return sources.filter(session=None), ""
    session = next((one for one in sessions if str(one.pk) == key), None)
    if session is None and key != WHOLE:
        raise Http404
    return sources_of(sources.filter(session=session), what), session.title if session else _("The whole gathering")


@login_required
def listened(request: MemberRequest, slug: str) -> HttpResponse:
    """What was transcribed, and how much of each somebody listened to — on the days that the address asks for."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    on_these_days = within("turns__listened_at__date", *days_asked(request))
    heard = Count("turns", filter=Q(turns__listened_at__isnull=False) & on_these_days)
    listing = Listing(
        request,
        _("What was listened to"),
        Transcript.objects.readable_by(request.user)
        .filter(community=community)
        .select_related("source__gathering")
        .annotate(count=Count("turns"), heard=heard)
        .order_by(F("source__gathering__starts_on").desc(nulls_last=True), "source__name", "id"),
        [
            Column(
                "name",
                _("Name"),
                lambda one: one.source.name,
                ["source__name"],
                url=lambda one: one.source.get_absolute_url(),
            ),
            Column(
                "gathering",
                _("Gathering"),
                lambda one: one.source.gathering.name,
                ["source__gathering__name"],
                url=lambda one: one.source.gathering.get_absolute_url(),
            ),
            Column("origin", _("Where it comes from"), lambda one: one.get_origin_display(), ["origin"]),
            Column("heard", _("Turns listened to"), lambda one: one.heard, ["heard"], is_number=True),
            Column("turns", _("Turns in all"), lambda one: one.count, ["count"], is_number=True),
        ],
        filters=[
            Filter("state", _("State"), LISTENING, _by_listening),
            Filter("agreed", _("Agreement"), [("yes", _("attested"))], _agreed),
            axis_filter(community, "source__gathering__axis"),
        ],
        search=lambda rows, words: rows.filter(
            Q(source__name__icontains=words) | Q(source__gathering__name__icontains=words)
        ),
        days=lambda rows, since, until: rows.filter(heard__gt=0),
    )
    total = listing.rows.order_by().aggregate(n=Sum("heard"))["n"]
    said = ngettext("%(n)d turn listened to in this list.", "%(n)d turns listened to in this list.", total or 0)
    context = {
        "community": community,
        "listing": listing,
        "lead": _(
            "Recordings and transcripts with the turns of speech that somebody listened to and found right; the days are "
            "those of the listening."
        ),
        "total": said % {"n": total} if total else "",
        "empty": _("Nothing is transcribed yet: bring a recording or a transcript to a gathering."),
        "crumbs": crumbs(listing.title),
    }
    return listing.taken_away() or render(request, "ui/list_page.html", context)


def _by_listening(rows: QuerySet[Any, Any], chosen: str) -> QuerySet[Any, Any]:
    return rows.filter(heard__gt=0) if chosen == "listened" else rows.filter(heard__lt=F("count"))


def _agreed(rows: QuerySet[Any, Any], chosen: str) -> QuerySet[Any, Any]:
    return rows.filter(source__in=Source.objects.agreed())


@login_required
@gzip_page
def words(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The times of the words, for the player that follows them."""
    transcript = get_object_or_404(Transcript.objects.readable_by(request.user), pk=pk)
    response = HttpResponse(words_json(transcript.pk, transcript.version), content_type="application/json")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@login_required
def take_away(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The formats in which a transcript can be taken away, and what each would lose of it."""
    readable = Transcript.objects.readable_by(request.user).select_related("source__gathering__community")
    transcript = get_object_or_404(readable, pk=pk, is_complete=True)
    plain, withheld = leaving(transcript)
    is_timed, source = transcript.is_timed, transcript.source
    context = {
        "source": source,
        "transcript": transcript,
        "community": source.gathering.community,
        "crumbs": crumbs(_("Take the transcript away"), source.gathering),
        "formats": [
            (key, format, losses(format.losses(plain)))
            for key, format in WRITTEN.items()
            if is_timed or not format.needs_times
        ],
        "is_timed": is_timed,
        "withheld": withheld,
    }
    return render(request, "transcripts/take_away.html", context)


def download(request: HttpRequest, pk: UUID, format: str) -> HttpResponse:
    transcript = get_object_or_404(Transcript.objects.readable_by(request.user).select_related("source"), pk=pk)
    written = WRITTEN.get(format)
    if not written or not written.write or (written.needs_times and not transcript.is_timed):
        raise Http404
    stem = transcript.source.name.rsplit(".", 1)[0]
    return HttpResponse(
        written.write(leaving(transcript)[0]),
        content_type=written.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{stem}.{written.extension}") or "attachment"
        },
    )


@login_required
def interview(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A document, or a typed text, as the interview that it would be: who speaks can be corrected, then it is taken in."""
    source = get_object_or_404(
        Source.objects.readable_by(request.user).select_related("gathering__community", "deposit__by"), pk=pk
    )
    if not can_correct(request.user, source):
        raise PermissionDenied
    if not can_read_as_interview(request.user, source):
        raise Http404
    try:
        lines = lines_of(source)
    except Unreadable as error:
        messages.error(request, sentence(error.problem))
        return redirect(source)
    counts = Counter(turn.speaker for turn in transcript_of(lines).turns if turn.speaker)
    voices = dict(sorted(counts.items(), key=lambda one: -one[1])[:MOST_VOICES])
    recordings = _recordings_of(request, source)
    likely = next((one for one in recordings if one.stem == source.stem), None)
    form = InterviewForm(request.POST if request.method == "POST" else None, voices, recordings, likely)
    stays = why_words_stay(source)
    if form.is_bound and form.is_valid() and "take" in form.data:
        try:
            transcript = read_as_interview(source, form.names, recording=form.recording, by=request.user)
        except ValidationError as error:
            stays = error.messages[0]
        else:
            messages.success(request, _("It is a transcript now: say who these voices are, listen, put codes."))
            return redirect(f"{transcript.source.get_absolute_url()}?transcript={transcript.pk}")
    plain = transcript_of(lines, form.names)
    way = crumbs(source.name, source.gathering)
    way[-1]["url"] = source.get_absolute_url()
    context = {
        "source": source,
        "community": source.gathering.community,
        "crumbs": [*way, {"label": _("As an interview"), "url": ""}],
        "form": form,
        "stays": stays,
        "names": sorted({name for name in form.names.values() if name} | set(voices)),
        "more": len(counts) - len(voices),
        "turns": [(turn, "" if turn.start_ms is None else clock(turn.start_ms)) for turn in plain.turns[:FIRST_TURNS]],
        "count": len(plain.turns),
        "timed": sum(turn.start_ms is not None for turn in plain.turns),
        "faults": [(fault(one.line, one.code), _line_at(lines, one.line)) for one in plain.faults[:MOST]],
    }
    return render(
        request, "transcripts/interview.html", context, status=422 if form.errors or stays and form.is_bound else 200
    )


def _recordings_of(request: MemberRequest, source: Source) -> list[Source]:
    """The recordings that a text can have been written from: of its gathering, agreed as it is."""
    joined = Transcript.objects.filter(brought_as=source).exclude(source=source).exists()
    if not source.is_agreed or joined:
        return []
    found = Source.objects.readable_by(request.user).filter(gathering=source.gathering_id, kind=SourceKind.RECORDING)
    found = found.exclude(attestation=None).select_related("community", "deposit").order_by("name", "id")
    return [one for one in found if can_correct(request.user, one)]


def _line_at(lines: list[Line], number: int) -> str:
    return next((line.text for line in lines if line.number == number), "")


@login_required
def hear_again_page(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Have a part of a recording heard again, with the names of the glossary, perhaps by another model."""
    transcript = get_object_or_404(
        Transcript.objects.readable_by(request.user).select_related("source__gathering__community", "source__deposit"),
        pk=pk,
        source__kind=SourceKind.RECORDING,
        is_complete=True,
    )
    source = transcript.source
    if not can_correct(request.user, source):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = HearAgainForm(posted, initial={"end": clock(source.duration_ms or 0)})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        run = hear_again(transcript, facts["start"], facts["end"], model=facts["model"], by=request.user)
        if run:
            messages.success(request, _("It is being heard again: what you listened to or wrote stays as it is."))
            return redirect(source.get_absolute_url())
        form.add_error(
            None, _("Everything there was listened to or written by somebody: there is nothing to hear again.")
        )
    here = crumbs(_("Hear it again"), source.gathering)
    context = {
        "source": source,
        "transcript": transcript,
        "community": source.gathering.community,
        "crumbs": here,
        "form": form,
        "terms": terms(source.gathering),
        "runs": transcript.runs.select_related("by").order_by("-asked_at")[:20],
        "work": Row(source, _hearing(transcript)).work,
        "may_see_glossary": can_see_the_glossary(request.user, source.community),
    }
    return render(request, "transcripts/hear_again.html", context, status=422 if form.errors else 200)


def _hearing(transcript: Transcript) -> Job | None:
    """The latest job that hears a part of it again."""
    runs = transcript.runs.values("pk")
    return Job.objects.filter(name="transcripts.hear_again", subject__in=runs).order_by("-id").first()


@login_required
def recorders(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The other recorders of the session: which is the clearest, the same second in each, and which one is used."""
    readable = Source.objects.readable_by(request.user).select_related("gathering__community", "deposit")
    source = get_object_or_404(readable, pk=pk, kind=SourceKind.RECORDING)
    if not can_choose_recorder(request.user, source.community):
        raise PermissionDenied
    job = Job.objects.filter(name=COMPARE, subject=source.gathering_id).order_by("-id").first()
    if request.method == "POST":
        form = RecordersForm(request.POST)
        try:
            _do_with_recorders(request, source, form.cleaned_data["do"] if form.is_valid() else "", job)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return redirect("recorders", pk)
    at = AtForm(request.GET if "at" in request.GET else None)
    listed = recorders_of(source, request.user, at.cleaned_data["at"] if at.is_valid() else 0)
    row = Row(source, job)
    instead = HeardElsewhere.objects.standing().filter(
        source=source, chosen__in=Source.objects.readable_by(request.user)
    )
    context = {
        "source": source,
        "community": source.gathering.community,
        "crumbs": crumbs(_("Other recorders of this session"), source.gathering),
        "recorders": listed,
        "others": alongside(source),
        "at_form": at,
        "work": row.work,
        "has_compared": job is not None and not job.is_active,
        "problem": row.sentence if job and job.state == JobState.FAILED else "",
        "instead": instead.select_related("chosen").first(),
        "is_used": source.stands_for.exists(),
        "is_written": source.transcripts.filter(is_complete=True).exists(),
    }
    return render(request, "transcripts/recorders.html", context, status=422 if at.errors else 200)


def _do_with_recorders(request: MemberRequest, source: Source, what: str, job: Job | None) -> None:
    match what:
        case "compare":
            ask_for_comparison(source, by=request.user)
            messages.success(request, _("The recordings are being compared: what is found will be here."))
        case "stop" if job:
            cancel(job)
        case "use":
            choose_recorder(source, by=request.user)
            messages.success(request, _("This recording is used; the others of the same moment stay as they are."))
        case "hear":
            hear_all_the_same(source, by=request.user)
            messages.success(request, _("This recording is transcribed too."))


@login_required
@require_POST
def times(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Find the times of a transcript that was brought without any, in what a machine hears of its recording."""
    transcript = get_object_or_404(
        Transcript.objects.readable_by(request.user).select_related("source__gathering__community", "source__deposit"),
        pk=pk,
        source__kind=SourceKind.RECORDING,
        is_complete=True,
    )
    if not can_correct(request.user, transcript.source):
        raise PermissionDenied
    try:
        if find_times(transcript, by=request.user):
            messages.success(request, _("The words have their times now: they can be played."))
        else:
            messages.info(request, _("The recording is being heard: the times will be here when that is done."))
    except Unreadable as error:
        messages.error(request, sentence(error.problem))
    return redirect(f"{transcript.source.get_absolute_url()}?transcript={transcript.pk}")


@login_required
def glossary(request: MemberRequest, slug: str) -> HttpResponse:
    """The names and words that a machine should expect in this community's recordings."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_see_the_glossary(request.user, community):
        raise PermissionDenied
    form = TermForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            term = add_term(community, form.cleaned_data["words"], by=request.user)
        except ValidationError as error:
            form.add_error("words", error)
        else:
            messages.success(request, _("“%(words)s” is expected from now on.") % {"words": term.words})
            return redirect("glossary", slug)
    listing = Listing(
        request,
        _("Glossary"),
        Term.objects.filter(community=community).select_related("by"),
        [
            Column("words", _("Name or word"), lambda one: one.words, ["words"]),
            Column("origin", _("Where from"), lambda one: one.get_origin_display(), ["origin", "words"]),
            Column("by", _("By"), lambda one: str(one.by or ""), ["by__name", "words"]),
            Column("added", _("Since"), lambda one: one.added_at, ["added_at"]),
            Column("forget", _("Take out"), lambda one: "", template="transcripts/forget_term.html"),
        ],
        search=lambda rows, words: rows.filter(words__icontains=words),
    )
    context = {"community": community, "listing": listing, "form": form, "crumbs": crumbs(_("Glossary"))}
    page = render(request, "transcripts/glossary.html", context, status=422 if form.errors else 200)
    return listing.taken_away() or page


@login_required
@require_POST
def forget_term(request: MemberRequest, pk: UUID) -> HttpResponse:
    term = get_object_or_404(
        Term.objects.filter(community__in=Community.objects.readable_by(request.user)).select_related("community"),
        pk=pk,
    )
    if not can_see_the_glossary(request.user, term.community):
        raise PermissionDenied
    remove_term(term, by=request.user)
    messages.success(request, _("“%(words)s” is not expected any more.") % {"words": term.words})
    return redirect("glossary", term.community.slug)
