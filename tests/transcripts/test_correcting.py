"""Turns are corrected, cut, joined, added, taken out, given to another voice — and all of it can be undone."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recolte.coding.actions import code_passage, excerpt_at, make_code
from recolte.journal.verifying import verify
from recolte.search.models import Segment
from recolte.transcripts.actions import (
    Outdated,
    correct_turn,
    give_voice,
    insert_turn,
    mark_listened,
    merge_turns,
    remove_turn,
    split_turn,
    undo,
)
from recolte.transcripts.models import Correction, Transcript, Turn
from tests.world import World, kept, spoken

LINES = ("Bonjour à tous.", "On décide ensemble, à table.", "Et la mairie écoute.")
Kind = Correction.Kind


@pytest.fixture
def transcript(world: World) -> Transcript:
    return spoken(kept(world, "table ronde.wav"), *LINES)


def turns(transcript: Transcript) -> list[Turn]:
    return list(transcript.turns.select_related("speaker").order_by("position"))


def texts(transcript: Transcript) -> list[str]:
    return [turn.text for turn in turns(transcript)]


def state(transcript: Transcript) -> list[tuple[object, ...]]:
    """All that a reader and later stages see of the turns."""
    return [
        (one.text, one.offset, one.start_ms, one.end_ms, one.words, one.speaker and one.speaker.label)
        for one in turns(transcript)
    ]


def broken() -> list[str]:
    return [
        link.sentence
        for walk in verify()
        for link in walk.broken
        if "/ecoute/" in link.address or "/extraits/" in link.address
    ]


def test_a_turn_is_cut_and_both_halves_keep_the_voice_and_their_times(world: World, transcript: Transcript) -> None:
    one = turns(transcript)[1]
    at = one.text.index("à table")
    done = split_turn(one, at, before=one.text, by=world.amina)
    assert texts(transcript) == ["Bonjour à tous.", "On décide ensemble,", "à table.", "Et la mairie écoute."]
    first, second = turns(transcript)[1:3]
    assert (first.pk, first.speaker, second.speaker) == (one.pk, one.speaker, one.speaker)
    assert (first.start_ms, second.end_ms) == (one.start_ms, one.end_ms)
    assert (done.kind, done.before, done.after) == (Kind.SPLIT, LINES[1], "On décide ensemble,\nà table.")
    assert transcript.text == "\n".join(texts(transcript))


def test_two_turns_are_joined_and_the_last_one_has_none_after_it(world: World, transcript: Transcript) -> None:
    first = turns(transcript)[0]
    merge_turns(first, before=first.text, by=world.amina)
    assert texts(transcript) == ["Bonjour à tous. On décide ensemble, à table.", "Et la mairie écoute."]
    with pytest.raises(ValidationError):
        merge_turns(turns(transcript)[1], before=LINES[2], by=world.amina)


def test_a_turn_is_added_and_another_taken_out(world: World, transcript: Transcript) -> None:
    first = turns(transcript)[0]
    insert_turn(first, " Oui. ", speaker=None, start_ms=900, end_ms=1000, by=world.amina)
    assert texts(transcript) == [LINES[0], "Oui.", *LINES[1:]]
    added = turns(transcript)[1]
    assert (added.start_ms, added.end_ms, added.speaker, added.corrected_by) == (900, 1000, None, world.amina)
    remove_turn(turns(transcript)[2], before=LINES[1], by=world.amina)
    assert texts(transcript) == [LINES[0], "Oui.", LINES[2]]
    assert [one.offset for one in turns(transcript)] == [0, 16, 21]


def test_nobody_takes_out_the_only_turn_or_writes_an_empty_one(world: World) -> None:
    one = spoken(kept(world, "seul.wav"), "Seul.").turns.get()
    with pytest.raises(ValidationError):
        remove_turn(one, before="Seul.", by=world.amina)
    with pytest.raises(ValidationError):
        insert_turn(one, "  ", speaker=None, start_ms=None, end_ms=None, by=world.amina)
    with pytest.raises(ValidationError):
        insert_turn(one, "Oui.", speaker=None, start_ms=2000, end_ms=1000, by=world.amina)


def test_words_that_change_are_to_be_listened_to_again_and_others_are_not(world: World, transcript: Transcript) -> None:
    mark_listened(turns(transcript), by=world.bruno)
    split_turn(turns(transcript)[1], 10, before=LINES[1], by=world.amina)
    assert [one.listened_by for one in turns(transcript)] == [world.bruno, None, None, world.bruno]
    assert [one.corrected_by for one in turns(transcript)] == [None, world.amina, world.amina, None]
    give_voice(turns(transcript)[0], None, by=world.amina)
    assert turns(transcript)[0].listened_by == world.bruno
    assert broken() == []


def test_the_voice_of_one_turn_is_another_one_and_back(world: World, transcript: Transcript) -> None:
    before = state(transcript)
    one = turns(transcript)[0]
    assert one.speaker
    assert give_voice(one, one.speaker, by=world.amina) is None
    give_voice(one, None, by=world.amina)
    assert turns(transcript)[0].speaker is None
    undo(transcript, by=world.amina)
    assert state(transcript) == before


def test_whoever_was_overtaken_is_told_what_stands_there(world: World, transcript: Transcript) -> None:
    one = turns(transcript)[0]
    correct_turn(one, "Bonjour à toutes.", before=one.text, by=world.bruno)
    for overtaken in (
        lambda: split_turn(one, 8, before=LINES[0], by=world.amina),
        lambda: merge_turns(one, before=LINES[0], by=world.amina),
        lambda: remove_turn(one, before=LINES[0], by=world.amina),
    ):
        with pytest.raises(Outdated) as error:
            overtaken()
        assert error.value.theirs == "Bonjour à toutes."
    merge_turns(one, before="Bonjour à toutes.", by=world.bruno)
    gone = turns(transcript)[1]
    merge_turns(turns(transcript)[0], before=turns(transcript)[0].text, by=world.bruno)
    with pytest.raises(Outdated):
        remove_turn(gone, before=gone.text, by=world.amina)


def test_each_undoes_their_own_changes_and_not_over_those_of_others(world: World, transcript: Transcript) -> None:
    before = state(transcript)
    correct_turn(turns(transcript)[0], "Bonsoir.", before=LINES[0], by=world.amina)
    correct_turn(turns(transcript)[2], "Et la mairie vient.", before=LINES[2], by=world.bruno)
    undo(transcript, by=world.amina)
    assert texts(transcript) == [*LINES[:2], "Et la mairie vient."]
    assert undo(transcript, by=world.amina) is None
    correct_turn(turns(transcript)[2], "Et la mairie parle.", before="Et la mairie vient.", by=world.amina)
    with pytest.raises(Outdated):
        undo(transcript, by=world.bruno)
    undo(transcript, by=world.amina)
    undo(transcript, by=world.bruno)
    assert state(transcript) == before


def test_passages_stay_on_their_words_when_a_turn_is_cut_in_them_and_joined_again(
    world: World, transcript: Transcript
) -> None:
    start = len(LINES[0]) + 1
    inside = excerpt_at(transcript, start + 3, start + len(LINES[1]), by=world.amina)
    after = excerpt_at(transcript, start + len(LINES[1]) + 1, len(transcript.text), by=world.amina)
    split_turn(turns(transcript)[1], LINES[1].index("à table"), before=LINES[1], by=world.bruno)
    inside.refresh_from_db()
    after.refresh_from_db()
    assert (inside.quote, inside.is_drifted) == ("décide ensemble,\nà table.", False)
    assert (after.quote, after.is_drifted) == (LINES[2], False)
    assert broken() == []
    undo(transcript, by=world.bruno)
    inside.refresh_from_db()
    assert (inside.quote, inside.is_drifted) == ("décide ensemble, à table.", False)
    assert broken() == []


def test_what_was_said_is_found_in_the_turns_as_they_are_now(world: World, transcript: Transcript) -> None:
    split_turn(turns(transcript)[1], 10, before=LINES[1], by=world.amina)
    remove_turn(turns(transcript)[0], before=LINES[0], by=world.amina)
    undo(transcript, by=world.amina)
    found = Segment.objects.filter(transcript=transcript).exclude(turn=None)
    assert {one.turn_id: one.text for one in found} == {one.pk: one.text for one in turns(transcript)}


MOVES = st.lists(st.tuples(st.sampled_from(["correct", "split", "merge", "insert", "remove"]), st.integers(0, 9)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_done_the_turns_hold_together_and_undoing_all_of_it_gives_them_back(
    world: World, moves: list[tuple[str, int]]
) -> None:
    transcript = spoken(kept(world, f"essai {Transcript.objects.count()}.wav"), *LINES)
    start = transcript.text.index("ensemble")
    excerpt = code_passage(
        transcript, start, start + 8, make_code(world.community, "agir", by=world.amina), by=world.amina
    ).excerpt
    first = state(transcript)
    for move, number in moves:
        one = turns(transcript)[number % transcript.turns.count()]
        try:
            if move == "correct":
                correct_turn(one, f"{one.text} voilà", before=one.text, by=world.amina)
            elif move == "split":
                split_turn(one, number + 3, before=one.text, by=world.amina)
            elif move == "merge":
                merge_turns(one, before=one.text, by=world.amina)
            elif move == "insert":
                insert_turn(one, "Ah ?", speaker=None, start_ms=None, end_ms=None, by=world.amina)
            else:
                remove_turn(one, before=one.text, by=world.amina)
        except ValidationError:
            continue
        now = turns(transcript)
        assert [one.offset for one in now] == [
            sum(len(other.text) + 1 for other in now[:i]) for i, one in enumerate(now)
        ]
        assert len({one.position for one in now}) == len(now)
        excerpt.refresh_from_db()
        assert excerpt.is_drifted or transcript.text[excerpt.start : excerpt.end] == excerpt.quote
    while undo(transcript, by=world.amina):
        pass
    assert state(transcript) == first
