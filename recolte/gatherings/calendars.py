"""Gatherings as calendars take them (iCalendar, RFC 5545; as an invitation, iTIP, RFC 5546).

A gathering whose sessions fill its days from the first to the last has their times (UTC); any other has whole days.
Options under study go into no calendar: what is asked for here must be confirmed and have a date.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from recolte.community.actions import site_address
from recolte.gatherings.models import Gathering, Invitation, Session

Moment = date | datetime


def when(gathering: Gathering) -> tuple[Moment, Moment] | None:
    """The first moment and the one that is no longer part of it; None without a date."""
    first, last = gathering.starts_on, gathering.last_day
    if first is None or last is None:
        return None
    sessions = list(gathering.sessions.all())
    if sessions:
        starts, ends = min(one.starts_at for one in sessions), max(one.ends_at for one in sessions)
        if (starts.astimezone(gathering.zone).date(), ends.astimezone(gathering.zone).date()) == (first, last):
            return starts, ends
    return first, last + timedelta(days=1)


def told(gathering: Gathering) -> tuple[object, ...]:
    """What a calendar says of a gathering: when this changes, so does the number of its version (SEQUENCE)."""
    return gathering.name, when(gathering), gathering.where, gathering.link


def ready(gathering: Gathering) -> None:
    """Raises ValidationError, with what to do, when the gathering may stand in no calendar yet."""
    if gathering.is_option:
        raise ValidationError(
            _("This gathering is still under study: confirm it first, then it can go into calendars.")
        )
    if not gathering.starts_on:
        raise ValidationError(_("This gathering has no date yet: give it one first, then it can go into calendars."))


def published(gathering: Gathering) -> str:
    """The gathering as a file that anybody puts into their calendar. Raises ValidationError when it is not ready."""
    ready(gathering)
    return _written(_calendar("PUBLISH", _of_gathering(gathering)))


def invitation(invited: Invitation, link: str) -> str:
    """The calendar that goes along with a letter; `link` is where the invited answer."""
    gathering = invited.gathering
    ready(gathering)
    event = _of_gathering(gathering)
    event["URL"] = link
    organizer = vCalAddress(f"mailto:{invited.by.email if invited.by else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = str(invited.by or gathering.community)
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{invited.email}")
    attendee.params["CN"] = str(invited.person)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    event.add("attendee", attendee)
    return _written(_calendar("REQUEST", event))


def feed(name: str, gatherings: Iterable[Gathering]) -> str:
    """A calendar called `name` that programs look at again and again: these gatherings, and each of their sessions."""
    events = []
    for gathering in gatherings:
        events += [_of_gathering(gathering), *(_of_session(one) for one in gathering.sessions.all())]
    calendar = _calendar("PUBLISH", *events)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
    return _written(calendar)


def _calendar(method: str, *events: Event) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Récolte//gatherings//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return calendar


def _of_gathering(gathering: Gathering) -> Event:
    moment = when(gathering)
    assert moment is not None
    start, end = moment
    event = _event(gathering, start, end)
    event.add("summary", gathering.name)
    event.add("url", site_address(gathering.get_absolute_url()))
    if where := gathering.where or gathering.link:
        event.add("location", where)
    if gathering.link:
        event.add("description", _("To meet from afar: %(link)s") % {"link": gathering.link})
    return event


def _of_session(session: Session) -> Event:
    event = _event(session, session.starts_at, session.ends_at, session.gathering.sequence)
    event.add("summary", session.title)
    event.add("related-to", _uid(session.gathering))
    if session.place:
        event.add("location", ", ".join(filter(None, [session.place.name, session.place.address])))
    return event


def _event(what: Any, start: Moment, end: Moment, sequence: int | None = None) -> Event:
    event = Event()
    event.add("uid", _uid(what))
    event.add("dtstamp", timezone.now())
    event.add("sequence", what.sequence if sequence is None else sequence)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", "CONFIRMED")
    return event


def _uid(what: Gathering | Session) -> str:
    return f"{what.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _written(calendar: Calendar) -> str:
    content: bytes = calendar.to_ical()
    return content.decode()
