"""Interviews in documents: who speaks and when, whatever way people put it."""

import io
from collections import Counter
from pathlib import Path

import docx as word
import pytest
from docx.shared import Mm

from recolte.engine import documents
from recolte.engine.formats import docx, faults, habits, odt, text
from recolte.engine.formats.habits import (
    alike,
    lines_of_blocks,
    lines_of_text,
    look_like_turns,
    mistyped,
    transcript_of,
)
from recolte.engine.problems import Unreadable
from recolte.engine.turns import Fault, Transcript, Turn

Said = list[tuple[str, str]]


def blocks(*said: str) -> list[dict[str, str]]:
    """Paragraphs; `h2 Amina` is a heading, `row Amina · Oui` a row of a table."""
    found = []
    for words in said:
        kind, _, rest = words.partition(" ")
        is_kind = kind in ("h1", "h2", "h3", "row", "li", "page")
        found.append({"kind": kind if is_kind else "p", "text": rest if is_kind else words})
    return found


def said(*paragraphs: str, names: dict[str, str] | None = None) -> Said:
    turns = transcript_of(lines_of_blocks(blocks(*paragraphs)), names).turns
    return [(turn.speaker, turn.text) for turn in turns]


TALK = [("Amina", "Bonjour."), ("Bruno", "Salut.\nÇa va ?"), ("Amina", "Oui."), ("Bruno", "Bien.")]


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("h1 Entretien", "Amina : Bonjour.", "Bruno\u00a0: Salut.", "Ça va ?", "Amina : Oui.", "Bruno : Bien."),
        ("h2 Amina", "Bonjour.", "h2 Bruno", "Salut.", "Ça va ?", "h2 Amina", "Oui.", "h2 Bruno", "Bien."),
        ("Amina", "Bonjour.", "Bruno", "Salut.", "Ça va ?", "Amina", "Oui.", "Bruno", "Bien."),
        ("Amina\nBonjour.", "Bruno\nSalut.\nÇa va ?", "Amina\nOui.", "Bruno\nBien."),
        ("row Amina · Bonjour.", "row Bruno · Salut.", "row Ça va ?", "row Amina · Oui.", "row Bruno · Bien."),
        ("li Amina : Bonjour.", "li Bruno : Salut.\nÇa va ?", "li Amina : Oui.", "page 2", "li Bruno : Bien."),
        ("[Amina] (0:01 - 0:11)", "Bonjour.", "[Bruno] (0:12)", "Salut.", "Ça va ?", "[Amina] Oui.", "[Bruno] Bien."),
    ],
)
def test_the_same_talk_in_seven_habits(paragraphs: tuple[str, ...]) -> None:
    assert said(*paragraphs) == TALK


def test_a_heading_for_each_voice_that_speaks_once() -> None:
    assert said("h1 Témoignages", "h2 Amina", "Un.", "Deux.", "h2 Driss et Zoé", "Trois.") == [
        ("Amina", "Un.\nDeux."),
        ("Driss et Zoé", "Trois."),
    ]


def test_the_title_of_a_document_is_no_turn_but_what_stands_below_is_kept() -> None:
    read = transcript_of(lines_of_blocks(blocks("h1 Entretien du 3 mai", "Chez elle.", "Amina : Oui.")))
    assert (read.title, read.turns) == ("Entretien du 3 mai", [Turn("Chez elle."), Turn("Oui.", "Amina")])


def test_words_that_stand_alone_are_no_voices_where_names_stand_otherwise() -> None:
    talk = ("Amina : Un.", "Merci", "Bruno : Deux.", "Merci", "Amina : Trois.")
    assert said(*talk) == [("Amina", "Un.\nMerci"), ("Bruno", "Deux.\nMerci"), ("Amina", "Trois.")]
    assert said("h2 Partie 1 : le lieu", "Amina : Un.", "h2 Partie 2 : les gens", "Bruno : Deux.") == [
        ("", "Partie 1 : le lieu"),
        ("Amina", "Un."),
        ("", "Partie 2 : les gens"),
        ("Bruno", "Deux."),
    ]


def test_the_programme_of_two_days_is_no_conversation() -> None:
    day = "9:00 Accueil\nCafé au hangar.\n10:30 Pause\n12:00 Repas\nÀ la ferme.\n15:00 Pause\n"
    assert not look_like_turns(list(lines_of_text(day * 2)))


def test_a_table_has_its_numbers_and_its_times_beside_the_names() -> None:
    rows = ("row Tour · Temps · Qui · Texte", "row 1 · 0:05 · Amina · Un · deux", "row 2 · 0:09 · Bruno · Trois", "row 3 · 0:11 · Amina · Fin", "row 4 · 0:12 · Bruno · Oui")  # fmt: skip
    turns = transcript_of(lines_of_blocks(blocks(*rows))).turns
    assert turns[1:] == [
        Turn("Un · deux", "Amina", 5000, 9000),
        Turn("Trois", "Bruno", 9000, 11_000),
        Turn("Fin", "Amina", 11_000, 12_000),
        Turn("Oui", "Bruno", 12_000),
    ]


