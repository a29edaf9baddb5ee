import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from recolte.engine.formats import FORMATS, tei, trs
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word
from tests.engine.transcripts_strategy import transcripts

Said = tuple[int | None, int | None, str, str]

PEOPLE = """<teiHeader><profileDesc><particDesc><listPerson>
<person xml:id="SPK0" n="AM"><persName><forename>Amina</forename> <surname>B.</surname></persName></person>
<person><altGrp><alt type="L2"/></altGrp><persName>Bruno</persName></person>
<person xml:id="SPK2"/></listPerson></particDesc></profileDesc></teiHeader>
"""
TIMES = """<timeline unit="s" origin="#T0"><when xml:id="T0"/><when xml:id="T1" interval="1.5" since="#T0"/>
<when xml:id="T2" interval="1" since="#T1"/><when xml:id="T3" absolute="00:00:04.250"/><when xml:id="T4"/></timeline>
"""


def read(body: str, timeline: str = TIMES) -> Transcript:
    """What is read of `body`, which begins on line 7 under that header and timeline."""
    whole = f'<TEI xmlns="http://www.tei-c.org/ns/1.0">{PEOPLE}<text xml:lang="fr">{timeline}<body>{body}</body></text></TEI>'
    return tei.read(whole.encode())


def said(transcript: Transcript) -> list[Said]:
    return [(turn.start_ms, turn.end_ms, turn.speaker, turn.text) for turn in transcript.turns]


def words(turn: Turn) -> list[tuple[str, int, int]]:
    return [(turn.text[word.start : word.end], word.start_ms, word.end_ms) for word in turn.words]


def text(content: str) -> str:
    [turn] = read(f"<u>{content}</u>").turns
    return turn.text


def test_utterances_have_their_voices_and_times_alone_or_in_a_block() -> None:
    transcript = read(
        '<annotationBlock who="#SPK0" start="#T2" end="#T3"><u><seg>\n Bonjour\n   à tous</seg></u>'
        '<spanGrp type="pos"><span>INT</span></spanGrp></annotationBlock>'
        '<div><u who="L2" start="#T1" end="#T2">Oui</u><u who="#SPK2 #SPK0" start="#T3">Ah</u><u>rire</u></div>'
    )
    assert said(transcript) == [
        (1500, 2500, "Bruno", "Oui"),
        (2500, 4250, "Amina B.", "Bonjour à tous"),
        (4250, None, "SPK2, Amina B.", "Ah"),
        (None, None, "", "rire"),
    ]
    assert (transcript.language, transcript.faults) == ("fr", [])


def test_anchors_part_an_utterance_without_marked_words() -> None:
    transcript = read(
        '<u start="#T0" end="#T3"><seg>un </seg><anchor synch="#T1"/><seg>deux</seg><anchor synch="#T2"/></u>'
    )
    assert said(transcript) == [(0, 1500, "", "un"), (1500, 2500, "", "deux")]


def test_anchors_between_words_are_their_times() -> None:
    [turn] = read(
        '<u start="#T0" end="#T3"><w>l’</w><anchor synch="#T1"/><w>été</w> <w>dernier</w><anchor synch="#T2"/><w>oui</w></u>'
    ).turns
    assert (turn.text, words(turn)) == (
        "l’été dernier oui",
        [("l’", 0, 1500), ("été dernier", 1500, 2500), ("oui", 2500, 4250)],
    )


def test_the_anchors_of_orfeo_name_their_own_time() -> None:
    transcript = read(
        '<u who="#SPK0" start="#t12.31"><w>porte</w>-<w>clefs</w><anchor synch="#t12.8"/>\n<w>là</w><anchor synch="#t13.0"/></u>',
        timeline="",
    )
    assert said(transcript) == [(12310, 13000, "Amina B.", "porte-clefs là")]
    assert words(transcript.turns[0]) == [("porte-clefs", 12310, 12800), ("là", 12800, 13000)]


def test_anchors_at_both_ends_give_the_times_of_an_utterance_and_no_words() -> None:
    [turn] = read('<u><anchor synch="#T1"/><w>un</w><w>deux</w><pc>.</pc><anchor synch="#T2"/></u>').turns
    assert (turn.text, turn.start_ms, turn.end_ms, turn.words) == ("un deux.", 1500, 2500, ())


def test_what_is_no_word_is_noted_or_left_out() -> None:
    assert text("on <vocal><desc>rire</desc></vocal>va<pause/> à <gap/> <note>?</note><unclear>Lyon</unclear>") == (
        "on [rire] va à […] Lyon"
    )
    assert text("<choice><sic>otobus</sic><corr>autobus</corr></choice><lb/>rouge") == "autobus\nrouge"
    assert text('<w join="right">C</w><w>D</w> <w>E</w><!-- rien --><w join="left">F</w>') == "CD EF"


