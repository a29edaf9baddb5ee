"""A worker that is killed in the middle of a job: somebody else does the rest, once."""

from pathlib import Path

import pytest

from tests.reliability.house import OPTIONS, House, eventually, kill, serving

HOLDER = (
    "SELECT w.pid FROM jobs_job j JOIN jobs_worker w ON w.id = j.worker_id"
    " WHERE j.name = 'transcripts.transcribe' AND j.state = 'running'"
)
ENDED = "SELECT state, attempt, problem FROM jobs_job WHERE name = 'transcripts.transcribe'"


def kill_the_one_who_hears(house: House) -> tuple[set[int], int]:
    """Kill -9 the worker once it has written a chunk: the turns that are there, and the id of the killed process."""
    eventually(lambda: house.count("transcripts_chunk WHERE is_done"), "the first chunk")
    ((pid,),) = house.ask(HOLDER)
    kill(pid)
    eventually(lambda: pid not in house.processes(), "its end")
    assert house.count("transcripts_chunk WHERE NOT is_done") > 0
    return house.turn_ids(), pid


@pytest.mark.slow
@pytest.mark.speech
def test_under_the_supervisor_a_killed_worker_is_replaced_and_its_job_goes_on(
    hearing_house: House, talk: Path, whole: House, tmp_path: Path
) -> None:
    house = hearing_house
    with serving(house, tmp_path / "log"):
        eventually(lambda: house.count("jobs_worker") == 2, "both workers")
        harvest = house.begin("harvest", talk, *OPTIONS)
        kept, dead = kill_the_one_who_hears(house)
        assert house.ended(harvest).code == 0
        assert dead not in [pid for (pid,) in house.ask("SELECT pid FROM jobs_worker")]
        assert house.count("jobs_worker") == 2
    assert house.ask(ENDED) == [("done", 2, "")]
    assert house.turns() == whole.turns() and kept <= house.turn_ids()
    house.assert_everything_once(talk)
    assert "worker-speech ended (-9), starting it again" in (tmp_path / "log").read_text()
    house.nobody_is_left()


@pytest.mark.slow
@pytest.mark.speech
def test_of_two_workers_without_a_supervisor_the_other_takes_the_job_over(
    hearing_house: House, talk: Path, whole: House
) -> None:
    house = hearing_house
    house.run("manage", "prepare")
    workers = [house.begin("manage", "work"), house.begin("manage", "work")]
    eventually(lambda: house.count("jobs_worker") == 2, "both workers")
    harvest = house.begin("harvest", talk, *OPTIONS)
    kept, _dead = kill_the_one_who_hears(house)
    assert house.ended(harvest).code == 0
    assert house.ask(ENDED) == [("done", 2, "")]
    assert house.turns() == whole.turns() and kept <= house.turn_ids()
    house.assert_everything_once(talk)
    for worker in workers:
        worker.terminate()
        worker.communicate()
    house.nobody_is_left()
