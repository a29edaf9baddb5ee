from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page

from recolte.engine.formats import FORMATS
from recolte.gatherings.models import Gathering, Session
from recolte.gatherings.views.opened import around, readable
from recolte.sources.actions import place_in_sessions
from recolte.sources.forms import PlacingForm
from recolte.sources.models import Source, SourceQuerySet
from recolte.transcripts.coverage import COLUMNS, WHOLE, coverage, sources_of
from recolte.transcripts.models import Transcript
from recolte.transcripts.reading import words_json
from recolte.ui.requests import MemberRequest

MOST = 100  # sources to be placed at once: the others come when these are
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
@gzip_page
def words(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The times of the words, for the player that follows them."""
    transcript = get_object_or_404(Transcript.objects.readable_by(request.user), pk=pk)
    response = HttpResponse(words_json(transcript.pk, transcript.version), content_type="application/json")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def download(request: HttpRequest, pk: UUID, format: str) -> HttpResponse:
    transcript = get_object_or_404(Transcript.objects.readable_by(request.user).select_related("source"), pk=pk)
    written = WRITTEN.get(format)
    if not written or not written.write or not (transcript.is_timed or format == "text"):
        raise Http404  # subtitles need times
    stem = transcript.source.name.rsplit(".", 1)[0]
    return HttpResponse(
        written.write(transcript.plain()),
        content_type=f"{written.media_type}; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, f"{stem}.{written.extension}") or "attachment"
        },
    )
