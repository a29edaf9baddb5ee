"""What this stage tells by registries: gatherings by their address and on their axis, and what was decided on a day."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.community.models import Community, Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import OFTEN, Decision, Gathering, Kind, Task, turnout
from recolte.programme.hanging import Hung, hangs_on_axes
from recolte.programme.reports import Figure, Scope, reports_on

# The word by which a report asks for the gatherings of a kind, and what it counts.
KINDS = {
    Kind.LEARNING_VISIT: ("visites", gettext_lazy("learning visits held")),
    Kind.SEMINAR: ("seminaires", gettext_lazy("seminars held")),
    Kind.CAPITALISATION_SEMINAR: ("seminaires-de-capitalisation", gettext_lazy("capitalisation seminars held")),
    Kind.COMMITTEE: ("comites", gettext_lazy("steering committees held")),
    Kind.WORKSHOP: ("ateliers", gettext_lazy("workshops held")),
}


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


@hangs_on_axes
def of_an_axis(community: Community) -> Iterable[Hung]:
    for one in Gathering.objects.filter(community=community, axis__isnull=False):
        assert one.axis_id
        yield Hung(one.axis_id, one.name, one.get_absolute_url(), one.starts_on, one.is_option)


@reports_on(10)
def held(scope: Scope) -> Iterable[Figure]:
    """How many gatherings were held, all together and kind by kind."""
    those = Gathering.objects.filter(scope.within("starts_on", "axis"), community=scope.community).held(scope.today)
    counts = dict(those.order_by().values_list("kind").annotate(Count("pk")))
    of = {"community": scope.community.slug, "state": "held"}
    yield Figure("rencontres", _("gatherings held"), sum(counts.values()), scope.url("gatherings", **of))
    for kind, (key, label) in KINDS.items():
        yield Figure(key, str(label), counts.get(kind, 0), scope.url("gatherings", **of, kind=kind))


@reports_on(20)
def came(scope: Scope) -> Iterable[Figure]:
    """How many different people came, and how many of them to at least half of the gatherings."""
    here = turnout(scope.community, scope.since, scope.until, scope.axes)
    slug = scope.community.slug
    yield Figure("personnes", _("different people who came"), here.people, scope.url("attendees", slug))
    label = _("people who came to at least half of the gatherings")
    yield Figure("noyau", label, here.core, scope.url("attendees", slug, often=OFTEN))
