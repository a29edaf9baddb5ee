"""What the pages of a gathering have in common."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404

from recolte.community.models import Community, User
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change
from recolte.gatherings.views import opened


def gathering_for(user: User, pk: UUID) -> Gathering:
    return get_object_or_404(Gathering.objects.readable_by(user).select_related("community", "by"), pk=pk)


def community_for(user: User, slug: str) -> Community:
    return get_object_or_404(Community.objects.readable_by(user), slug=slug)


def around(user: User, gathering: Gathering, here: str) -> dict[str, Any]:
    """What surrounds a page called `here` of a gathering: whose it is, the way back, whether one may change it."""
    return opened.around(gathering, here, may_change=can_change(user, gathering))
