import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.house import House
from tests.world import note, tone

CHUNK_SECONDS = "10"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation with a speech model that hears at once."""
    house = House.at(tmp_path / "house")
    yield house
    house.kill_everything()


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    """What a visit brought back: two recordings, a transcript, and a note."""
    folder = tmp_path / "visit"
    (folder / "carnet").mkdir(parents=True)
    (folder / "carnet" / "notes.md").write_bytes(note())
    (folder / "un.wav").write_bytes(tone(4))
    (folder / "deux.wav").write_bytes(tone(3, 5000))
    (folder / "trois.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\n<v Amina>Bonjour à toutes.\n")
    return folder


@pytest.fixture(scope="session")
def talk(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one real conversation, long enough to be cut into several chunks, and a note."""
    voices = sorted((data / "2_audio_fr" / "dialogue_fr").glob("*.wav"))
    if not voices:
        pytest.skip("The folder of real files has no French dialogues in it.")
    folder = tmp_path_factory.mktemp("talk")
    (folder / "notes.md").write_bytes(note())
    with wave.open(str(folder / "table-ronde.wav"), "wb") as joined:
        for voice in voices:
            with wave.open(str(voice)) as one:
                if not joined.getnframes():
                    joined.setparams(one.getparams())
                joined.writeframes(one.readframes(one.getnframes()))
    return folder


@pytest.fixture
def hearing_house(tmp_path: Path) -> Iterator[House]:
    """An installation with the real model, and short chunks."""
    house = House.at(tmp_path / "house")
    house.environment |= {"RECOLTE_SPEECH_MODEL": "base", "RECOLTE_SPEECH_CHUNK_SECONDS": CHUNK_SECONDS}
    yield house
    house.kill_everything()


@pytest.fixture(scope="session")
def whole(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The conversation, harvested without any interruption."""
    house = House.at(tmp_path_factory.mktemp("whole") / "house")
    house.environment |= {"RECOLTE_SPEECH_MODEL": "base", "RECOLTE_SPEECH_CHUNK_SECONDS": CHUNK_SECONDS}
    assert house.harvest(talk).code == 0
    return house
