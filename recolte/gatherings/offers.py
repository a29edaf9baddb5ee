"""What this stage tells by registries: gatherings by their address and on their axis, and what was decided on a day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.community.models import Community, Organisation, Reader
from recolte.gatherings.day import tells_of_the_day
from recolte.gatherings.linked import Linked, resolves
from recolte.gatherings.models import AgendaItem, Decision, Gathering, Session, Task
from recolte.programme.hanging import Hung, hangs_on_axes
from recolte.programme.models import Axis
from recolte.programme.reports import Figure, reports_on


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
        yield Hung(one.axis_id, one.name, one.get_absolute_url(), one.starts_on, one.is_option, one.is_called_off)


@reports_on(10)
def held(community: Community, funder: Organisation, axes: Sequence[Axis]) -> Iterable[Figure]:
    """How many gatherings were held for each of these axes."""
    those = Gathering.objects.filter(community=community, axis__in=axes).held(timezone.localdate())
    counts = dict(those.order_by().values_list("axis").annotate(Count("pk")))
    for axis in axes:
        url = f"{reverse('gatherings')}?axis={axis.pk}"
        yield Figure(_("gatherings held · %(axis)s") % {"axis": axis}, counts.get(axis.pk, 0), url)
