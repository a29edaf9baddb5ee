"""The file of a visit: its facts, its places, its programme, and the copy of it for another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from recolte.community.models import Person, User
from recolte.community.people import same
from recolte.gatherings.actions.invitations import tell_changed
from recolte.gatherings.actions.planning import plan_gathering
from recolte.gatherings.calendars import told
from recolte.gatherings.clock import moved
from recolte.gatherings.models import ChecklistItem, Gathering, Place, Session, SessionSpeaker, ToCollect
from recolte.journal.actions import record

Row = TypeVar("Row", Place, Session, SessionSpeaker, ChecklistItem, ToCollect)


@contextmanager
def _revised(gathering: Gathering) -> Iterator[None]:
    """What happens inside raises the version of the gathering's calendar, if the calendar then says something else."""
    before = told(gathering)
    yield
    gathering.refresh_from_db()
    if told(gathering) != before:
        gathering.raise_sequence()


@transaction.atomic
def change_gathering(gathering: Gathering, *, by: User, **facts: Any) -> None:
    """Say otherwise what a gathering is. Its programme moves along with its first day, at the same times of the clock.

    New dates are told to all those invited who have not said no.
    """
    was = Gathering.objects.get(pk=gathering.pk)
    changed = sorted(field for field, value in facts.items() if getattr(was, field) != value)
    if not changed:
        return
    gathering.refresh_from_db()
    with _revised(gathering):
        for field in changed:
            setattr(gathering, field, facts[field])
        gathering.save(update_fields=changed)
        record("gathering.changed", gathering, by=by, fields=", ".join(changed))
        if was.starts_on and gathering.starts_on and was.starts_on != gathering.starts_on:
            _move_sessions(gathering, (gathering.starts_on - was.starts_on).days)
    if was.starts_on and {"starts_on", "ends_on"} & set(changed):
        tell_changed(gathering, by=by)


def _move_sessions(gathering: Gathering, days: int) -> None:
    sessions = list(gathering.sessions.all())
    for session in sessions:
        session.starts_at, session.ends_at = moved(session.starts_at, session.ends_at, days, gathering.zone)
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at"])


@transaction.atomic
def confirm_gathering(gathering: Gathering, *, by: User) -> None:
    """An option that was under study takes place."""
    if Gathering.objects.filter(pk=gathering.pk, is_option=True).update(is_option=False):
        gathering.is_option = False
        record("gathering.confirmed", gathering, by=by)


# Places --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_place(gathering: Gathering, *, by: User, **facts: Any) -> Place:
    place = Place.objects.create(community_id=gathering.community_id, gathering=gathering, **facts)
    record("place.added", place, by=by, gathering=str(gathering.pk))
    return place


@transaction.atomic
def change_place(place: Place, *, by: User, **facts: Any) -> None:
    changed = sorted(field for field, value in facts.items() if getattr(place, field) != value)
    if changed:
        for field in changed:
            setattr(place, field, facts[field])
        place.save(update_fields=changed)
        record("place.changed", place, by=by, fields=", ".join(changed))


@transaction.atomic
def remove_place(place: Place, *, by: User) -> None:
    """The place goes; the sessions that were to be there stay, without a place."""
    record("place.removed", place, by=by, gathering=str(place.gathering_id))
    place.delete()


# The programme -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_session(gathering: Gathering, *, by: User, **facts: Any) -> Session:
    with _revised(gathering):
        session = Session.objects.create(community_id=gathering.community_id, gathering=gathering, **facts)
        record("session.added", session, by=by, gathering=str(gathering.pk))
    return session


@transaction.atomic
def change_session(session: Session, *, by: User, **facts: Any) -> None:
    was = Session.objects.get(pk=session.pk)
    changed = sorted(field for field, value in facts.items() if getattr(was, field) != value)
    if not changed:
        return
    with _revised(session.gathering):
        for field in changed:
            setattr(session, field, facts[field])
        session.save(update_fields=changed)
        record("session.changed", session, by=by, fields=", ".join(changed))


@transaction.atomic
def remove_session(session: Session, *, by: User) -> None:
    gathering = session.gathering
    with _revised(gathering):
        record("session.removed", session, by=by, gathering=str(gathering.pk))
        session.delete()


