"""What `recolte transcribe` and `recolte harvest` say when there is nothing to hear, or nobody to hear it."""

import html
from pathlib import Path

import pytest

from recolte.engine.problems import Problem
from recolte.sources.sentences import SENTENCES
from tests.reliability.house import House, serving
from tests.reliability.test_server_killed import gathering
from tests.world import tone

NO_MODEL = SENTENCES[Problem.NO_MODEL]


@pytest.mark.slow
def test_a_file_that_cannot_be_transcribed_is_said_in_one_sentence(house: House, tmp_path: Path) -> None:
    text, absent = tmp_path / "notes.txt", tmp_path / "absent.wav"
    text.write_text("On a parlé de coopération, puis de la cour.\n")
    assert house.refused("transcribe", absent) == f"There is no file {absent}: check its name."
    assert house.refused("transcribe", text) == f"{text} is not a recording: there is no sound to transcribe."
    assert house.refused("transcribe", tmp_path) == f"{tmp_path.name} — {SENTENCES[Problem.UNKNOWN_KIND]}"


@pytest.mark.slow
def test_without_a_model_transcribing_says_what_to_install(house: House, tmp_path: Path) -> None:
    (tmp_path / "son.wav").write_bytes(tone(2))
    house.environment["RECOLTE_SPEECH_MODEL"] = "/nonexistent"
    assert house.refused("transcribe", tmp_path / "son.wav") == f"son.wav — {NO_MODEL}"


@pytest.mark.slow
def test_without_a_model_everything_comes_in_can_be_played_and_is_transcribed_later(
    house: House, visit: Path, tmp_path: Path
) -> None:
    without = house.harvest(visit, RECOLTE_SPEECH_MODEL="/nonexistent")
    assert without.code == 0
    problems = [f"  {name} — {NO_MODEL}" for name in ("deux.wav", "un.wav")]
    assert sorted(line for line in without.said if "—" in line) == problems
    assert house.ask("SELECT name, state FROM sources_source WHERE state <> 'ready'") == []
    page = gathering(house, tmp_path)
    house.environment["RECOLTE_SPEECH_MODEL"] = "/nonexistent"
    with serving(house, tmp_path / "log") as (_supervisor, browser):
        browser.sign_in(house)
        assert NO_MODEL in html.unescape(browser.get(page)[1])
        ((pk,),) = house.ask("SELECT id FROM sources_source WHERE name = 'un.wav'")
        pk = str(pk) if "-" in str(pk) else f"{pk[:8]}-{pk[8:12]}-{pk[12:16]}-{pk[16:20]}-{pk[20:]}"
        assert NO_MODEL in html.unescape(browser.get(f"/ecoute/{pk}/")[1])
        assert browser.get(f"/recueil/{pk}/original/")[0] == 200
        assert browser.get(f"/recueil/{pk}/listening/")[0] == 200
    house.environment["RECOLTE_SPEECH_MODEL"] = "fake"
    assert house.harvest(visit).code == 0
    assert house.count("transcripts_transcript WHERE is_complete") == 3
