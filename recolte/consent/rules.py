"""What may be done with a passage: the one place where it is decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Person, Reader
from recolte.community.rules import is_of_the_team
from recolte.consent.models import ATTESTED, Consent, Purpose


class To(models.TextChoices):
    """Who a passage is shown to: each circle holds the one before."""

    TEAM = "team", _("those who work on it")
    COMMUNITY = "community", _("the community")
    PUBLIC = "public", _("everyone")


# What each circle asks beyond the recording itself; to be quoted by name is to be quoted.
ASKED: Mapping[str, frozenset[str]] = {
    To.TEAM: ATTESTED,
    To.COMMUNITY: ATTESTED | {Purpose.GROUP},
    To.PUBLIC: ATTESTED | {Purpose.GROUP, Purpose.QUOTE_PSEUDONYM},
}


class Passage(Protocol):
    """A stretch of a source, as consent sees it."""

    @property
    def attestation_id(self) -> UUID | None: ...

    @property
    def person_ids(self) -> Collection[UUID | None]:
        """Those who speak in it; None for a voice that nobody has named."""

    @property
    def is_struck(self) -> bool:
        """Whether somebody who speaks in it has struck it."""


Given = Mapping[UUID, frozenset[str]]


def given(people: Iterable[UUID | None]) -> Given:
    """The purposes that stand for each of `people`, in one question."""
    ids = {person for person in people if person}
    latest: dict[UUID, dict[str, bool]] = defaultdict(dict)
    if ids:
        rows = Consent.objects.filter(person__in=ids).order_by("id").values_list("person", "purpose", "withdrawn_at")
        for person, purpose, withdrawn_at in rows:
            latest[person][purpose] = withdrawn_at is None
    found = {}
    for person in ids:
        stands = {purpose: True for purpose in ATTESTED} | latest[person]
        purposes = {purpose for purpose, does in stands.items() if does}
        if Purpose.QUOTE_NAME in purposes:
            purposes.add(Purpose.QUOTE_PSEUDONYM)
        found[person] = frozenset(purposes)
    return found


def may_use(passage: Passage, purpose: Purpose, *, to: To, standing: Given | None = None) -> bool:
    """Whether `passage` may serve `purpose` before `to`: the minimum over all who speak in it. No answer = no.

    `standing` saves the question where many passages are asked about: `given(people)`.
    """
    if passage.is_struck or not passage.attestation_id:
        return False
    people = passage.person_ids
    if not people or None in people:
        return to == To.TEAM and purpose in ATTESTED
    stands = given(people) if standing is None else standing
    return all({purpose} | ASKED[to] <= stands.get(person, frozenset()) for person in people if person)


def circle(user: Reader, community: Community) -> To:
    """The widest circle whose agreement is needed before `user` is shown something of `community`."""
    return To.TEAM if is_of_the_team(user, community) else To.COMMUNITY


def taken_back(people: Iterable[UUID | None], purposes: Iterable[str]) -> set[UUID]:
    """Who of `people` took back one of `purposes`, which they had given, and has not given it again."""
    ids = [person for person in people if person]
    rows = Consent.objects.filter(person__in=ids, purpose__in=list(purposes)).order_by("id")
    latest = {(person, purpose): at for person, purpose, at in rows.values_list("person", "purpose", "withdrawn_at")}
    return {person for (person, _purpose), at in latest.items() if at is not None}


def can_note_consent(user: Reader, person: Person) -> bool:
    """Note what somebody agreed to on paper or aloud: those who coordinate and those who research."""
    return is_of_the_team(user, person.community)


def level(passage: Passage, *, standing: Given | None = None) -> str:
    """The widest use that all who speak in `passage` agreed to, as `ui/consent.html` shows it; empty: none beyond the team."""
    stands = given(passage.person_ids) if standing is None else standing
    if not may_use(passage, Purpose.GROUP, to=To.COMMUNITY, standing=stands):
        return ""
    if not may_use(passage, Purpose.QUOTE_PSEUDONYM, to=To.PUBLIC, standing=stands):
        return "group"
    if may_use(passage, Purpose.PUBLISH_AUDIO, to=To.PUBLIC, standing=stands):
        return "audio"
    return "named" if may_use(passage, Purpose.QUOTE_NAME, to=To.PUBLIC, standing=stands) else "pseudonym"
