"""Names that words say aloud: a pseudonym under a quote hides nobody whom the quote itself names."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from recolte.cards.rules import Standing
from recolte.community.models import Person
from recolte.consent.models import Purpose
from recolte.consent.rules import given
from recolte.gatherings.models import Gathering

SHORTEST = 3  # letters of a name that is looked for
# Somebody says who they are, in French and in English
PRESENTING = re.compile(r"\b(je m['’]appelle|mon nom est|moi,? c['’]est|my name is|my name['’]s)\b", re.IGNORECASE)


def names_said(standings: Collection[Standing]) -> list[str]:
    """For who is about to publish these claims, in whole sentences: which names they say that may not be public.

    The names of those whom the community knows, and somebody presenting themselves, whose name we may not know.
    """
    texts = {text for one in standings for text in texts_of(one) if text}
    if not texts:
        return []
    found = names_in(texts, next(iter(standings)).claim.community_id)
    if any(PRESENTING.search(text) for text in texts):
        found.append(_("In words that would be public, somebody says who they are: listen whether that may be heard."))
    return found


def names_in(texts: Iterable[str], community: UUID) -> list[str]:
    """The same of any words: the names of those whom the community knows, part by part, but of those who agreed to be
    named."""
    people = list(Person.objects.filter(community=community).exclude(name=""))
    stands = given(person.pk for person in people)
    words = _words(texts)
    return [
        _(
            "Words that would be public say the name of %(person)s, who has not agreed to be named: ask them, or choose other words."
        )
        % {"person": person}
        for person in people
        if Purpose.QUOTE_NAME not in stands[person.pk] and _parts(person.name) & words
    ]


def is_named_in(texts: Iterable[str], person: Person) -> bool:
    """Whether these words say a part of the name of `person`."""
    return bool(_parts(person.name) & _words(texts))


def _words(texts: Iterable[str]) -> set[str]:
    return set(re.findall(r"\w+", " ".join(texts).casefold()))


def _parts(name: str) -> set[str]:
    return {part for part in _words([name]) if len(part) >= SHORTEST}


def texts_of(standing: Standing) -> Iterable[str]:
    """What a claim says, and the quotes that bear it."""
    yield standing.claim.text
    yield from (one.passage.quote for one in standing.borne if not one.is_gone)


@dataclass(frozen=True, slots=True)
class Signature:
    """How the words of `person` are signed in public, and why a reader may know them by it ("" when not)."""

    person: Person
    words: str
    warning: str


def signatures(standings: Collection[Standing]) -> list[Signature]:
    """How those whose words would be public with these claims are signed there, each once.

    Who agreed to be quoted without a name is known all the same where only one person has this role, in the structure
    or among those who were at the gathering.
    """
    borne = [one for held in standings for one in held.borne if one.is_usable]
    stands = given(person for one in borne for person in one.passage.person_ids)
    found: dict[UUID, Signature] = {}
    for one in borne:
        gathering = one.passage.excerpt.source.gathering
        for person in one.passage.people:
            if person.pk in found:
                continue
            by_name = Purpose.QUOTE_NAME in stands[person.pk]
            said = f"{person if by_name else person.public_name}, {gathering.name}"
            found[person.pk] = Signature(person, said, "" if by_name else _recognised(person, gathering))
    return sorted(found.values(), key=lambda one: (not one.warning, one.words.casefold()))


def _recognised(person: Person, gathering: Gathering) -> str:
    """Why this role, at this gathering, points to one person."""
    alike = Person.objects.filter(community=person.community_id, role__iexact=person.role).exclude(pk=person.pk)
    if person.pseudonym or not person.role:
        return ""
    if person.organisation and not alike.filter(organisation=person.organisation_id).exists():
        return _(
            "In %(structure)s only one person has this role: whoever knows the structure knows who speaks. Ask them, or give "
            "them a pseudonym."
        ) % {"structure": person.organisation}
    was_there = person.attendances.filter(gathering=gathering).exists()
    if was_there and not alike.filter(attendances__gathering=gathering).exists():
        return _(
            "At this gathering only one person has this role: whoever was there knows who speaks. Ask them, or give them a "
            "pseudonym."
        )
    return ""
