"""What this stage tells of itself by its own registries: gatherings by their address, and what was decided on a day."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext

from recolte.community.models import Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Decision, Gathering, Task


@resolves("gathering", "gathering", "agenda")
def gatherings(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Gathering.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.name, one.get_absolute_url(), one.community_id, "calendar") for one in found}


@tells_of_the_day(30)
def decided(gathering: Gathering, day: date) -> str:
    count = Decision.objects.filter(item__gathering=gathering, decided_on=day).count()
    return ngettext("%(n)d decision was made.", "%(n)d decisions were made.", count) % {"n": count} if count else ""


@tells_of_the_day(31)
def given_to_do(gathering: Gathering, day: date) -> str:
    begins = datetime.combine(day, time(), ZoneInfo(gathering.time_zone))
    given = Task.objects.filter(decision__item__gathering=gathering, created_at__gte=begins)
    count = given.filter(created_at__lt=begins + timedelta(days=1)).count()
    return ngettext("%(n)d task was given.", "%(n)d tasks were given.", count) % {"n": count} if count else ""
