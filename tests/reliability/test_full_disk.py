"""A disk without room: said in one sentence, nothing half-kept, and once there is room everything comes in."""

import html
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from recolte.engine.problems import Problem
from recolte.sources.models import Source
from recolte.sources.sentences import SENTENCES, sentence
from tests.reliability.house import House, serving
from tests.reliability.test_server_killed import gathering
from tests.world import AGREED, World, silence

FULL = SENTENCES[Problem.DISK_FULL]
LARGE = 6 << 20  # bytes


class Disk:
    """A small disk of its own, in memory."""

    def __init__(self, path: Path, megabytes: int) -> None:
        self.path = path
        path.mkdir()
        self.mount(f"size={megabytes}m")

    def mount(self, options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path], capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"A small disk of our own can't be had here (as root it can): {done.stderr.strip()}")

    def grow(self, megabytes: int) -> None:
        self.mount(f"remount,size={megabytes}m")

    def fill(self) -> Path:
        filler = self.path / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 12))
            except OSError:
                return filler


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "disk", 4)
    yield disk
    subprocess.run(["umount", "--lazy", disk.path], check=True)


@pytest.fixture
def large(visit: Path) -> Path:
    """The visit, with a recording that is larger than the disk."""
    (visit / "longue.wav").write_bytes(silence(LARGE / 32_000))
    return visit


@pytest.mark.slow
def test_a_recording_for_which_the_disk_has_no_room_is_said_and_comes_in_later(
    house: House, large: Path, disk: Disk
) -> None:
    house.environment["RECOLTE_MEDIA"] = str(disk.path)
    first = house.harvest(large)
    assert (first.code, first.problem) == (0, "")
    assert [line for line in first.said if "—" in line] == [f"  longue.wav — {FULL}"]
    house.assert_media_whole(disk.path)
    assert list((disk.path / "work").iterdir()) == []
    assert house.count("sources_source WHERE state = 'ready'") == 4
    disk.grow(200)
    again = house.harvest(large)
    assert (again.code, [line for line in again.said if "—" in line]) == (0, [])
    house.assert_everything_once(large, disk.path)


@pytest.mark.slow
def test_a_disk_that_fills_up_while_files_are_read_stops_the_jobs_and_they_go_on_later(
    house: House, visit: Path, disk: Disk
) -> None:
    house.environment["RECOLTE_MEDIA"] = str(disk.path)
    (visit / "longue.wav").write_bytes(silence(100))  # 3.2 MB: it fits, but its PCM no longer does
    first = house.harvest(visit)
    assert (first.code, first.problem) == (0, "")
    assert [line for line in first.said if "—" in line] == [f"  longue.wav — {FULL}"]
    assert house.count("sources_source WHERE state = 'unreadable'") == 0  # it is not the file's fault
    house.assert_media_whole(disk.path)
    disk.grow(200)
    assert house.harvest(visit).code == 0
    house.assert_everything_once(visit, disk.path)


@pytest.mark.slow
@pytest.mark.skipif("RECOLTE_DATABASE_URL" in os.environ, reason="PostgreSQL keeps its database on another disk")
def test_a_full_disk_under_the_database_is_said_in_one_sentence_and_nothing_is_half_kept(
    house: House, visit: Path, disk: Disk, tmp_path: Path
) -> None:
    disk.grow(30)
    house.data = disk.path / "house"
    gathering(house, tmp_path)
    before = house.ask("SELECT id, state FROM sources_source")
    filler = disk.fill()
    full = house.harvest(visit)
    assert (full.code, full.said, full.problem.splitlines()) == (1, [], [FULL])
    filler.unlink()
    assert house.ask("SELECT id, state FROM sources_source") == before
    (visit / "avant.md").write_bytes((tmp_path / "before" / "avant.md").read_bytes())
    assert house.harvest(visit).code == 0
    house.assert_everything_once(visit)


@pytest.mark.slow
def test_an_upload_onto_a_full_disk_is_answered_with_the_reason(house: House, disk: Disk, tmp_path: Path) -> None:
    house.environment["RECOLTE_MEDIA"] = str(disk.path)
    page = gathering(house, tmp_path)
    with serving(house, tmp_path / "log") as (_supervisor, browser):
        browser.sign_in(house)
        status, _text = browser.send(f"{page}deposer/", {"longue.wav": silence(LARGE / 32_000)})
        assert (status, FULL in html.unescape(browser.get(page)[1])) == (302, True)
        house.assert_media_whole(disk.path)
        disk.grow(200)
        assert browser.send(f"{page}deposer/", {"longue.wav": silence(LARGE / 32_000)})[0] == 302
        assert FULL not in html.unescape(browser.get(page)[1])
    assert house.count("sources_source WHERE name = 'longue.wav'") == 1


def test_an_upload_that_fills_the_disk_while_it_comes_in_is_answered_with_the_reason(
    world: World, amina: Client, disk: Disk, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = disk.path
    sent = {"brought": ContentFile(silence(LARGE / 32_000), "longue.wav"), "statement": AGREED, "language": "fr"}
    answer = amina.post(reverse("deposit", args=[world.gathering.pk]), sent, follow=True)
    assert [str(message) for message in answer.context["messages"]] == [sentence(Problem.DISK_FULL)]
    assert not Source.objects.exists()
