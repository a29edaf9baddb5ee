"""What the pages of a gathering have in common: what an address names, if whoever asks may read or change it, and what
stands around each page.
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from recolte.community.models import Community
from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change


def readable(request: HttpRequest, pk: UUID) -> Gathering:
    gatherings = Gathering.objects.readable_by(request.user).select_related("community", "by", "axis__community")
    return get_object_or_404(gatherings, pk=pk)


def changeable(request: HttpRequest, pk: UUID) -> Gathering:
    gathering = readable(request, pk)
    if not can_change(request.user, gathering):
        raise PermissionDenied
    return gathering


def community_of(request: HttpRequest, slug: str) -> Community:
    return get_object_or_404(Community.objects.readable_by(request.user), slug=slug)


def around(request: HttpRequest, gathering: Gathering, here: str, **more: Any) -> dict[str, Any]:
    """What surrounds a page called `here` of a gathering: whose it is, the way back, whether one may change it."""
    if "may_change" not in more:
        more["may_change"] = can_change(request.user, gathering)
    return {"gathering": gathering, "community": gathering.community, "crumbs": crumbs(here, gathering), **more}
