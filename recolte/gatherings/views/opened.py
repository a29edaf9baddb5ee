"""The gathering that an address names, if whoever asks may read it, or change it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from recolte.gatherings.crumbs import crumbs
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change


def readable(request: HttpRequest, pk: UUID) -> Gathering:
    return get_object_or_404(
        Gathering.objects.readable_by(request.user).select_related("community", "axis__community"), pk=pk
    )


def changeable(request: HttpRequest, pk: UUID) -> Gathering:
    gathering = readable(request, pk)
    if not can_change(request.user, gathering):
        raise PermissionDenied
    return gathering


def around(gathering: Gathering, here: str, **more: Any) -> dict[str, Any]:
    """What every page of a gathering shows around what it is about."""
    return {
        "gathering": gathering,
        "community": gathering.community,
        "crumbs": crumbs(here, gathering),
        **more,
    }
