"""What this stage tells earlier ones: its sources by their address, what came in on a day, how much was brought."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.community.models import Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import Gathering
from recolte.programme.reports import Figure, Scope, Unit, reports_on
from recolte.sources.models import NOTE, NOTES, Kind, Source


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


# The word by which a report asks for what was brought, and what it counts.
COUNTED = [
    ("enregistrements", Kind.RECORDING, gettext_lazy("recordings")),
    ("notes", NOTE, gettext_lazy("notes")),
    ("documents", Kind.DOCUMENT, gettext_lazy("documents handed out")),
    ("photos", Kind.PHOTO, gettext_lazy("photos")),
]


@reports_on(30)
def brought(scope: Scope) -> Iterable[Figure]:
    """How much was brought back that was agreed to, and how long the recordings are."""
    those = Source.objects.filter(scope.within("gathering__starts_on", "gathering__axis"), community=scope.community)
    those = those.agreed().order_by()
    counts: dict[str, tuple[int, int]] = {}
    for kind, is_note, count, length in those.values_list("kind", _is_note()).annotate(Count("pk"), Sum("duration_ms")):
        counts[NOTE if is_note else kind] = (count, length or 0)

    def url(kind: str) -> str:
        return scope.url("sources", scope.community.slug, agreed="yes", kind=kind)

    yield Figure("heures", _("hours recorded"), counts.get(Kind.RECORDING, (0, 0))[1], url(Kind.RECORDING), Unit.MS)
    for key, kind, label in COUNTED:
        yield Figure(key, str(label), counts.get(kind, (0, 0))[0], url(kind))


def _is_note() -> Case:
    return Case(When(kind=Kind.DOCUMENT, format__in=NOTES, then=Value(True)), default=Value(False))
