from pathlib import Path

import pytest
import srt as reference
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import srt
from recolte.engine.formats.cues import flow
from recolte.engine.formats.decoding import normalise
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn


def read(text: str) -> list[Turn]:
    return srt.read(text.encode()).turns


def test_cues_are_turns() -> None:
    assert read(
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Bonjour</i>\r\nà tous\r\n\r\n2\r\n00:00:03.000 --> 00:00:04.000\r\n12\r\n"
    ) == [
        Turn("Bonjour à tous", "", 1000, 2500),
        Turn("12", "", 3000, 4000),
    ]


def test_missing_numbers_and_empty_lines_are_forgiven() -> None:
    text = "00:00:01,000 --> 00:00:02,000\nun\n\nencore\n00:00:02,000 --> 00:00:03,000\ndeux\n3\n00:00:03,000 --> 00:00:04,000\n1\n"
    assert [turn.text for turn in read(text)] == ["un encore", "deux 3", "1"]
    numbered = "1\n00:00:01,000 --> 00:00:02,000\nun\n2\n00:00:02,000 --> 00:00:03,000\ndeux\n"
    assert [turn.text for turn in read(numbered)] == ["un", "deux"]


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        ("Travis: When you first get", "Travis", "When you first get"),
        ("Mme Saint-Cricq\u00a0: Bonsoir", "Mme Saint-Cricq", "Bonsoir"),
        ("P2 : Oui", "P2", "Oui"),
        ("Patrick Poivre d'Arvor : Oui", "Patrick Poivre d'Arvor", "Oui"),
        ("Il dit : bonjour", "", "Il dit : bonjour"),
        ("Bref : on y va", "", "Bref : on y va"),
        ("Attention : danger", "", "Attention : danger"),
        ("Il est 10:30 ici", "", "Il est 10:30 ici"),
        ("- Bonjour\n- Salut", "", "- Bonjour\n- Salut"),
    ],
)
def test_only_names_are_speakers(text: str, speaker: str, said: str) -> None:
    assert read(f"1\n00:00:01,000 --> 00:00:02,000\n{text}\n") == [Turn(said, speaker, 1000, 2000)]


def test_a_broken_time_loses_its_cue_only() -> None:
    transcript = srt.read(b"1\n00:00:xx,000 --> 00:00:02,000\nun\n\n2\n0:00:03 --> 0:00:04\ndeux\n")
    assert transcript.turns == [Turn("deux", "", 3000, 4000)]
    assert transcript.faults == [Fault(2, "bad_time"), Fault(6, "odd_time")]


def test_old_encodings_are_read() -> None:
    [turn] = srt.read("1\n00:00:01,000 --> 00:00:02,000\nL’été à l’école, ça dépend où\n".encode("cp1252")).turns
    assert turn.text == "L’été à l’école, ça dépend où"


def test_a_file_without_cues_is_refused() -> None:
    with pytest.raises(Unreadable) as error:
        srt.read(b"rien\n")
    assert error.value.problem == Problem.NO_CUES


# The format has no escapes: tags, names and arrows in what is said cannot be told from real ones.
# Nor is a no-break space around a text: it may belong to the colon after the name.
said = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<{:>")).map(str.strip)
turns = st.builds(
    lambda text, speaker, start, length: Turn("\n".join(text), speaker, start, start + length),
    st.lists(said | st.sampled_from(["- Oui", "12", "é"]), max_size=4),
    st.sampled_from(["", "Amina", "P1", "M. Vannier", "Nathalie Saint-Cricq"]),
    st.integers(0, 359_999_000),
    st.integers(0, 900),
)


@given(st.lists(turns, min_size=1, max_size=5))
def test_what_is_written_is_read_back(all_said: list[Turn]) -> None:
    all_said = [Turn(normalise(turn.text), turn.speaker, turn.start_ms, turn.end_ms) for turn in all_said]
    expected = [
        Turn(normalise(text), turn.speaker, turn.start_ms, turn.end_ms)
        for turn in all_said
        if (text := flow(turn.text.split("\n")))
    ]
    if not expected:
        return
    written = srt.write(Transcript(all_said))
    again = srt.read(written.encode())
    assert (again.turns, again.faults) == (expected, [])
    assert len(list(reference.parse(written))) == len(expected)


@given(st.text() | st.lists(st.sampled_from(["1", "\n", "00:00:01,000", " --> ", "A: ", "<i>", "é"])).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert all(turn.text for turn in read(text))
    except Unreadable as error:
        assert error.problem == Problem.NO_CUES


def test_a_real_file_is_read_whole(data: Path) -> None:
    file = data / "1_transcripts/subtitles/example.srt"
    transcript = srt.read(file.read_bytes())
    cues = list(reference.parse(file.read_text(encoding="utf-8")))
    assert transcript.faults == []
    assert [turn.start_ms for turn in transcript.turns] == [round(cue.start.total_seconds() * 1000) for cue in cues]
    assert {turn.speaker for turn in transcript.turns} == {"", "Travis", "Sarah", "Gilon"}
