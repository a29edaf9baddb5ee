"""One thing that was brought: the work on it, its file and what was made of it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from recolte.jobs import actions as jobs
from recolte.jobs.models import Job
from recolte.sources.actions import look_into
from recolte.sources.media import send
from recolte.sources.models import Rendition, Source, State
from recolte.sources.rules import can_steer
from recolte.sources.withheld import heard, is_whole_for
from recolte.ui.requests import MemberRequest

LISTENING = Rendition.Role.LISTENING


@login_required
@require_POST
def steer(request: MemberRequest, pk: UUID, what: str) -> HttpResponse:
    """Cancel the work on a source, or start again what failed or was cancelled."""
    source = get_object_or_404(Source.objects.readable_by(request.user).select_related("deposit__by"), pk=pk)
    if not can_steer(request.user, source):
        raise PermissionDenied
    job = Job.objects.filter(subject=source.pk).order_by("-id").first()
    if what == "cancel" and job:
        jobs.cancel(job)
    elif what == "again" and job and not job.is_active:
        jobs.start(job.name, source.pk, community=source.community, by=request.user, topic=source.gathering_id)
    elif what == "again" and source.state == State.RECEIVED:
        look_into(source, by=request.user)
    return redirect("gathering", source.gathering_id)


def original(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file as it was brought. A photo's original carries its place: only who brought it gets it; what was struck off
    the record is still in its file: only those who work on it get that.
    """
    source = get_object_or_404(Source.objects.readable_by(request.user).select_related("deposit"), pk=pk)
    if source.kind == "photo" and source.deposit.by != request.user:
        raise Http404
    if not is_whole_for(request.user, source):
        raise PermissionDenied
    return send(
        request,
        source.community_id,
        source.sha256,
        size=source.size,
        media_type=source.media_type,
        name=source.name,
    )


def rendition(request: HttpRequest, pk: UUID, role: str) -> HttpResponseBase:
    """What was made of it to be shown or heard; a recording is heard without what was struck off the record, unless one
    works on it.
    """
    source = get_object_or_404(Source.objects.readable_by(request.user).select_related("deposit"), pk=pk)
    if role == LISTENING:
        made = heard(source, is_whole=is_whole_for(request.user, source))
    else:
        made = source.renditions.filter(role=role).first()
    if made is None:
        raise Http404
    stem = source.name.rsplit(".", 1)[0]
    return send(
        request,
        made.community_id,
        made.sha256,
        size=made.size,
        media_type=made.media_type,
        name=f"{stem}.{made.media_type.rsplit('/')[-1]}",
        may_change=role == LISTENING,  # something of it may be struck off the record
    )
