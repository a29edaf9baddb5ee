"""Gatherings as calendars take them (iCalendar, RFC 5545; as an invitation, iTIP, RFC 5546).

A gathering whose sessions fill its days from the first to the last has their times (UTC); any other has whole days.
Options under study go into no calendar: what is asked for here must be confirmed and have a date. What is called off
says so (STATUS:CANCELLED).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import parseaddr
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
    _between(event, invited)
    return _written(_calendar("REQUEST", event))


def cancellation(invited: Invitation) -> str:
    """What takes the gathering out of the calendar of somebody invited (RFC 5546, 3.2.5).

    Either it is called off, or they alone are no longer invited: then it still stands, and no STATUS says otherwise.
    """
    gathering = invited.gathering
    event = _of_gathering(gathering)
    if not gathering.is_called_off:
        del event["STATUS"]
    if because := gathering.called_off_because or invited.withdrawn_because:
        event.add("comment", because)
    _between(event, invited)
    return _written(_calendar("CANCEL", event))


def _between(event: Event, invited: Invitation) -> None:
    """Who invites, and who is invited."""
    gathering = invited.gathering
    organizer = vCalAddress(f"mailto:{invited.by.email if invited.by else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["CN"] = str(invited.by or gathering.community)
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{invited.email}")
    attendee.params["CN"] = str(invited.person)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    event.add("attendee", attendee)


def feed(name: str, gatherings: Iterable[Gathering]) -> str:
    """A calendar called `name` that programs look at again and again: these gatherings, and each of their sessions.

    One that was called off stays, as such, so that it does not vanish unseen from a page one had looked at; its sessions go.
    """
    events = []
    for gathering in gatherings:
        sessions = [] if gathering.is_called_off else gathering.sessions.all()
        events += [_of_gathering(gathering), *(_of_session(one) for one in sessions)]
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
    event = _event(gathering, when(gathering), gathering.sequence, is_called_off=gathering.is_called_off)
    event.add("summary", gathering.name)
    event.add("url", site_address(gathering.get_absolute_url()))
    if where := gathering.where or gathering.link:
        event.add("location", where)
    if gathering.link:
        event.add("description", _("To meet from afar: %(link)s") % {"link": gathering.link})
    return event


def _of_session(session: Session) -> Event:
    event = _event(session, (session.starts_at, session.ends_at), session.gathering.sequence)
    event.add("summary", session.title)
    event.add("related-to", _uid(session.gathering))
    if session.place:
        event.add("location", ", ".join(filter(None, [session.place.name, session.place.address])))
    return event


def _event(
    what: Gathering | Session, moment: tuple[Moment, Moment] | None, sequence: int, *, is_called_off: bool = False
) -> Event:
    event = Event()
    event.add("uid", _uid(what))
    event.add("dtstamp", timezone.now())
    event.add("sequence", sequence)
    if moment:  # what is cancelled may have lost its date
        event.add("dtstart", moment[0])
        event.add("dtend", moment[1])
    event.add("status", "CANCELLED" if is_called_off else "CONFIRMED")
    return event


def _uid(what: Gathering | Session) -> str:
    return f"{what.pk}@{urlsplit(settings.SITE_URL).hostname}"


def _written(calendar: Calendar) -> str:
    content: bytes = calendar.to_ical()
    return content.decode()
