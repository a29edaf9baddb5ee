"""What each format says that it carries comes back from it; what else a transcript has, `losses` tells."""

from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recolte.engine import documents, sandbox
from recolte.engine.formats import FORMATS, Feature
from recolte.engine.turns import Transcript, Turn, Word
from tests.engine.transcripts_strategy import transcripts

# These have no escapes: the words in them must be plain, and what looks like a name is one.
BARE = {"srt", "text", "docx", "odt"}
RICH = Transcript(
    [
        Turn("On décide\nensemble.", "Amina", 500, 2000, (Word(0, 2, 500, 700, 0.5), Word(3, 9, 700, 1500))),
        Turn("Oui.", "Bruno", 1500, 1800),
        Turn("Après ?", "Amina"),
    ],
    "fr",
)
F = Feature


def by_time(turns: list[Turn]) -> list[Turn]:
    return sorted(turns, key=lambda turn: (turn.start_ms or 0, turn.end_ms or 0, turn.speaker, turn.text))


def again(key: str, transcript: Transcript) -> Transcript:
    write, read = FORMATS[key].write, FORMATS[key].read
    assert write and read
    written = write(transcript)
    with mock.patch.object(sandbox, "call", lambda _function, path, format: documents.read(path, format)):
        return read(written if isinstance(written, bytes) else written.encode())


@pytest.mark.parametrize("key", sorted(key for key, format in FORMATS.items() if format.read and format.write))
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_a_format_carries_comes_back(key: str, data: st.DataObject) -> None:
    letters = st.characters(min_codepoint=ord("a"), max_codepoint=ord("z")) | st.sampled_from("éœç")
    bare = {"alphabet": letters, "tricky": ()} if key in BARE else {}
    transcript = data.draw(transcripts(FORMATS[key].carries, **bare))
    if FORMATS[key].losses(transcript):  # a name that cannot be told from what is said
        assert (key in BARE, FORMATS[key].losses(transcript)) == (True, [F.VOICES])
        return
    read_back = again(key, transcript)
    if key == "textgrid":  # tiers have no order among them
        read_back.turns, transcript.turns = by_time(read_back.turns), by_time(transcript.turns)
    assert read_back == transcript


@pytest.mark.parametrize(
    ("key", "losses"),
    [
        ("vtt", [F.PROBABILITIES, F.UNTIMED, F.LINES]),
        ("json", []),
        ("podcast", [F.WORD_TIMES, F.PROBABILITIES, F.UNTIMED, F.LANGUAGE]),
        ("textgrid", [F.PROBABILITIES, F.UNTIMED, F.LANGUAGE]),
        ("cha", [F.PROBABILITIES, F.LINES]),
        ("srt", [F.WORD_TIMES, F.PROBABILITIES, F.UNTIMED, F.LINES, F.LANGUAGE]),
        ("text", [F.TIMES, F.WORD_TIMES, F.PROBABILITIES, F.OVERLAPS, F.LANGUAGE]),
        ("docx", [F.TIMES, F.WORD_TIMES, F.PROBABILITIES, F.OVERLAPS, F.LANGUAGE]),
    ],
)
def test_what_a_format_loses_is_told(key: str, losses: list[Feature]) -> None:
    assert FORMATS[key].losses(RICH) == losses
    assert (again(key, RICH) == RICH) == (losses == [])


@pytest.mark.parametrize(
    ("key", "kept", "lost"),
    [
        ("srt", ["Amina", "Mme Saint-Cricq", ""], ["Amina", "la voisine"]),
        ("text", ["Amina", "Mme Saint-Cricq"], ["Amina", ""]),
        ("odt", ["Amina", "Mme Saint-Cricq"], ["Amina", ""]),
        ("cha", ["Amina", "Mme Saint-Cricq", ""], ["Durand, Amina"]),
    ],
)
def test_names_that_do_not_come_back_are_told(key: str, kept: list[str], lost: list[str]) -> None:
    for voices, losses in ((kept, []), (lost, [F.VOICES])):
        transcript = Transcript([Turn("oui", voice, 1000, 2000) for voice in voices])
        assert [one for one in FORMATS[key].losses(transcript) if one == F.VOICES] == losses
        assert ([turn.speaker for turn in again(key, transcript).turns] == voices) == (losses == [])
