"""A call of Les Passerelles, open today, and collectives that apply to it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from recolte.accompaniment.actions.applications import apply
from recolte.accompaniment.actions.calls import open_call
from recolte.accompaniment.actions.reading import write_reading
from recolte.accompaniment.models import Application, Call, Level, Reading
from recolte.community.models import User
from tests.world import World

CRITERIA = [("Un collectif", "au moins trois structures"), ("Un territoire", "")]
WRITTEN = {
    "words": "Ouvrir une épicerie avec le café et l’école.",
    "name": "Les Clairières",
    "territory": "Aubrelle",
    "contact": "Élise",
    "email": "elise@example.org",
}


def called(world: World, **facts: Any) -> Call:
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=3), "closes_on": today + timedelta(days=20)}
    words = {"title": "Cinq sites", "words": "Nous accompagnons.", "criteria": CRITERIA}
    return open_call(world.community, **{**words, **days, **facts}, by=world.amina)


def applied(call: Call, **facts: Any) -> Application:
    return apply(call, **{**WRITTEN, **facts})


def reads(user: User, application: Application, *levels: Level, words: str = "À voir.") -> Reading:
    """`user` finds these levels, criterion by criterion; the last one for all that follow."""
    criteria = list(application.call.criteria.all())
    given = [*levels, *[levels[-1] if levels else Level.MET] * len(criteria)]
    return write_reading(
        application, words, {one: (level, "") for one, level in zip(criteria, given, strict=False)}, by=user
    )
