import html
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from recolte.engine.formats import FORMATS, trs
from recolte.engine.formats.decoding import normalise
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn
from tests.engine.transcripts_strategy import transcripts

Said = tuple[int | None, int | None, str, str]


def read(turns: str) -> Transcript:
    """What is read of `turns`, which begin on line 2, where Amina is `a` and Bruno `b`."""
    speakers = '<Speakers><Speaker id="a" name="Amina"/><Speaker id="b" name=" Bruno "/></Speakers>'
    return trs.read(f'<Trans xml:lang="fr">{speakers}<Episode><Section>\n{turns}</Section></Episode></Trans>'.encode())


def turn(content: str, speaker: str = "a", start: str = "0", end: str = "10") -> str:
    return f'<Turn speaker="{speaker}" startTime="{start}" endTime="{end}">\n{content}</Turn>\n'


def said(transcript: Transcript) -> list[Said]:
    return [(turn.start_ms, turn.end_ms, turn.speaker, turn.text) for turn in transcript.turns]


def test_a_turn_is_cut_where_it_is_synchronised() -> None:
    transcript = read(turn('<Sync time="0"/>\n Bonjour\n à   tous\n<Sync time="4.0005"/>\n<Sync time="6,5"/>\n oui\n'))
    assert said(transcript) == [(0, 4000, "Amina", "Bonjour à tous"), (6500, 10000, "Amina", "oui")]
    assert (transcript.language, transcript.faults) == ("fr", [])


def test_where_several_speak_at_once_each_says_its_words() -> None:
    both = '<Sync time="0"/>\n<Who nb="1"/>\n oui\n<Who nb="2"/>\n non\n<Sync time="5"/>\n<Who nb="2"/>\n si\n'
    assert said(read(turn(both, "a b"))) == [
        (0, 5000, "Amina", "oui"),
        (0, 5000, "Bruno", "non"),
        (5000, 10000, "Bruno", "si"),
    ]


def test_a_voice_without_new_words_goes_on() -> None:
    content = (
        '<Sync time="0"/><Who nb="1"/>je parle<Sync time="4"/><Who nb="1"/><Who nb="2"/>hm<Sync time="5"/><Who nb="1"/>'
    )
    assert said(read(turn(content, "a b"))) == [(0, 10000, "Amina", "je parle"), (4000, 5000, "Bruno", "hm")]


def test_noises_and_comments_are_noted_what_is_said_about_words_is_not() -> None:
    content = (
        '<Sync time="0"/>on<Event desc="rire"/>va<Event desc="b" extent="begin"/>à<Event desc="b" extent="end"/>'
        '\n<Event type="pronounce" desc="pi"/><Background time="0" type="music"/>Lyon<Comment desc="bas"/>'
    )
    assert said(read(turn(content)))[0][3] == "on [rire] va [b] à Lyon [bas]"


def test_a_file_in_latin_1_is_read_as_it_declares() -> None:
    source = trs.write(Transcript([Turn("Noël à Évry", "Zoé", 0, 1000)])).replace("UTF-8", "ISO-8859-1")
    assert said(trs.read(source.encode("latin-1"))) == [(0, 1000, "Zoé", "Noël à Évry")]
    windows = trs.read(source.replace("Noël", "Cœur").encode("cp1252"))
    assert (windows.turns[0].text, windows.faults) == ("Cœur à Évry", [])
    wrong = trs.read(source.replace("ISO-8859-1", "UTF-8").encode("latin-1"))
    assert said(wrong) == [(0, 1000, "Zoé", "Noël à Évry")]
    assert wrong.faults == [Fault(1, "bad_encoding")]


@pytest.mark.parametrize(
    ("turns", "expected", "fault"),
    [
        (turn('<Sync time="0"/>un\n<Sync time="?"/>deux'), (0, 10000, "Amina", "un deux"), Fault(4, "no_time")),
        (turn("un", start=""), (None, None, "Amina", "un"), Fault(2, "no_time")),
        (turn("un", end="fin"), (0, None, "Amina", "un"), Fault(2, "no_time")),
        (turn("un", start="12"), (12000, 12000, "Amina", "un"), Fault(2, "backwards")),
        (turn('<Sync time="5"/>\nun\n<Sync time="4"/>'), (5000, 5000, "Amina", "un"), Fault(5, "backwards")),
        (turn("un", speaker="c"), (0, 10000, "c", "un"), Fault(2, "no_speaker")),
        (turn('<Sync time="0"/>\n<Who nb="3"/>un', "a b"), (0, 10000, "", "un"), Fault(4, "no_speaker")),
        (turn("un\n<b>deux\n"), (0, 10000, "Amina", "un"), Fault(5, "bad_xml")),
        (turn("un & deux"), (0, 10000, "Amina", "un deux"), Fault(3, "bad_xml")),
    ],
)
def test_what_is_wrong_is_told_by_its_line_and_the_rest_comes_in(turns: str, expected: Said, fault: Fault) -> None:
    transcript = read(turns)
    assert said(transcript)[0] == expected
    assert transcript.faults == [fault]


