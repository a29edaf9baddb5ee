"""Names that words say aloud: a pseudonym under a quote hides nobody whom the quote itself names."""

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from recolte.cards.rules import Standing
from recolte.community.models import Person
from recolte.consent.models import Purpose
from recolte.consent.rules import given

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
