"""The story of a demo as it is written down: `recit.toml` and what stands beside it."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from recolte.cards.models import Card
from recolte.coding.models import Excerpt
from recolte.community.belonging import Span
from recolte.community.models import Community, Organisation, Person, User
from recolte.community.people import find_or_make_organisation
from recolte.gatherings.models import Gathering

STORY = "recit.toml"
# Who they are and what they set out to do; what was prepared and decided; what it looked like; the interviews that
# were typed; what several structures meet; who applied
MORE = ["communaute.toml", "rencontres.toml", "photos.toml", "entretiens.toml", "enjeux.toml", "appels.toml"]
MONEY = ("amount", "cost", "share")

Facts = dict[str, Any]


def read_story(folder: Path) -> Facts:
    files = [folder / STORY, *(path for name in MORE if (path := folder / name).is_file())]
    story: Facts = {}
    for path in files:
        story |= tomllib.loads(path.read_text(encoding="utf-8"))
    return story


def user(email: str) -> User:
    return User.objects.get(email=email)


def day(week: int, weekday: int = 1) -> date:
    """The day `weekday` (1: Monday) of the week that is `week` weeks from this one."""
    today = timezone.localdate()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=week, days=weekday - 1)


def facts(told: Facts, *without: str) -> Facts:
    """What is told of a row, as its fields take it: days are counted in weeks from this one, sums are exact."""
    found = {name: value for name, value in told.items() if name not in without}
    for name, value in found.items():
        if name.endswith("_on"):
            found[name] = day(*value)
        elif name in MONEY:
            found[name] = Decimal(value)
    return found


def span(told: Facts) -> Span:
    return Span(**facts({name: told[name] for name in ("starts_on", "ends_on") if name in told}))


@dataclass
class Telling:
    """One telling of the story: to which community, by whom, and what was made on the way."""

    story: Facts
    community: Community
    amina: User
    bruno: User
    people: dict[str, Person] = field(default_factory=dict)
    excerpts: dict[str, Excerpt] = field(default_factory=dict)

    def all(self, name: str) -> list[Facts]:
        found: list[Facts] = self.story.get(name, [])
        return found

    def account(self, name: str) -> User:
        """Who has an account, by the name of their person."""
        account = self.people[name].user
        assert account is not None, name
        return account

    def owner(self, name: str) -> User | Person:
        return self.people[name].user or self.people[name]

    def structure(self, name: str) -> Organisation:
        found = find_or_make_organisation(self.community, name, self.amina)
        assert found is not None, name
        return found

    def gathering(self, name: str) -> Gathering:
        return Gathering.objects.get(community=self.community, name__iexact=name)

    def card(self, title: str) -> Card:
        return Card.objects.get(community=self.community, title=title)
