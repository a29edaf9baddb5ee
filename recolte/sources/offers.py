"""What this stage tells earlier ones: its sources by their address, what came in on a day, the hours recorded."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.community.models import Community, Organisation, Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Gathering
from recolte.programme.models import Axis
from recolte.programme.reports import Figure, reports_on
from recolte.sources.models import Kind, Source


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


@reports_on(20)
def recorded(community: Community, funder: Organisation, axes: Sequence[Axis]) -> Iterable[Figure]:
    """How long the recordings are that were agreed to, for each of these axes."""
    those = Source.objects.filter(community=community, gathering__axis__in=axes, kind=Kind.RECORDING)
    agreed = those.exclude(attestation=None).order_by()
    lengths = dict(agreed.values_list("gathering__axis").annotate(Sum("duration_ms")))
    for axis in axes:
        hours = round((lengths.get(axis.pk) or 0) / 3_600_000, 1)
        url = f"{reverse('gatherings')}?axis={axis.pk}"
        yield Figure(_("hours recorded · %(axis)s") % {"axis": axis}, str(localize(hours)), url)
