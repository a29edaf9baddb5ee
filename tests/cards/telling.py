"""Chloé and Émile speak in a recording, and a claim rests on what they said."""

from dataclasses import dataclass

from recolte.cards.actions import add_claim, personal_link, tie, write_card
from recolte.cards.models import Claim
from recolte.coding.actions import excerpt_at
from recolte.coding.models import Excerpt, Stance
from recolte.community.models import Person
from recolte.community.people import find_or_make_person
from recolte.sources.models import Source
from recolte.transcripts.actions import name_voice
from recolte.transcripts.models import Transcript
from tests.world import World, kept, spoken

HERS = "On décide ensemble le jeudi."  # five words: from 0 to 2 s
HIS = "Moi je préfère le vote."  # from 2 to 4 s
MORE = "Et puis on mange là."  # Chloé again: from 4 to 6 s
CLAIM = "Ici on décide ensemble, une fois par semaine."


@dataclass
class Telling:
    world: World
    source: Source
    transcript: Transcript
    chloe: Person
    emile: Person
    hers: Excerpt
    his: Excerpt
    claim: Claim

    def passage(self, first: str, last: str) -> Excerpt:
        """The passage from the beginning of one turn to the end of another."""
        text = self.transcript.text
        return excerpt_at(self.transcript, text.index(first), text.index(last) + len(last), by=self.world.bruno)


def tell(world: World, source: Source | None = None) -> Telling:
    source = source or kept(world, "table-ronde.wav")
    transcript = spoken(source, HERS, HIS, MORE)
    chloe = world.chloe
    emile = find_or_make_person(world.community, name="Émile", role="trésorier", by=world.amina)
    first, second, third = transcript.turns.order_by("position")
    name_voice([first, third], chloe, by=world.bruno)
    name_voice([second], emile, by=world.bruno)
    told = Telling(world, source, transcript, chloe, emile, *[Excerpt()] * 2, Claim())
    told.hers, told.his = told.passage(HERS, HERS), told.passage(HIS, HIS)
    card = write_card(world.community, "Décider", by=world.bruno)
    told.claim = add_claim(card, CLAIM, by=world.bruno)
    tie(told.claim, told.hers, by=world.bruno)
    tie(told.claim, told.his, stance=Stance.NUANCES, by=world.bruno)
    return told


def path_of(person: Person) -> str:
    """The path of a personal link."""
    return "/" + personal_link(person).split("/", 3)[3]
