"""A transcript without times gets them from what a machine hears in its recording."""

import pytest

from recolte.coding.actions import excerpt_at
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Turn as PlainTurn
from recolte.transcripts.actions import add_turns, changed, find_times
from recolte.transcripts.models import Origin, Transcript
from tests.world import World, kept, tone, work


def brought(world: World, *texts: str) -> Transcript:
    source = kept(world, "entretien.wav", content=tone(3))
    transcript = Transcript.objects.create(
        community=world.community, source=source, origin=Origin.BROUGHT, is_complete=True
    )
    add_turns(transcript, [PlainTurn(text, "Chloé") for text in texts])
    changed(transcript)
    return transcript


def test_the_recording_is_heard_first_then_turns_and_passages_have_their_times(world: World) -> None:
    transcript = brought(world, "Mot0, mot1 !", "Et mot4 mot5.")
    quote = excerpt_at(transcript, 13, 26, by=world.amina)
    assert find_times(transcript, by=world.amina) is False
    work()
    turns = transcript.turns.order_by("position")
    assert [(one.text, one.start_ms, one.end_ms) for one in turns] == [
        ("Mot0, mot1 !", 0, 800),
        ("Et mot4 mot5.", 800, 2400),
    ]
    quote.refresh_from_db()
    assert (quote.quote, quote.start_ms, quote.end_ms) == ("Et mot4 mot5.", 800, 2400)
    assert Transcript.objects.filter(origin=Origin.MACHINE).count() == 1
    assert find_times(transcript, by=world.amina) is True


def test_another_text_stays_without_times(world: World) -> None:
    transcript = brought(world, "Rien de tout cela.")
    find_times(transcript, by=world.amina)
    work()
    with pytest.raises(Unreadable) as error:
        find_times(transcript, by=world.amina)
    assert error.value.problem == Problem.NOT_ALIKE
    assert not transcript.is_timed
