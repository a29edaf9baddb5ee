import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recolte.engine.formats import FORMATS, format_of
from recolte.engine.formats.languages import language
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn

XML = ("eaf", "trs", "tei")
TURNS = [Turn("Noël à Évry", "Zoé", 0, 1000), Turn("oui", "Amina", 1000, 2000)]


def written(format: str) -> str:
    write = FORMATS[format].write
    assert write
    return write(Transcript(TURNS))


def read(format: str, data: bytes) -> Transcript:
    reader = FORMATS[format].read
    assert reader
    return reader(data)


@pytest.mark.parametrize("format", XML)
def test_what_is_written_is_recognised(format: str) -> None:
    assert format_of(written(format)) == format


@pytest.mark.parametrize("format", XML)
def test_every_encoding_is_read_and_a_wrong_declaration_is_told(format: str) -> None:
    source = written(format)
    for encoding, declared in (
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "windows-1252"),
    ):
        transcript = read(format, source.replace("UTF-8", declared, 1).encode(encoding))
        assert (transcript.turns, transcript.faults) == (TURNS, []), encoding
    wrong = read(format, source.encode("cp1252"))
    assert (wrong.turns, wrong.faults) == (TURNS, [Fault(1, "bad_encoding")])


@pytest.mark.parametrize("format", XML)
def test_a_declared_entity_is_refused_whatever_it_does(format: str) -> None:
    head, _, rest = written(format).replace('<!DOCTYPE Trans SYSTEM "trans-14.dtd">', "").partition("\n")
    root = rest.strip()[1:].split()[0]
    for entity in ('a "ha"', 'a SYSTEM "file:///etc/passwd"', '% a SYSTEM "http://127.0.0.1/x.dtd"'):
        bomb = f"{head}\n<!DOCTYPE {root} [<!ENTITY {entity}>]>\n{rest.replace('oui', '&a;')}"
        assert format_of(bomb) == format
        with pytest.raises(Unreadable) as error:
            read(format, bomb.encode())
        assert error.value.problem == Problem.DAMAGED


@pytest.mark.parametrize("format", XML)
def test_hostile_files_are_refused(data: Path, format: str) -> None:
    files = sorted((data / "7_hostile/xml").iterdir())
    assert len(files) == 16
    for file in files:
        with pytest.raises(Unreadable):
            read(format, file.read_bytes())


@pytest.mark.parametrize("format", XML)
def test_signs_that_xml_cannot_hold_are_replaced(format: str) -> None:
    write = FORMATS[format].write
    assert write
    source = write(Transcript([Turn("a\x08b\ufffec", "A\x00", 0, 1)]))
    assert read(format, source.encode()).turns == [Turn("a\ufffdb\ufffdc", "A\ufffd", 0, 1)]


@pytest.mark.parametrize("format", XML)
@given(data=st.data())
@settings(max_examples=40)
def test_no_file_breaks_a_reader(format: str, data: st.DataObject) -> None:
    """Its lines in any order, some of them cut or without their values."""
    lines = re.findall(r"[^<>]+|<[^>]*>?", written(format))
    drawn = data.draw(st.lists(st.sampled_from([*lines, "<", "&", '="">', "x"]) | st.just(None), max_size=30))
    cut = data.draw(st.integers(0, len(lines)))
    source = "".join(part for part in [*lines[:cut], *drawn, *lines[cut:]] if part)
    source = re.sub(r'"(?:ts|spk|#?T)?\d[\d.]*"', '"?"', source) if None in drawn else source
    try:
        assert all(turn.text for turn in read(format, source.encode()).turns)
    except Unreadable as error:
        assert error.problem in (Problem.NO_TEXT, Problem.DAMAGED)


def test_languages_have_one_code() -> None:
    codes = ["fra", "FR", " fr ", "fre", "fr_FR", "kab", "und", "", "français", "x" * 40, None]
    assert [language(code) for code in codes] == ["fr", "fr", "fr", "fr", "fr-FR", "kab", "", "", "", "", ""]
