"""Before words become public: which names they say."""

import pytest
from django.test import Client

from recolte.cards.naming import names_said
from recolte.cards.rules import standing
from recolte.community.models import Person
from recolte.consent.models import Purpose
from tests.world import World, allows, claimed, kept, passage_of, says


@pytest.mark.parametrize(
    ("words", "claim", "found"),
    [
        ("On décide ensemble.", "On décide ensemble.", 0),
        ("C’est Inès qui décide.", "On décide ensemble.", 1),
        ("On décide ensemble.", "Chez INÈS, on décide.", 1),
        ("La finesse d’un inès-pérant.", "On décide.", 1),  # her name stands there as a word of its own
        ("La finesse désinespère.", "On décide.", 0),  # part of another word
        ("Bonjour, je m’appelle autrement.", "On décide.", 1),
        ("My name is on the door, said Inès.", "On décide.", 2),
    ],
)
def test_names_are_looked_for_in_the_claim_and_in_its_quotes(world: World, words: str, claim: str, found: int) -> None:
    Person.objects.create(community=world.community, name="Inès Dupont-Li")
    excerpt = passage_of(world, says(world, kept(world, "son.wav"), words), words)
    assert len(names_said([standing(claimed(world, claim, excerpt))])) == found


def test_who_agreed_to_be_named_may_be_named(world: World) -> None:
    words = "Chloé décide."
    excerpt = passage_of(world, says(world, kept(world, "son.wav"), words), words)
    claim = claimed(world, "On décide.", excerpt)
    assert len(names_said([standing(claim)])) == 1
    allows(world.chloe, Purpose.QUOTE_NAME)
    assert names_said([standing(claim)]) == []


def test_who_publishes_is_told(world: World, amina: Client, bruno: Client) -> None:
    words = "Chloé décide."
    excerpt = passage_of(world, says(world, kept(world, "son.wav"), words), words)
    page = claimed(world, "On décide.", excerpt).card.get_absolute_url()
    assert [len(who.get(page).context["names_said"]) for who in (amina, bruno)] == [1, 0]
