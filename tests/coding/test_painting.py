"""What stands beside a few turns is what stands beside them on the whole page."""

from itertools import combinations

import pytest
from lxml import html

from recolte.coding.actions import code_passage, make_code
from recolte.coding.painting import beside_some_turns, beside_turns
from recolte.transcripts.models import Transcript
from recolte.transcripts.reading import some_turns_html, turns_html
from tests.world import World, kept, says, spoken

TURNS = ["On décide ensemble.", "Et si on n’est pas d’accord ?", "On attend.", "Longtemps.", "Le temps qu’il faut."]


@pytest.fixture
def transcript(world: World) -> Transcript:
    made = says(world, kept(world, "son.wav"), *TURNS)
    code, text = make_code(world.community, "décision", by=world.bruno), made.text
    spans = [(0, 9), (3, 40), (text.index("accord"), text.index("attend")), (len(text) - 6, len(text))]
    for start, end in spans:
        code_passage(made, start, end, code, by=world.bruno)
    made.turns.filter(position=made.turns.all()[3].position).update(speaker=None)
    return made


@pytest.mark.parametrize("with_links", [True, False])
@pytest.mark.parametrize("numbers", [some for size in (1, 2, 5) for some in combinations(range(5), size)])
def test_a_few_turns_are_those_of_the_page(transcript: Transcript, numbers: tuple[int, ...], with_links: bool) -> None:
    whole = beside_turns(transcript, with_links=with_links)
    beside = beside_some_turns(transcript, numbers, with_links=with_links)
    assert {number: beside.get(number) for number in numbers} == {number: whole.get(number) for number in numbers}
    page = html.fragments_fromstring(turns_html(transcript, whole))
    some = html.fragments_fromstring(some_turns_html(transcript, numbers, beside))
    for item in [*page, *some]:
        item.tail = None
    assert [html.tostring(one) for one in some] == [html.tostring(page[number]) for number in numbers]


def test_another_transcript_changes_nothing(world: World, transcript: Transcript) -> None:
    before = beside_some_turns(transcript, [1], with_links=False)
    other = spoken(kept(world, "autre.wav"), *TURNS)
    code_passage(other, 0, 9, make_code(world.community, "ailleurs", by=world.bruno), by=world.bruno)
    assert beside_some_turns(transcript, [1], with_links=False) == before
