"""The public site: what of it is public, and the files themselves."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from recolte.cards.models import Card, Claim
from recolte.cards.rules import standings, state_of
from recolte.community.models import Community
from recolte.jobs import actions as jobs
from recolte.jobs.models import Job, State
from recolte.publishing.actions import last_verification, latest_publications, own_address, own_folder
from recolte.publishing.models import Report
from recolte.publishing.rules import can_write_report, can_write_site
from recolte.publishing.site import manifest
from recolte.sources.media import send_bytes
from recolte.ui.live import live_topic
from recolte.ui.requests import MemberRequest

TYPES = {".html": "text/html; charset=utf-8", ".xml": "application/atom+xml; charset=utf-8", ".woff2": "font/woff2"}
JOBS = {"write": "publishing.write", "verify": "journal.verify"}


@login_required
@vary_on_headers("HX-Request")
def public_site(request: MemberRequest, slug: str) -> HttpResponse:
    """What is public, where it stands, and whether the chain holds; those who coordinate write it again."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_write = can_write_site(request.user, community)
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        name = JOBS.get(request.POST.get("what", ""))
        if name:
            jobs.start(name, community.pk, community=community, by=request.user, topic=community.pk)
            if name == JOBS["write"]:
                messages.success(request, _("The public site is being written."))
        return redirect("public_site", slug)
    every = list(Card.objects.filter(community=community, published_at__isnull=False))
    publications = latest_publications(community)
    held = standings(Claim.objects.filter(card__in=every).select_related("card"))
    verified = last_verification()
    context = {
        "community": community,
        "cards": [(card, state_of(card, [one for one in held if one.claim.card_id == card.pk])) for card in every],
        "publications": publications,
        "is_there": manifest(own_folder(community)) is not None,
        "address": own_address(community),
        "may_write": may_write,
        "may_draft": can_write_report(request.user, community),
        "reports": Report.objects.readable_by(request.user).filter(community=community).select_related("published")[:5],
        "verified": verified,
        "broken": _broken(verified, community) if verified else [],
        "is_newer": bool(verified and publications and publications[0].at > verified.queued_at),
        "work": Job.objects.filter(name__in=JOBS.values(), community=community).active().first(),
        "failed": Job.objects.filter(name=JOBS["write"], subject=community.pk).order_by("-id")[:1].first(),
        "failed_state": State.FAILED,
        "live": live_topic(community.pk),
    }
    part = "#chain" if request.headers.get("HX-Request") else ""
    return render(request, "publishing/site.html" + part, context)


def _broken(verified: Job, community: Community) -> list[tuple[str, str, bool]]:
    """(address, sentence, whether the address is a page of the house, rather than a file of the machine)."""
    lines = [line for line in verified.result["lines"] if line[2] in ("", str(community.pk))]
    return [(address, sentence, _is_page(address)) for address, sentence, _community in lines]


def _is_page(address: str) -> bool:
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return False
    return True


@require_safe
def page(request: HttpRequest, slug: str, path: str) -> HttpResponseBase:
    """A file of the public site that the house itself keeps: for everyone, and only what its manifest names."""
    folder = Path(settings.PUBLIC_SITE) / slug
    name = f"{path}index.html" if not path or path.endswith("/") else path
    said = manifest(folder)
    if said is None or name not in {*said["files"], "recolte.json"}:
        raise Http404
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise Http404 from None
    if name.endswith(".mp3"):
        return send_bytes(request, content, media_type="audio/mpeg", name=Path(name).name)
    media_type = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "text/plain; charset=utf-8"
    return HttpResponse(content, content_type=media_type, headers={"X-Content-Type-Options": "nosniff"})