@pytest.mark.parametrize(
    ("body", "expected", "fault"),
    [
        ('\n<u start="#T4" end="#T3">un</u>', (None, None, "", "un"), Fault(8, "no_time")),
        ('\n<u start="#T1" end="#T9">un</u>', (1500, None, "", "un"), Fault(8, "no_time")),
        ('\n<u start="#T3" end="#T1">un</u>', (4250, 4250, "", "un"), Fault(8, "backwards")),
        ('\n<u who="#X">un</u>', (None, None, "X", "un"), Fault(8, "no_speaker")),
        ("\n<u>un\n<seg>deux</u>", (None, None, "", "un deux"), Fault(9, "bad_xml")),
        (
            '<u start="#T0" end="#T3">un\n<anchor synch="#T2"/>deux\n<anchor synch="#T1"/>trois</u>',
            (0, 2500, "", "un"),
            Fault(9, "backwards"),
        ),
    ],
)
def test_what_is_wrong_is_told_by_its_line_and_the_rest_comes_in(body: str, expected: Said, fault: Fault) -> None:
    transcript = read(body)
    assert said(transcript)[0] == expected
    assert transcript.faults == [fault]


def test_a_text_without_utterances_is_refused() -> None:
    for body in ("<p>Il était une fois</p>", "<u> </u>", '<u><anchor synch="#T1"/></u>'):
        with pytest.raises(Unreadable) as error:
            read(body)
        assert error.value.problem == Problem.NO_TEXT


def test_only_tei_of_spoken_language_is_recognised() -> None:
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE TEI SYSTEM "x.dtd" [ <!ELEMENT a (b)> ]>\n<!-- TEI -->\n'
    spoken = prolog + '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><u>un</u></body></text></TEI>'
    assert tei.SIGNATURE.match(spoken)
    assert not tei.SIGNATURE.match(spoken.replace("<u>", "<p>"))
    assert not tei.SIGNATURE.match("<!-- x -->" * 9999)


def test_all_that_a_transcript_has_is_written() -> None:
    turn = Turn("Oui,\nl’été <3", "Chloé", 500, 1500, (Word(0, 3, 500, 700, 0.9), Word(5, 12, 700, 1500)))
    body = re.findall("<body>\n(.*)</body>", tei.write(Transcript([turn, Turn("Non")])), re.DOTALL)
    assert body == [
        '<annotationBlock xml:id="a1" start="#T1" end="#T3" who="#spk1">\n<u><seg xml:space="preserve">'
        '<anchor synch="#T1"/><w cert="0.900">Oui</w><anchor synch="#T2"/>,<lb/>'
        '<anchor synch="#T2"/><w>l’été &lt;</w><anchor synch="#T3"/>3</seg></u>\n</annotationBlock>\n'
        '<annotationBlock xml:id="a2">\n<u><seg xml:space="preserve">Non</seg></u>\n</annotationBlock>\n'
    ]


@given(transcripts(FORMATS["tei"].carries))
@settings(max_examples=60)
def test_what_is_written_is_read_back(transcript: Transcript) -> None:
    assert tei.read(tei.write(transcript).encode()) == transcript


def test_every_real_file_is_read_as_another_reading_of_it_says(data: Path) -> None:
    """The speaker, the beginning and the words of each block, found in the plain text of the file."""
    folder = data / "1_transcripts"
    files = sorted([*folder.glob("*/*.tei_corpo.xml*"), *folder.glob("*/*.trjs")])
    assert [file.name for file in files] == [
        "names.tei_corpo.xml",
        "DOC_FR_2020_CHOIX_5.eaf.tei_corpo.xml.correct",
        "DOC_FR_2020_CHOIX_5.trs.tei_corpo.xml.correct",
        "essai2.trjs",
    ]
    for file in files:
        source = file.read_text()
        unit = 1 if '<timeline unit="ms"' in source else 1000
        points = {"T0": 0}
        for tag in re.findall(r"<when [^>]*>", source):
            found = dict(re.findall(r'([\w:]+)="(.*?)"', tag))
            if found.get("since") == "#T0":
                points[found["xml:id"]] = round(float(found["interval"]) * unit)
        people = {}
        for person in re.findall(r"<person\s.*?</person>", source, re.DOTALL):
            name = re.search(r"<persName>(.+?)</persName>", person)
            people[re.findall(r'<alt type="(.*?)"', person)[0]] = name[1] if name else ""
        expected = []
        for head, block in re.findall(r"<annotationBlock ([^>]*)>(.*?)</annotationBlock>", source, re.DOTALL):
            found = dict(re.findall(r'([\w:]+)="(.*?)"', head))
            start = points.get(found.get("start", "#")[1:])
            for anchor, seg in re.findall(r'<anchor synch="#(\w+)"|<(?:seg|u)>([^<]*)', block, re.DOTALL):
                start = points[anchor] if anchor else start
                if seg.strip():
                    expected.append(
                        (start, people[found["who"]], " ".join(re.sub("&lt;", "<", seg).replace("&gt;", ">").split()))
                    )
        expected.sort(key=lambda turn: turn[0] or 0)
        transcript = tei.read(file.read_bytes())
        assert [(turn.start_ms, turn.speaker, turn.text) for turn in transcript.turns] == expected, file.name
        assert transcript.faults == []


def test_another_program_converts_as_we_read(data: Path) -> None:
    """TEICORPO made TEI of a Transcriber file: both say the same words at the same times, in the same order."""
    folder = data / "1_transcripts/teicorpo_misc"
    source = trs.read((folder / "DOC_FR_2020_CHOIX_5.trs").read_bytes())
    converted = tei.read((folder / "DOC_FR_2020_CHOIX_5.trs.tei_corpo.xml.correct").read_bytes())
    assert len(source.turns) == 44
    assert [(turn.start_ms, turn.speaker, turn.text) for turn in converted.turns] == [
        (turn.start_ms, turn.speaker, turn.text) for turn in source.turns
    ]
