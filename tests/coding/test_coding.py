"""Codes on passages, and passages that stay where their words are."""

import pytest
from django.core.exceptions import ValidationError

from recolte.coding.actions import (
    accept_drift,
    code_excerpt,
    code_passage,
    excerpt_at,
    make_code,
    mark_seconds,
    read_back,
    say_whose,
    strike,
    uncode,
)
from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.engine.documents import as_text
from recolte.journal.models import Event
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import Outdated, correct_turn
from recolte.transcripts.models import Transcript, Turn
from tests.world import World, kept, spoken

FIRST, SECOND, THIRD = "Bonjour 🎉 à toutes et à tous.", "On décide ensemble, à table.", "Et la mairie vient écouter."
TEXT = "\n".join((FIRST, SECOND, THIRD))


@pytest.fixture
def source(world: World) -> Source:
    return kept(world, "table ronde.wav")


@pytest.fixture
def transcript(source: Source) -> Transcript:
    return spoken(source, FIRST, SECOND, THIRD)


@pytest.fixture
def trust(world: World) -> Code:
    return make_code(world.community, "confiance", by=world.amina)


def passage(world: World, transcript: Transcript, words: str) -> Excerpt:
    start = TEXT.index(words)
    return excerpt_at(transcript, start, start + len(words), by=world.amina)


def turns(transcript: Transcript) -> list[Turn]:
    return list(transcript.turns.order_by("position"))


def where(excerpt: Excerpt) -> tuple[int | None, int | None, bool]:
    excerpt.refresh_from_db()
    return excerpt.start, excerpt.end, excerpt.is_drifted


# Codes ---------------------------------------------------------------------------------------------------------------


def test_a_code_is_made_once_however_it_is_written(world: World) -> None:
    first = make_code(world.community, "  Pouvoir   d’agir ", facet=Facet.VALUE, by=world.amina)
    again = make_code(world.community, "pouvoir D’agir", by=world.bruno)
    assert (again, first.name, first.facet, first.colour) == (first, "Pouvoir d’agir", Facet.VALUE, 1)
    assert list(Event.objects.filter(verb="code.made").values_list("by", flat=True)) == [world.amina.pk]


def test_codes_take_the_twelve_colours_in_turn(world: World) -> None:
    colours = [make_code(world.community, f"mot {n}", by=world.amina).colour for n in range(14)]
    assert colours == [*range(1, 13), 1, 2]


def test_a_code_has_a_name(world: World) -> None:
    with pytest.raises(ValidationError, match="un ou deux mots|one or two words"):
        make_code(world.community, "  ", by=world.amina)


# Passages ------------------------------------------------------------------------------------------------------------


def test_a_passage_keeps_its_words_its_neighbours_and_its_seconds(
    world: World, transcript: Transcript, trust: Code
) -> None:
    start = TEXT.index("décide ensemble")
    coding = code_passage(transcript, start - 1, start + 15, trust, by=world.bruno)
    excerpt = coding.excerpt
    assert (excerpt.start, excerpt.end, excerpt.quote) == (start, start + 15, "décide ensemble")  # without its blanks
    assert (excerpt.prefix, excerpt.suffix) == (TEXT[:start][-32:], TEXT[start + 15 :][:32])
    first = turns(transcript)[1].plain().words
    assert (excerpt.start_ms, excerpt.end_ms) == (first[1].start_ms, first[2].end_ms)
    assert (coding.by, excerpt.source, excerpt.transcript) == (world.bruno, transcript.source, transcript)
    verbs = list(Event.objects.filter(verb__regex="^(excerpt|coding)").order_by("id").values_list("verb", flat=True))
    assert verbs == ["excerpt.made", "coding.created"]


def test_a_passage_may_go_over_several_turns(world: World, transcript: Transcript, trust: Code) -> None:
    start, end = TEXT.index("toutes"), TEXT.index("mairie") + len("mairie")
    excerpt = code_passage(transcript, start, end, trust, by=world.amina).excerpt
    assert excerpt.quote == TEXT[start:end]
    first, last = turns(transcript)[0].plain().words, turns(transcript)[2].plain().words
    assert (excerpt.start_ms, excerpt.end_ms) == (first[3].start_ms, last[2].end_ms)


def test_the_same_code_twice_is_once_and_two_codes_share_a_passage(
    world: World, transcript: Transcript, trust: Code
) -> None:
    other = make_code(world.community, "coopération", by=world.amina)
    codings = [code_passage(transcript, 2, 9, code, by=world.amina) for code in (trust, trust, other)]
    assert codings[0] == codings[1]
    assert (Excerpt.objects.count(), Coding.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("start", "end"), [(5, 5), (9, 4), (7, 8), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 5), (-3, 2)]
)
def test_what_is_empty_or_outside_cannot_be_coded(
    world: World, transcript: Transcript, trust: Code, start: int, end: int
) -> None:
    with pytest.raises(ValidationError):
        code_passage(transcript, start, end, trust, by=world.amina)
    assert Excerpt.objects.count() == 0


def test_taking_the_last_code_off_takes_the_passage_with_it(world: World, transcript: Transcript, trust: Code) -> None:
    one = code_passage(transcript, 2, 9, trust, by=world.amina)
    two = code_passage(transcript, 2, 9, make_code(world.community, "lien", by=world.amina), by=world.amina)
    uncode(one, by=world.amina)
    assert (Excerpt.objects.count(), list(Coding.objects.all())) == (1, [two])
    uncode(two, by=world.bruno)
    assert (Excerpt.objects.count(), Coding.objects.count()) == (0, 0)
    removed = Event.objects.filter(verb="coding.removed").order_by("id").values_list("by", flat=True)
    assert list(removed) == [world.amina.pk, world.bruno.pk]


