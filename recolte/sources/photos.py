"""The photos of a gathering in order of time: each with what the moment was, and the word that was left with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from recolte.community.models import Person, User
from recolte.consent.models import Purpose
from recolte.consent.rules import given, taken_back
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change
from recolte.sources.models import Kind, Source, SourceQuerySet


@dataclass(frozen=True, slots=True)
class Shot:
    source: Source
    word: str  # what the guest wrote who left the photo
    may_tell: bool  # what the moment was

    @property
    def at(self) -> datetime | None:
        """When it was taken, on the clock of the gathering."""
        at = self.source.dated_at
        return at.astimezone(self.source.gathering.zone) if at else None

    @property
    def day(self) -> date | None:
        return self.at.date() if self.at else None


def photos_of(gathering: Gathering, reader: User) -> SourceQuerySet:
    """Those that `reader` may see; the ones without a date at the end."""
    those = Source.objects.readable_by(reader).filter(gathering=gathering, kind=Kind.PHOTO)
    return those.select_related("deposit__by", "deposit__person", "session", "gathering").in_order_of_time()


def photos_with(person: Person) -> SourceQuerySet:
    """Those that were attested and on which somebody is recognised, as they themselves may see them."""
    return Source.objects.filter(kind=Kind.PHOTO, people=person, attestation__isnull=False).in_order_of_time()


def shots(photos: Iterable[Source], gathering: Gathering, reader: User) -> list[Shot]:
    those = list(photos)
    words = _words({one.deposit_id for one in those if one.is_left}, reader)
    organises = can_change(reader, gathering)
    return [Shot(one, words.get(one.deposit_id, ""), organises or one.deposit.by == reader) for one in those]


def _words(deposits: set[UUID], reader: User) -> dict[UUID, str]:
    """What guests wrote in these deposits, as far as `reader` may read it: without its heading, which is their name."""
    texts = (
        Source.objects.readable_by(reader).filter(deposit__in=deposits, kind=Kind.DOCUMENT, format="md").order_by("-id")
    )
    return {one.deposit_id: "\n".join(block["text"] for block in one.blocks if block["kind"] == "p") for one in texts}


def seen_on(photo: Source) -> list[tuple[Person, str]]:
    """Who can be recognised on a photo, each with what they said of being seen: "agreed", "withdrawn" or nothing yet."""
    people = list(photo.people.all())
    stands, gone = given(one.pk for one in people), taken_back((one.pk for one in people), [Purpose.PHOTO])
    return [
        (one, "withdrawn" if one.pk in gone else "agreed" if Purpose.PHOTO in stands[one.pk] else "") for one in people
    ]
