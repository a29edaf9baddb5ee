"""What is empty, damaged or hostile gets one sentence each; what is good comes in all the same."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from recolte.engine.problems import Problem
from recolte.sources.models import Refusal, Source, State
from recolte.sources.sentences import sentence
from recolte.transcripts.models import Transcript
from tests.reliability.bad import GOOD, bad_files, odd_entries, odd_names
from tests.reliability.house import House
from tests.world import World, note, work

# Root may read what is forbidden, unless it gives that power away.
WITHOUT_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "brought"
    folder.mkdir()
    for name, content in GOOD.items():
        (folder / name).write_bytes(content)
    return folder


def said_of_problems(said: list[str], language: str) -> list[str]:
    """The lines of the summary that say what is wrong."""
    with translation.override(language):
        title = translation.gettext("What needs your eye:")
    lines = said[said.index(title) + 1 :] if title in said else []
    return sorted(line for line in lines if line.startswith("  "))


def expected(problems: dict[str, Problem], language: str) -> list[str]:
    with translation.override(language):
        return sorted(f"  {name} — {sentence(problem)}" for name, problem in problems.items())


@pytest.mark.slow
@pytest.mark.parametrize(("language", "lang"), [("en", "en_US.UTF-8"), ("fr", "")])
def test_each_bad_file_of_a_folder_gets_one_sentence_and_the_good_ones_come_in(
    house: House, folder: Path, language: str, lang: str
) -> None:
    problems = {name: problem for name, (_content, problem) in bad_files().items()}
    for name, (content, _problem) in bad_files().items():
        (folder / name).write_bytes(content)
    outcome = house.harvest(folder, LC_ALL="", LC_MESSAGES="", LANG=lang)
    assert (outcome.code, outcome.problem) == (0, "")
    assert said_of_problems(outcome.said, language) == expected(problems, language)
    ready = house.ask("SELECT name FROM sources_source WHERE state = 'ready' ORDER BY name")
    assert ready == [("carnet.md",), ("voix.wav",)]
    assert house.ask("SELECT DISTINCT name FROM sources_source WHERE kind = 'recording' AND duration_ms > 0") == [
        ("voix.wav",)  # the one that pointed to it did not get its sound
    ]
    house.assert_media_whole()
    house.nobody_is_left()
    again = house.harvest(folder, LC_ALL="", LC_MESSAGES="", LANG=lang)
    assert said_of_problems(again.said, language) == expected(problems, language)


@pytest.mark.slow
def test_links_pipes_sockets_and_strange_names_stop_nothing(house: House, folder: Path) -> None:
    problems, names = odd_entries(folder), odd_names(folder)
    outcome = house.harvest(folder)
    assert outcome.code == 0
    assert "Traceback" not in outcome.problem
    assert said_of_problems(outcome.said, "en") == expected(problems, "en")
    ready = house.ask("SELECT name FROM sources_source WHERE state = 'ready'")
    assert sorted(name for (name,) in ready) == sorted([*GOOD, *names])


@pytest.mark.slow
def test_what_may_not_be_read_is_said(house: House, folder: Path) -> None:
    is_root = os.geteuid() == 0
    if is_root and not shutil.which("setpriv"):
        pytest.skip("Root may read everything, and there is no setpriv here to take that power away.")
    (folder / "interdit.wav").write_bytes(note())
    (folder / "interdit.wav").chmod(0)
    (folder / "fermé").mkdir(0o000)
    try:
        outcome = house.harvest(folder, wrapper=WITHOUT_POWERS if is_root else ())
    finally:
        (folder / "fermé").chmod(0o700)
    assert (outcome.code, outcome.problem) == (0, "")
    problems = {"interdit.wav": Problem.NO_PERMISSION, "fermé": Problem.NO_PERMISSION}
    assert said_of_problems(outcome.said, "en") == expected(problems, "en")
    assert house.count("sources_source WHERE state = 'ready'") == 2


@pytest.mark.slow
def test_the_upload_form_shows_what_is_wrong_with_each_file(world: World, amina: Client) -> None:
    files = {name: content for name, (content, _problem) in bad_files().items()} | GOOD
    with translation.override("en"):
        answer: Any = amina.post(
            f"/rencontres/{world.gathering.pk}/deposer/",
            {"brought": [SimpleUploadedFile(*one) for one in files.items()], "statement": "Tous, à voix haute."},
            headers={"accept-language": "en"},
            follow=True,
        )
        work()
        page = amina.get(f"/rencontres/{world.gathering.pk}/", headers={"accept-language": "en"})
    assert (answer.status_code, page.status_code) == (200, 200)
    found = dict(Refusal.objects.values_list("name", "problem"))
    found |= dict(Source.objects.exclude(problem="").values_list("name", "problem"))
    assert found == {name: str(problem) for name, (_content, problem) in bad_files().items()}
    assert list(Source.objects.filter(state=State.READY).order_by("name").values_list("name", flat=True)) == sorted(
        GOOD
    )
    assert Transcript.objects.get().source.name == "voix.wav"
    shown = page.content.decode().replace("&#x27;", "'")
    with translation.override("en"):
        for name, (_content, problem) in bad_files().items():
            assert name in shown
            assert sentence(problem) in shown