def test_a_struck_passage_stays_when_its_code_goes(world: World, transcript: Transcript, trust: Code) -> None:
    coding = code_passage(transcript, 2, 9, trust, by=world.amina)
    strike(coding.excerpt, world.chloe)
    uncode(coding, by=world.amina)
    assert [one.struck_by for one in Excerpt.objects.all()] == [world.chloe]


def test_a_document_is_coded_and_its_words_are_somebodys(world: World, trust: Code) -> None:
    document = kept(world, "carnet.md", Kind.DOCUMENT, text="Le 🎉 soir, on parle.")
    document.blocks += [{"kind": "page", "text": "2"}, {"kind": "li", "text": "le jardin"}]
    document.save()
    start = as_text(document.blocks).index("jardin")
    excerpt = code_passage(document, start, start + 6, trust, by=world.amina, person=world.chloe).excerpt
    facts = (excerpt.quote, excerpt.start, excerpt.person, excerpt.transcript, excerpt.start_ms)
    assert facts == ("jardin", start, world.chloe, None, None)
    other = world.chloe.__class__.objects.create(community=world.community, name="Émile")
    assert code_passage(document, start, start + 6, trust, by=world.amina, person=other).excerpt.person == other
    say_whose(excerpt, world.chloe, by=world.amina)
    read_back(excerpt, by=world.bruno)
    excerpt.refresh_from_db()
    assert (excerpt.person, excerpt.read_back_by) == (world.chloe, world.bruno)


# Seconds marked by ear -----------------------------------------------------------------------------------------------


def test_seconds_are_kept_with_a_few_words(world: World, source: Source, trust: Code) -> None:
    mark = mark_seconds(source, 500, 2500, "  elle   rit ", by=world.amina, person=world.chloe)
    assert (mark.start_ms, mark.end_ms, mark.note, mark.person, mark.is_by_ear) == (
        500,
        2500,
        "elle rit",
        world.chloe,
        True,
    )
    uncode(code_excerpt(mark, trust, by=world.amina), by=world.amina)
    assert list(Excerpt.objects.all()) == [mark]


@pytest.mark.parametrize(("start", "end", "note"), [(0, 4001, "x"), (2, 2, "x"), (-1, 5, "x"), (0, 5, "  ")])
def test_seconds_outside_or_without_words_are_not(
    world: World, source: Source, start: int, end: int, note: str
) -> None:
    with pytest.raises(ValidationError):
        mark_seconds(source, start, end, note, by=world.amina)


# What becomes of passages when a turn is corrected ---------------------------------------------------------------------


def correct(world: World, transcript: Transcript, number: int, text: str) -> None:
    turn = turns(transcript)[number]
    correct_turn(turn, text, before=turn.text, by=world.bruno)


def test_a_passage_after_the_correction_moves_with_its_words(world: World, transcript: Transcript) -> None:
    after = passage(world, transcript, "mairie")
    start = TEXT.index("mairie")
    correct(world, transcript, 0, "Bonjour 🎉 à vous toutes et à vous tous.")
    assert where(after) == (start + 10, start + 16, False)
    assert transcript.text[start + 10 : start + 16] == "mairie"


def test_a_passage_beside_the_correction_keeps_its_words_and_learns_its_neighbours(
    world: World, transcript: Transcript
) -> None:
    beside = passage(world, transcript, "ensemble")
    correct(world, transcript, 1, "On a décidé ensemble, à table.")
    start, end, is_drifted = where(beside)
    assert (transcript.text[start:end], is_drifted) == ("ensemble", False)
    assert beside.prefix.endswith("On a décidé ")


def test_a_passage_whose_words_were_changed_is_flagged_and_keeps_what_was_said(
    world: World, transcript: Transcript
) -> None:
    torn = passage(world, transcript, "décide ensemble")
    seconds = torn.start_ms, torn.end_ms
    correct(world, transcript, 1, "On mange ici, à table.")
    start, end, is_drifted = where(torn)
    assert (is_drifted, torn.quote, (torn.start_ms, torn.end_ms)) == (True, "décide ensemble", seconds)
    assert transcript.text[start:end] == "mange ici"
    assert Event.objects.filter(verb="excerpt.drifted").count() == 1
    correct(world, transcript, 1, SECOND)
    begins = TEXT.index("décide")
    assert where(torn) == (begins, begins + 15, False)


def test_a_drifted_passage_is_put_on_other_words(world: World, transcript: Transcript) -> None:
    torn = passage(world, transcript, "décide ensemble")
    correct(world, transcript, 1, "On mange ici, à table.")
    start = transcript.text.index("mange")
    accept_drift(torn, start, start + 5, by=world.amina)
    torn.refresh_from_db()
    assert (torn.quote, torn.start, torn.is_drifted) == ("mange", start, False)


def test_a_correction_over_another_one_is_refused_with_both_texts(world: World, transcript: Transcript) -> None:
    turn = turns(transcript)[1]
    correct(world, transcript, 1, "On a décidé ensemble.")
    with pytest.raises(Outdated) as error:
        correct_turn(turn, "On décida.", before=SECOND, by=world.amina)
    assert error.value.theirs == "On a décidé ensemble."