def test_a_name_mistyped_once_is_found_and_told() -> None:
    talk = ("h2 Amina", "Un.", "h2 Bruno", "Deux.", "h2 Amnia", "Trois.", "h2 Bruno", "Et.", "h2 Amina", "Fin.")
    assert [voice for voice, _words in said(*talk)] == ["Amina", "Bruno", "Amnia", "Bruno", "Amina"]
    assert mistyped({"Amina": 2, "Amnia": 1, "Bruno": 2, "BRUNO": 1, "Voix 1": 3, "Voix 2": 1}) == {
        "Amnia": "Amina",
        "BRUNO": "Bruno",
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Élodie", "ELODIE", True),
        ("Intervieweuse", "Intervieweuze", True),
        ("Enquêtrice", "Enquetirce", True),
        ("Amina Diallo", "Amina Dialo", True),
        ("Personne A", "Personne B", False),
        ("Voix 1", "Voix 2", False),
        ("Jean", "Jeanne", False),
        ("Léa", "Léo", False),
        ("Mme Dupont", "M. Dupont", False),
        ("Amina", "Amina Diallo", False),
    ],
)
def test_names_that_are_one_voice(one: str, other: str, expected: bool) -> None:
    assert (alike(one, other), alike(other, one)) == (expected, expected)


def test_names_are_corrected_joined_or_refused() -> None:
    talk = ("Amina : Un.", "Amna : Deux.", "Objectif : trois.", "Bruno : Quatre.")
    names = {"Amna": "Amina", "Objectif": "", "Bruno": "Bruno Petit"}
    assert said(*talk, names=names) == [
        ("Amina", "Un."),
        ("Amina", "Deux.\nObjectif : trois."),
        ("Bruno Petit", "Quatre."),
    ]


def read(source: str) -> Transcript:
    return transcript_of(lines_of_text(source))


def test_times_as_people_write_them() -> None:
    assert [(turn.start_ms, turn.end_ms) for turn in read("A (2'30) : x\nB [1h02'30] : y\nC 75:10 : z").turns] == [
        (150_000, 3_750_000),
        (3_750_000, 4_510_000),
        (4_510_000, None),
    ]
    assert read("00:00:05 - Amina\nUn\n\n00:00:09 - Bruno\nDeux\n\n00:00:12 - Amina\nFin\n00:00:14 - Bruno\nEt").turns[
        :2
    ] == [Turn("Un", "Amina", 5000, 9000), Turn("Deux", "Bruno", 9000, 12_000)]
    assert read("Amina: Un. #00:00:05-3#\nBruno: Deux. #00:01:00-0#").turns == [
        Turn("Un.", "Amina", 0, 5300),
        Turn("Deux.", "Bruno", 5300, 60_000),
    ]
    assert read("[00:00:05] Un").turns == [Turn("Un", "", 5000)]
    assert read("[00:01] Un\ndeux\n[00:05 --> 00:09] trois").turns == [
        Turn("Un\ndeux", "", 1000, 5000),
        Turn("trois", "", 5000, 9000),
    ]


def test_times_that_cannot_be_are_told_with_their_lines() -> None:
    found = read("Amina (0:75) : un\nBruno (0:30 - 0:20) : deux\n\nAmina (0:10) : trois")
    assert found.faults == [Fault(1, faults.NO_TIME), Fault(2, faults.BACKWARDS), Fault(4, faults.OUT_OF_ORDER)]
    assert [(turn.start_ms, turn.end_ms) for turn in found.turns] == [(None, None), (30_000, 30_000), (10_000, None)]


PENCILS = Transcript(
    [Turn("On décide\nensemble.", "Amina", 62_000, 65_000), Turn("Oui.", "Bruno", 65_000, None)], title="Chez Amina"
)


def test_what_goes_out_in_word_is_ready_for_pencils() -> None:
    document = word.Document(io.BytesIO(docx.write(PENCILS)))
    title, first, second = document.paragraphs
    assert (title.style.name, title.text) == ("Title", "Chez Amina")
    assert [(run.text, run.style.font.bold) for run in first.runs] == [
        ("[00:01:02] ", None),
        ("Amina: ", True),
        ("On décide\nensemble.", None),
    ]
    assert second.style.paragraph_format.line_spacing == 1.5
    assert second.style.element.xpath("w:pPr/w:numPr/w:numId/@w:val") == ["1"]
    assert document.sections[0].right_margin >= Mm(70)
    assert "PAGE" in document.sections[0].footer._element.xml


def test_a_document_is_read_in_a_process_of_its_own(sandboxed: None) -> None:
    written = odt.write(PENCILS)
    read_back = odt.read(written)
    assert (read_back, read_back.title, odt.write(read_back)) == (PENCILS, "Chez Amina", written)


def test_no_real_document_stops_the_reader_and_essays_are_no_interviews(data: Path) -> None:
    found = {}
    for file in sorted([*data.rglob("*.docx"), *data.rglob("*.odt")]):
        try:
            read = documents.read(str(file), file.suffix[1:])
        except Unreadable:
            continue
        found[file.name] = len(habits.heads_in(list(lines_of_blocks(read))))
        assert all(turn.text for turn in transcript_of(lines_of_blocks(read)).turns)
    assert (len(found) > 15, found["ID1.docx"], found["ID2.odt"]) == (True, 0, 0)


def test_real_slips_in_real_debates_are_found(data: Path) -> None:
    folder = data / "1_transcripts/fredsum"
    slips: dict[str, str] = {}
    for name in ("Macron_Lepen_2--Partie_7_Education", "Macron_Lepen_1--Partie_1_3_Impot_Et_Pouvoir_D_Achat"):
        turns = text.read((folder / "transcript" / f"{name}.txt").read_bytes()).turns
        slips |= mistyped(Counter(turn.speaker for turn in turns))
    summary = (folder / "summary_extractive/2/Mitterrand_Chirac--Partie_1_Intro.txt").read_bytes()
    slips |= mistyped(Counter(turn.speaker for turn in text.read(summary).turns))
    assert slips == {
        "LÉA SALAMÉ": "LEA SALAME",
        "Mme. Saint-Cricq": "Mme Saint Cricq",
        "M. MITTERAND": "M. MITTERRAND",
    }
