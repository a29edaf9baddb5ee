from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import text
from recolte.engine.formats.decoding import decode
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Transcript, Turn


def read(source: str) -> list[Turn]:
    return text.read(source.encode()).turns


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Amina : Bonjour", Turn("Bonjour", "Amina")),
        ("Amina\u00a0: Bonjour", Turn("Bonjour", "Amina")),
        ("AMINA\u202f:\u00a0Bonjour", Turn("Bonjour", "AMINA")),
        ("Amina:\nBonjour", Turn("Bonjour", "Amina")),
        ("[00:01:02] Amina: Bonjour", Turn("Bonjour", "Amina", 62_000)),
        ("00:01:02,5 - Amina : Bonjour", Turn("Bonjour", "Amina", 62_500)),
        ("[Amina] (0:01 - 0:11) Bonjour", Turn("Bonjour", "Amina", 1000, 11_000)),
        ("[Amina] (0:01 - 0:11)\nBonjour", Turn("Bonjour", "Amina", 1000, 11_000)),
        ("Amina (00:01): Bonjour", Turn("Bonjour", "Amina", 1000)),
        ("Amina [1:02:03] : Bonjour", Turn("Bonjour", "Amina", 3_723_000)),
        ("Amina B.  0:05\nBonjour", Turn("Bonjour", "Amina B.", 5000)),
        ("Intervieweur 1 : Bonjour", Turn("Bonjour", "Intervieweur 1")),
        ("Mme. Saint-Cricq : Bonjour", Turn("Bonjour", "Mme. Saint-Cricq")),
        ("Patrick Poivre d’Arvor : Bonjour", Turn("Bonjour", "Patrick Poivre d’Arvor")),
        ("[id1] Bonjour", Turn("Bonjour", "id1")),
        ("**Amina :** Bonjour", Turn("Bonjour", "Amina")),
        ("**Amina** (0:05) : Bonjour **à tous**", Turn("Bonjour **à tous**", "Amina", 5000)),
        ("- Amina : Bonjour", Turn("Bonjour", "Amina")),
        ("[00:00:05]\nAmina : Bonjour", Turn("Bonjour", "Amina", 5000)),
    ],
)
def test_heads_of_turns(head: str, expected: Turn) -> None:
    assert read(head) == [expected]


def test_a_time_alone_belongs_to_the_turn_below() -> None:
    assert read("[00:05]\nAmina : Un\n[00:09]\nBruno : Deux\n[00:11]\ntrois") == [
        Turn("Un", "Amina", 5000, 9000),
        Turn("Deux\n[00:11]\ntrois", "Bruno", 9000),
    ]


def test_roles_without_capitals_must_come_back() -> None:
    said = "enquêteur : Un\nPersonne interrogée : Deux\nenquêteur : Trois\nPersonne interrogée : et puis\nle mieux : partir"
    assert [(turn.speaker, turn.text) for turn in read(said)] == [
        ("enquêteur", "Un"),
        ("Personne interrogée", "Deux"),
        ("enquêteur", "Trois"),
        ("Personne interrogée", "et puis\nle mieux : partir"),
    ]


def test_names_in_capitals_above_paragraphs_are_speakers_when_they_come_back() -> None:
    said = "ENTRETIEN\n\nAMINA\nBonjour.\n\nEncore.\n\nÉLOÏSE\nSalut.\n\nAMINA\nBien.\n\nÉLOÏSE\nOui."
    assert [(turn.speaker, turn.text) for turn in read(said)] == [
        ("", "ENTRETIEN"),
        ("AMINA", "Bonjour.\nEncore."),
        ("ÉLOÏSE", "Salut."),
        ("AMINA", "Bien."),
        ("ÉLOÏSE", "Oui."),
    ]


def test_what_stands_before_the_first_turn_is_kept() -> None:
    assert read("Entretien du 3 mai\n\nDate : hier\n\nAmina : Oui\n")[0] == Turn("Entretien du 3 mai\nDate : hier")


def test_a_turn_ends_when_the_next_begins() -> None:
    assert [(turn.start_ms, turn.end_ms) for turn in read("[00:01] A: x\n[00:05] B: y\n")] == [
        (1000, 5000),
        (5000, None),
    ]


def test_text_without_turns_is_paragraphs_of_nobody() -> None:
    assert read("Un\ndeux\n\n\ntrois\n") == [Turn("Un\ndeux"), Turn("trois")]
    with pytest.raises(Unreadable) as error:
        read(" \n")
    assert error.value.problem == Problem.NO_TEXT


def test_what_is_written_is_read_back() -> None:
    turns = [Turn("Bonjour", "Amina", 62_000, 65_000), Turn("Oui\nMais", "Bruno", 65_000, None)]
    assert read(text.write(Transcript(turns))) == turns


def test_notes_and_forms_are_no_conversation() -> None:
    assert not text.looks_like_turns("Nom : Durand\nPrénom : Chloé\nÂge : 34\nVille : Brest\n")
    assert not text.looks_like_turns("Amina : oui\nBruno : non\n")
    assert not text.looks_like_turns("Une note.\n\n" * 10 + "A : x\n\nB : y\n\nA : z")
    assert text.looks_like_turns("Amina : oui\nBruno : non\nAmina : ah\n")


@given(st.text())
def test_no_text_breaks_the_reader(source: str) -> None:
    text.looks_like_turns(source)
    if source.strip() and decode(source.encode()).strip():
        assert all(turn.text for turn in read(source))


def test_real_debates_are_conversations_and_their_summaries_are_not(data: Path) -> None:
    folder = data / "1_transcripts/fredsum"
    debates = sorted((folder / "transcript").glob("*.txt"))
    summaries = sorted((folder / "summary_abstractive").rglob("*.txt"))
    assert sum(text.looks_like_turns(decode(file.read_bytes())) for file in debates) == len(debates) == 65
    assert sum(text.looks_like_turns(decode(file.read_bytes())) for file in summaries) == 0 < len(summaries)


def test_real_debates_keep_every_word(data: Path) -> None:
    for file in sorted((data / "1_transcripts/fredsum/transcript").glob("*.txt")):
        turns = text.read(file.read_bytes()).turns
        read_back = "".join(f"{turn.speaker}:{turn.text}" if turn.speaker else turn.text for turn in turns)
        assert "".join(read_back.split()) == "".join(decode(file.read_bytes()).split())


def test_real_interviews_have_their_speakers(data: Path) -> None:
    turns = text.read((data / "3_qda/qualcoder_examples/transcript.txt").read_bytes()).turns
    assert [turn.speaker for turn in turns] == ["id1", "id2", "id3", "id1", "id3", "id1", "id2"]
    assert turns[5].text == "yes, I agree, it will be good for my career at the museum."
    debate = data / "1_transcripts/fredsum/transcript/Mitterrand_Chirac--Partie_1_Intro.txt"
    assert text.read(debate.read_bytes()).turns[:2] == [Turn("Bonsoir.", "M. VANNIER"), Turn("Bonsoir.", "Mme. COTTA")]
    assert not text.looks_like_turns(decode((data / "3_qda/qualcoder_examples/project_memo.txt").read_bytes()))
