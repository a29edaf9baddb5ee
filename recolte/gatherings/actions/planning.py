from typing import Any

from django.db import transaction

from recolte.community.models import Community, User
from recolte.gatherings.models import Gathering
from recolte.journal.actions import record


@transaction.atomic
def plan_gathering(community: Community, name: str, *, by: User | None, **facts: Any) -> Gathering:
    """Create a gathering of `community`; `facts` are its other fields (kind, mode, place, link, starts_on, …)."""
    gathering = Gathering.objects.create(
        community=community, name=" ".join(name.split()), by=by, time_zone=community.time_zone, **facts
    )
    record("gathering.planned", gathering, by=by)
    return gathering


def find_or_plan_gathering(community: Community, name: str, *, by: User | None) -> Gathering:
    """The gathering called `name` (however it is capitalised), made if there is none."""
    name = " ".join(name.split())
    found = Gathering.objects.filter(community=community, name__iexact=name).first()
    return found or plan_gathering(community, name, by=by)