@transaction.atomic
def move_earlier(session: Session, *, by: User) -> None:
    """Exchange the session with the one before it on the same day; both keep their length, and the pause between them."""
    gathering = session.gathering
    before = [one for one in gathering.sessions.all() if one.starts_at < session.starts_at and one.day == session.day]
    if not before:
        return
    other = before[-1]
    first, last = other.starts_at, max(session.ends_at, other.ends_at)
    with _revised(gathering):
        session.starts_at, session.ends_at = first, first + (session.ends_at - session.starts_at)
        other.starts_at, other.ends_at = last - (other.ends_at - other.starts_at), last
        Session.objects.bulk_update([session, other], ["starts_at", "ends_at"])
        record("session.moved", session, by=by, other=str(other.pk))


@transaction.atomic
def add_speaker(session: Session, who: str, *, by: User) -> SessionSpeaker:
    """Somebody who is to speak, to be confirmed: a person of the community where the name is theirs, else these words."""
    who = " ".join(who.split())[:160]
    known = Person.objects.filter(community=session.community_id).exclude(name="").order_by("created_at", "id")
    person = next((one for one in known if same(one.name, who)), None)
    speaker = SessionSpeaker.objects.create(
        community_id=session.community_id, session=session, person=person, words="" if person else who
    )
    record("session_speaker.added", speaker, by=by, session=str(session.pk))
    return speaker


@transaction.atomic
def settle_speaker(speaker: SessionSpeaker, is_confirmed: bool, *, by: User) -> None:
    """The speaker said yes, or is to be confirmed after all."""
    if speaker.is_confirmed != is_confirmed:
        speaker.is_confirmed = is_confirmed
        speaker.save(update_fields=["is_confirmed"])
        record("session_speaker.settled", speaker, by=by, confirmed=is_confirmed)


@transaction.atomic
def remove_speaker(speaker: SessionSpeaker, *, by: User) -> None:
    record("session_speaker.removed", speaker, by=by, session=str(speaker.session_id))
    speaker.delete()


# The template --------------------------------------------------------------------------------------------------------


def first_day_of(gathering: Gathering) -> date | None:
    """The day on which the programme begins."""
    first = gathering.sessions.first()
    return gathering.starts_on or (first.day if first else None)


@transaction.atomic
def copy_gathering(
    gathering: Gathering, name: str, first_day: date, *, by: User, with_places: bool = True, is_option: bool = False
) -> Gathering:
    """A new gathering with the programme of this one, from `first_day` on, at the same times of the clock; with what is to
    be thought of, all of it to be done, and what is to be brought back, by nobody yet.

    What belongs to people does not come along: speakers are to be confirmed again, nobody is invited, nobody was there.
    """
    began = first_day_of(gathering) or first_day
    days = (first_day - began).days
    lasts = (gathering.ends_on - gathering.starts_on).days if gathering.ends_on and gathering.starts_on else None
    new = plan_gathering(
        gathering.community,
        name,
        by=by,
        kind=gathering.kind,
        axis=gathering.axis,
        mode=gathering.mode,
        place=gathering.place if with_places else "",
        is_option=is_option,
        starts_on=first_day,
        ends_on=None if lasts is None else first_day + timedelta(lasts),
    )
    if new.time_zone != gathering.time_zone:
        new.time_zone = gathering.time_zone
        new.save(update_fields=["time_zone"])
    places = {place.pk: _again(place, gathering=new) for place in gathering.places.all()} if with_places else {}
    slots: dict[UUID | None, Session | None] = {None: None}
    for session in gathering.sessions.select_related("gathering"):
        speakers = list(session.speakers.all())
        starts_at, ends_at = moved(session.starts_at, session.ends_at, days, gathering.zone)
        place = places.get(session.place_id) if session.place_id else None
        slot = _again(session, gathering=new, place=place, starts_at=starts_at, ends_at=ends_at)
        for speaker in speakers:
            _again(speaker, session=slot, is_confirmed=False)
        slots[session.pk] = slot
    for item in gathering.checklist.all():
        _again(item, gathering=new, done_at=None, done_by=None)
    for one in gathering.collection.all():
        _again(one, gathering=new, session=slots[one.session_id], person=None, words="")
    record("gathering.copied", new, by=by, source=str(gathering.pk))
    return new


def _again(row: Row, **facts: Any) -> Row:
    """The same row once more, but for `facts`."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    for name, value in facts.items():
        kept.pop(f"{name}_id", None)
        kept[name] = value
    again = type(row)(**kept)
    again.save()
    return again
