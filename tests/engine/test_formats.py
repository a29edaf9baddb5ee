import json
from collections import Counter

import pytest

from recolte.engine.formats import FORMATS, format_of
from recolte.engine.formats.cues import into_turns
from recolte.engine.formats.decoding import decode, encoding_of
from recolte.engine.turns import Transcript, Turn, Word

FRENCH = "Où est passée la noël ? « Ici », répondit-elle… à l’école, garçon, 30 €.\n"


WRITTEN = [key for key, format in FORMATS.items() if format.write]


def test_every_format_is_read_and_all_but_the_tables_of_a_corpus_are_written() -> None:
    assert [key for key, format in FORMATS.items() if not format.read] == []
    assert [key for key in FORMATS if key not in WRITTEN] == ["orfeo"]


def test_only_json_is_the_extension_of_two_formats_which_their_content_tells_apart() -> None:
    extensions = Counter(format.extension for format in FORMATS.values())
    assert [extension for extension, count in extensions.items() if count > 1] == ["json"]
    shared = [format for format in FORMATS.values() if format.extension == "json"]
    assert [format.signature is not None for format in shared] == [True, True]


@pytest.mark.parametrize("key", WRITTEN)
def test_what_a_format_writes_is_recognised_as_its_own(key: str) -> None:
    turns = [Turn("Oui, et toi ?", ("Amina", "Bruno")[n % 2], n * 1000, n * 1000 + 900) for n in range(4)]
    written = FORMATS[key].write(Transcript(turns, "fr"))  # type: ignore[misc]
    assert (format_of(written) if isinstance(written, str) else key) == key


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_is_the_same_in_every_encoding(encoding: str) -> None:
    assert decode((FRENCH * 3).encode(encoding)) == FRENCH * 3


def test_text_of_old_macs_is_told_from_that_of_old_windows() -> None:
    text = "L'été dernier, nous avons décidé d'ouvrir une épicerie à côté de la mairie, grâce à l'aide de voisins.\r"
    assert encoding_of(text.encode("mac_roman")) == "mac_roman"
    assert decode(text.encode("mac_roman")) == text.replace("\r", "\n")


def test_text_is_composed_with_unix_line_ends_and_no_nul() -> None:
    assert decode("e\u0301te\u0301\r\nfin\rici\0".encode()) == "été\nfin\nici\ufffd"


def test_a_character_cut_in_two_at_the_end_does_not_change_the_encoding() -> None:
    assert decode(("é" * 50).encode()[:-1]) == "é" * 49 + "\ufffd"


def test_no_bytes_at_all_fail() -> None:
    assert isinstance(decode(bytes(range(256)) * 40), str)
    assert decode(b"") == ""


def test_cues_become_turns_while_a_sentence_goes_on() -> None:
    cues = [
        Turn("On a décidé", "Amina", 0, 1000, (Word(0, 2, 0, 200),)),
        Turn("ensemble.", "", 1200, 2000, (Word(0, 8, 1200, 2000),)),
        Turn("Et après ?", "Amina", 2000, 3000),
        Turn("Après", "Bruno", 3000, 4000),
        Turn("longtemps après", "Bruno", 5000, 6000),
        Turn("et", "Amina", 6100, 6200),
    ]
    turns = into_turns(cues)
    assert [(turn.speaker, turn.text, turn.start_ms, turn.end_ms) for turn in turns] == [
        ("Amina", "On a décidé ensemble.", 0, 2000),
        ("Amina", "Et après ?", 2000, 3000),
        ("Bruno", "Après", 3000, 4000),
        ("Bruno", "longtemps après", 5000, 6000),
        ("Amina", "et", 6100, 6200),
    ]
    assert [turns[0].text[word.start : word.end] for word in turns[0].words] == ["On", "ensemble"]


def test_a_voice_without_punctuation_is_parted_and_keeps_its_name() -> None:
    turns = into_turns(
        [Turn("bla " * 10, "Amina" if n == 0 else "", n * 100, n * 100 + 100) for n in range(20)], max_chars=100
    )
    assert {turn.speaker for turn in turns} == {"Amina"}
    assert max(len(turn.text) for turn in turns) <= 100


def test_json_is_like_that_of_whisper() -> None:
    words = (Word(0, 3, 500, 700, 0.98765), Word(4, 9, 700, 1500))
    transcript = Transcript([Turn("Oui merci", "Chloé", 500, 1500, words), Turn("Non")], language="fr")
    assert json.loads(FORMATS["json"].write(transcript)) == {  # type: ignore[misc]
        "text": "Oui merci Non",
        "language": "fr",
        "segments": [
            {
                "id": 0,
                "start": 0.5,
                "end": 1.5,
                "text": "Oui merci",
                "speaker": "Chloé",
                "words": [
                    {"word": "Oui", "start": 0.5, "end": 0.7, "probability": 0.988},
                    {"word": "merci", "start": 0.7, "end": 1.5, "probability": 1.0},
                ],
            },
            {"id": 1, "start": None, "end": None, "text": "Non"},
        ],
    }
