from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.gzip import gzip_page

from recolte.engine.formats import FORMATS
from recolte.transcripts.models import Transcript
from recolte.transcripts.reading import words_json
from recolte.ui.requests import MemberRequest

WRITTEN = {name: format for name, format in FORMATS.items() if format.write}


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
