"""The server is killed, whole or in part: nothing that it acknowledged is lost, nobody of it is left behind."""

import hashlib
import socket
from pathlib import Path

import pytest

from tests.reliability.house import House, eventually, kill, serving
from tests.world import note, tone


def gathering(house: House, tmp_path: Path) -> str:
    """The address of a gathering that there is already."""
    folder = tmp_path / "before"
    folder.mkdir()
    (folder / "avant.md").write_bytes(note("Avant"))
    outcome = house.harvest(folder)
    assert outcome.code == 0, outcome.problem
    (address,) = [line.split("/", 3)[3] for line in outcome.said if "/rencontres/" in line]
    return f"/{address}"


@pytest.mark.slow
def test_what_an_upload_acknowledged_is_there_after_everything_was_killed(house: House, tmp_path: Path) -> None:
    page = gathering(house, tmp_path)
    sound = tone(2)
    with serving(house, tmp_path / "log") as (supervisor, browser):
        browser.sign_in(house)
        status, _text = browser.send(f"{page}deposer/", {"son.wav": sound, "statement": b"Tous, de vive voix."})
        house.kill_everything()
        assert status == 302
    house.nobody_is_left()
    sha = hashlib.sha256(sound).hexdigest()
    assert house.ask(f"SELECT name FROM sources_source WHERE sha256 = '{sha}'") == [("son.wav",)]  # noqa: S608
    assert sha in house.media().values()
    with serving(house, tmp_path / "log"):
        eventually(lambda: not house.count("jobs_job WHERE state IN ('queued', 'running')"), "the end of the work")
    assert house.ask("SELECT state FROM sources_source WHERE name = 'son.wav'") == [("ready",)]
    assert house.count("transcripts_transcript WHERE is_complete") == 1


@pytest.mark.slow
def test_a_killed_process_of_the_pages_is_replaced(house: House, tmp_path: Path) -> None:
    with serving(house, tmp_path / "log") as (_supervisor, browser):
        server = house.process("recolte.server.wsgi")

        def family() -> set[int]:
            return {pid for pid, line in house.processes().items() if "recolte.server.wsgi" in line} - {server}

        for _ in range(2):
            before = family()
            assert len(before) == 2
            kill(min(before))
            eventually(lambda before=before: len(family() - before) == 1 and browser.answers(), "another in its place")  # type: ignore[misc]
        # and now granian's own first process, whose others must not keep the port
        last = family()
        kill(server)
        eventually(lambda: not last & set(house.processes()), "the end of its workers")
        log = tmp_path / "log"
        eventually(lambda: "web ended (-9), starting it again" in log.read_text(), "the supervisor's word")
        eventually(lambda: browser.answers(), "a page")
    house.nobody_is_left()


@pytest.mark.slow
def test_the_server_stops_without_leaving_anybody_behind(house: House, tmp_path: Path) -> None:
    with serving(house, tmp_path / "log") as (supervisor, _browser):
        eventually(lambda: house.count("jobs_worker") == 2, "both workers")
        supervisor.terminate()
        assert supervisor.wait(60) == 0
        house.nobody_is_left()
    assert house.count("jobs_worker") == 0


@pytest.mark.slow
@pytest.mark.speech
def test_after_a_killed_supervisor_nobody_is_left_and_a_new_one_goes_on(
    hearing_house: House, talk: Path, whole: House, tmp_path: Path
) -> None:
    house = hearing_house
    page = gathering(house, tmp_path)
    with serving(house, tmp_path / "log") as (supervisor, browser):
        browser.sign_in(house)
        sound = (talk / "table-ronde.wav").read_bytes()
        fields = {"table-ronde.wav": sound, "statement": "Tous, à voix haute.".encode()}
        assert browser.send(f"{page}deposer/", fields)[0] == 302
        eventually(lambda: house.count("transcripts_chunk WHERE is_done"), "the first chunk")
        supervisor.kill()
        supervisor.wait()
        house.nobody_is_left()  # pages, workers, what hears, the live process
        kept = house.turn_ids()
        assert house.count("transcripts_chunk WHERE NOT is_done") > 0
    with serving(house, tmp_path / "log"):
        eventually(lambda: house.count("transcripts_transcript WHERE is_complete"), "the transcript")
        eventually(lambda: not house.count("jobs_job WHERE state IN ('queued', 'running')"), "the end of the work")
    assert house.turns() == whole.turns() and kept <= house.turn_ids()
    assert house.count("transcripts_chunk WHERE NOT is_done") == 0


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1])
def test_a_taken_port_is_said_in_one_sentence(house: House, after: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        sentence = house.refused("serve", "--port", str(port - after))
    assert sentence == f"Port {port} is taken by another program: stop it, or choose another with --port."
