"""A harvest that is killed, or interrupted, at some moment and then run again does all of it, once."""

import signal
from pathlib import Path

import pytest

from tests.reliability.house import OPTIONS, House, eventually, kill

MOMENTS = {
    "at its very start": "",
    "when the tables are being made": "django_migrations",
    "once the gathering is there": "gatherings_gathering",
    "when the first file is in": "sources_source",
    "when the first job waits": "jobs_job",
    "when its worker has begun": "jobs_worker",
    "when a file is being read": "jobs_job WHERE attempt > 0",
    "when the first file was read": "sources_source WHERE state = 'ready'",
    "when the first turns are written": "transcripts_turn",
    "when the last recording is being transcribed": "jobs_job WHERE name = 'transcripts.transcribe' AND state = 'done'",
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_harvest_that_is_killed_goes_on_where_it_was(house: House, visit: Path, moment: str) -> None:
    first = house.begin("harvest", visit, *OPTIONS)
    if MOMENTS[moment]:
        eventually(lambda: house.count(MOMENTS[moment]) or first.poll() is not None, moment)
    first.kill()
    first.communicate()
    house.nobody_is_left()
    again = house.harvest(visit)
    assert (again.code, again.problem) == (0, "")
    house.assert_everything_once(visit)
    house.nobody_is_left()


@pytest.mark.slow
def test_a_harvest_that_is_run_again_adds_nothing(house: House, visit: Path) -> None:
    assert house.harvest(visit).code == 0
    before = house.turn_ids(), house.media(), house.count("journal_event"), house.count("jobs_job")
    assert house.harvest(visit).code == 0
    assert (house.turn_ids(), house.media(), house.count("journal_event"), house.count("jobs_job")) == before
    house.assert_everything_once(visit)


@pytest.mark.slow
@pytest.mark.speech
def test_a_transcription_that_is_killed_goes_on_with_the_chunks_that_it_lacks(
    hearing_house: House, talk: Path, whole: House
) -> None:
    house = hearing_house
    first = house.begin("harvest", talk, *OPTIONS)
    eventually(lambda: house.count("transcripts_chunk WHERE is_done"), "the first chunk")
    first.kill()
    first.communicate()
    house.nobody_is_left()  # the worker and what hears have ended with it
    done, kept = house.chunks("WHERE is_done"), house.turn_ids()
    assert 0 < len(done) < len(house.chunks())
    assert house.harvest(talk).code == 0
    house.assert_everything_once(talk)
    assert house.turns() == whole.turns()
    assert [chunk[1:] for chunk in house.chunks()] == [chunk[1:] for chunk in whole.chunks()]
    assert set(done) <= set(house.chunks()) and kept <= house.turn_ids()  # what was there has not been done again


@pytest.mark.slow
@pytest.mark.speech
def test_ctrl_c_says_that_nothing_is_lost_and_nothing_is(hearing_house: House, talk: Path, whole: House) -> None:
    house = hearing_house
    first = house.begin("harvest", talk, *OPTIONS)
    eventually(lambda: house.count("transcripts_chunk WHERE is_done"), "the first chunk")
    first.send_signal(signal.SIGINT)
    outcome = house.ended(first)
    assert (outcome.code, outcome.said) == (130, [])
    assert outcome.problem.splitlines() == ["Interrupted. Nothing is lost: the same command goes on where it was."]
    house.nobody_is_left()
    assert house.ask("SELECT state, attempt FROM jobs_job WHERE name = 'transcripts.transcribe'") == [("queued", 0)]
    kept = house.turn_ids()
    assert house.harvest(talk).code == 0
    assert house.turns() == whole.turns() and kept <= house.turn_ids()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["jobs_worker", "sources_source", "jobs_job WHERE attempt > 0"])
def test_ctrl_c_at_any_moment_says_the_same(house: House, visit: Path, moment: str) -> None:
    first = house.begin("harvest", visit, *OPTIONS)
    eventually(lambda: house.count(moment), moment)
    first.send_signal(signal.SIGINT)
    outcome = house.ended(first)
    assert (outcome.code, outcome.problem.splitlines()) == (
        130,
        ["Interrupted. Nothing is lost: the same command goes on where it was."],
    )
    assert house.harvest(visit).code == 0
    house.assert_everything_once(visit)


@pytest.mark.slow
def test_a_harvest_whose_worker_is_killed_says_so_and_goes_on_when_run_again(house: House, visit: Path) -> None:
    first = house.begin("harvest", visit, *OPTIONS, RECOLTE_CRASH_AT="prepare.made")
    outcome = house.ended(first)
    sentence = "The background work stopped unexpectedly: run the same command again."
    assert (outcome.code, outcome.problem.splitlines()) == (1, [sentence])
    assert house.harvest(visit).code == 0
    house.assert_everything_once(visit)


@pytest.mark.slow
def test_a_worker_that_has_just_been_started_ends_with_the_harvest(house: House, visit: Path) -> None:
    first = house.begin("harvest", visit, *OPTIONS)
    worker = house.process("manage work")  # it has not yet had the time to ask to end with its parent
    first.kill()
    first.communicate()
    house.nobody_is_left()
    kill(worker)
