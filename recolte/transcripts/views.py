from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.gzip import gzip_page
from django.views.decorators.vary import vary_on_headers

from recolte.engine.formats import FORMATS
from recolte.sources.board import Row, crumbs, latest_jobs
from recolte.sources.models import Kind, Rendition, Source
from recolte.sources.rules import can_steer
from recolte.transcripts.models import Transcript
from recolte.transcripts.reading import turns_html, words_json
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest

WRITTEN = {name: format for name, format in FORMATS.items() if format.write}


@login_required
@vary_on_headers("HX-Request")
@gzip_page
def listen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A recording with its transcript, word by word; or a transcript that came without its recording."""
    source = get_object_or_404(
        Source.objects.readable_by(request.user).select_related("gathering__community", "deposit__by"),
        pk=pk,
        kind__in=[Kind.RECORDING, Kind.TRANSCRIPT],
    )
    # A transcript that has joined its recording is read there.
    spoken = Transcript.objects.readable_by(request.user).filter(brought_as=source).first()
    recording = spoken.source if spoken else source
    transcripts = list(Transcript.objects.readable_by(request.user).filter(source=recording))
    chosen = next((one for one in transcripts if str(one.pk) == request.GET.get("transcript")), None)
    chosen = chosen or next((one for one in transcripts if one.is_complete), None)
    chosen = chosen or next(iter(transcripts), None)
    roles = set(recording.renditions.values_list("role", flat=True))
    is_part = bool(request.headers.get("HX-Request"))
    is_heard = Rendition.Role.LISTENING in roles
    if is_part and is_heard and "silent" in request.GET:
        return HttpResponse(headers={"HX-Refresh": "true"})  # the page has no player yet: the whole of it is wanted
    context = {
        "source": recording,
        "gathering": recording.gathering,
        "community": recording.gathering.community,
        "crumbs": crumbs(recording.name, recording.gathering),
        "row": Row(recording, latest_jobs([recording.pk]).get(recording.pk), can_steer(request.user, recording)),
        "transcripts": transcripts,
        "transcript": chosen,
        "turns": mark_safe(turns_html(chosen.pk, chosen.version)) if chosen else "",  # noqa: S308 — escaped there
        "is_heard": is_heard,
        "formats": WRITTEN if chosen and chosen.is_timed else {"text": WRITTEN["text"]},
        "live": live_topic(recording.gathering_id),
    }
    return render(request, "transcripts/listen.html" + ("#spoken" if is_part else ""), context)


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
