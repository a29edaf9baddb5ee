"""What this stage tells earlier ones: its sources by their address, and what came in on a day."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext

from recolte.community.models import Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Gathering
from recolte.sources.models import Source


@resolves("source", "source", "listen")
def sources(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Source.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.name, one.get_absolute_url(), one.community_id, one.icon) for one in found}


@tells_of_the_day(10)
def came_in(gathering: Gathering, day: date) -> str:
    """How much was brought that may be told of: what waits for an agreement is its depositor's alone."""
    begins = datetime.combine(day, time(), ZoneInfo(gathering.time_zone))
    came = Source.objects.filter(gathering=gathering, received_at__gte=begins).exclude(attestation=None)
    count = came.filter(received_at__lt=begins + timedelta(days=1)).count()
    if not count:
        return ""
    return ngettext("%(n)d thing was brought in.", "%(n)d things were brought in.", count) % {"n": count}
