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
from recolte.gatherings.models import OFTEN, AgendaItem, Decision, Gathering, Kind, Session, Task, turnout
from recolte.programme.hanging import Hung, hangs_on_axes
from recolte.programme.reports import Figure, Scope, reports_on
from recolte.ui.dates import date_format

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


@resolves("point", "agenda_item")
def points(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = AgendaItem.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.title, one.get_absolute_url(), one.community_id, "list") for one in found}


@resolves("decision", "decision")
def decisions(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Decision.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.text, one.get_absolute_url(), one.community_id, "check") for one in found}


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


@tells_of_the_day(10, ahead=True)
def next_sessions(gathering: Gathering, day: date) -> str:
    """The programme of the next day that has one, a line a session."""
    sessions = [one for one in gathering.sessions.select_related("place", "gathering") if one.day > day]
    if not sessions:
        return ""
    following = sessions[0].day
    date_words = date_format(following, "l j F")
    title = _("Tomorrow, %(day)s:") if following == day + timedelta(days=1) else _("Next, on %(day)s:")
    lines = [_slot(one) for one in sessions if one.day == following]
    return "\n".join([title % {"day": date_words}, *lines])


def _slot(session: Session) -> str:
    where = f" ({session.place})" if session.place else ""
    return f"- {session.starts:%H:%M} – {session.ends:%H:%M} · {session.title}{where}"


@hangs_on_axes
def of_an_axis(community: Community) -> Iterable[Hung]:
    for one in Gathering.objects.filter(community=community, axis__isnull=False):
        assert one.axis_id
        yield Hung(
            one.axis_id,
            one.name,
            one.get_absolute_url(),
            day=one.starts_on,
            months=one.months,
            is_option=one.is_option,
            is_called_off=one.is_called_off,
        )


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
    label = _("people who came to at least half of the gatherings, and twice or more")
    yield Figure("noyau", label, here.core, scope.url("attendees", slug, often=OFTEN))
