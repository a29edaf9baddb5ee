"""A visit of two days, with its programme: 16 and 17 September 2021, in Dijon."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from recolte.gatherings.actions import add_place, add_session, add_speaker, settle_speaker
from recolte.gatherings.models import Gathering, Session, SessionKind
from tests.world import World

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2021, 9, 16), date(2021, 9, 17)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def dated(world: World) -> Gathering:
    world.gathering.starts_on, world.gathering.ends_on = FIRST, LAST
    world.gathering.save()
    return world.gathering


def session(world: World, title: str, day: date, starts: int, ends: int, **facts: object) -> Session:
    times = {"starts_at": clock(day, starts), "ends_at": clock(day, ends)}
    return add_session(world.gathering, by=world.amina, title=title, **times, **facts)


def programmed(world: World) -> Gathering:
    """Three sessions; Chloé is confirmed for the second, which follows the outline."""
    dated(world)
    hall = add_place(world.gathering, by=world.amina, name="La halle", address="3 rue des Tanneurs", way="Tram 1")
    session(world, "Accueil", FIRST, 9, 10, kind=SessionKind.WELCOME, place=hall)
    told = session(world, "L’Atelier", FIRST, 10, 12, follows_outline=True, objectives="Relier.", place=hall)
    settle_speaker(add_speaker(told, "chloé", by=world.amina), True, by=world.amina)
    add_speaker(told, "Quelqu’un de la mairie", by=world.amina)
    session(world, "Bilan", LAST, 15, 16, kind=SessionKind.WRAP_UP)
    return world.gathering