def test_a_file_without_words_is_refused() -> None:
    for turns in ("", turn('<Sync time="0"/>')):
        with pytest.raises(Unreadable) as error:
            read(turns)
        assert error.value.problem == Problem.NO_TEXT


def test_turns_that_overlap_are_one_element_and_silences_are_turns_of_nobody() -> None:
    turns = [Turn("un", "Amina", 1000, 5000), Turn("deux", "Bruno", 3000, 4000), Turn("trois", "Amina", 5000, 6000)]
    written = trs.write(Transcript(turns))
    assert re.findall(r"<Turn (.*)>", written) == [
        'startTime="0.000" endTime="1.000"',
        'speaker="spk1 spk2" startTime="1.000" endTime="5.000"',
        'speaker="spk1" startTime="5.000" endTime="6.000"',
    ]
    with pytest.raises(ValueError):
        trs.write(Transcript([Turn("Bonjour")]))


@given(transcripts(FORMATS["trs"].carries))
@settings(max_examples=60)
def test_what_is_written_is_read_back(transcript: Transcript) -> None:
    assert trs.read(trs.write(transcript).encode()) == transcript


def test_what_is_written_is_valid(data: Path) -> None:
    dtd = etree.DTD(str(data / "1_transcripts/teicorpo_schemas/trans-14.dtd"))

    @given(transcripts(FORMATS["trs"].carries))
    @settings(max_examples=30)
    def valid(transcript: Transcript) -> None:
        root = etree.fromstring(trs.write(transcript).encode())
        assert dtd.validate(root), dtd.error_log

    valid()


def test_every_real_file_is_read_as_another_reading_of_it_says(data: Path) -> None:
    """The words between two synchronisations and who says them, found in the plain text of the file."""
    files = sorted([*data.glob("1_transcripts/**/*.trs"), *data.glob("1_transcripts/**/*.trs.correct")])
    assert len(files) == 7
    faults = {}
    for file in files:
        source = file.read_bytes().decode("latin-1" if b"ISO-8859-1" in file.read_bytes()[:60] else "utf-8")
        transcript = trs.read(file.read_bytes())
        names = {code: name for code, name in re.findall(r'<Speaker id="(.*?)" name="(.*?)"', source)}
        expected: Counter[tuple[str, str]] = Counter()
        starts = set()
        for head, body in re.findall(r"<Turn ([^>]*)>(.*?)</Turn>", source, re.DOTALL):
            codes = re.findall(r'speaker="(.*?)"', head)
            voices = [names[code] for code in codes[0].split()] if codes else [""]
            pieces = re.split(r'<Sync time="(.*?)"/>', body)
            number = "1"
            for time, piece in zip(pieces[1::2], pieces[2::2], strict=True):
                parts = [number, *re.split(r'<Who nb="(\d)"/>', piece)]
                for number, part in zip(parts[::2], parts[1::2], strict=True):
                    if text := " ".join(normalise(html.unescape(re.sub(r"<[^>]*>", " ", part))).split()):
                        expected[voices[int(number) - 1], text] += 1
                        starts.add(round(float(time) * 1000))
        spoken = Counter((turn.speaker, re.sub(r"\[(i|rire)\] ", "", turn.text)) for turn in transcript.turns)
        assert spoken == expected, file.name
        if transcript.faults:
            faults[file.name] = transcript.faults
        else:
            assert {turn.start_ms for turn in transcript.turns} == starts, file.name
    assert faults == {"test02.trs": [Fault(122, "backwards"), Fault(216, "backwards")]}


def test_the_demonstration_of_transcriber_is_read_to_the_word(data: Path) -> None:
    transcript = trs.read((data / "1_transcripts/transcriber_demo/frint980428.trs").read_bytes())
    assert said(transcript)[:5] == [
        (0, 387, "Simon Tivolle", "ouais ."),
        (0, 387, "Patricia Martin", "sûr ?"),
        (387, 3008, "Simon Tivolle", "ah bon ? [rire] non . blague , blague de Patricia ."),
        (3008, 4736, "Simon Tivolle", "[i] France-Inter , [rire] il est 7 heures ."),
        (9609, 10790, "Patricia Martin", "le journal , Simon Tivolle :"),
    ]
    assert (len(transcript.turns), transcript.language) == (10, "fr")
