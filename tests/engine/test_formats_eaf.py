import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from recolte.engine.formats import FORMATS, eaf
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word
from tests.engine.transcripts_strategy import transcripts


def read(tiers: str, slots: str = "", types: str = "") -> Transcript:
    """What is read of `tiers`; `slots` are the times of ts1, ts2…, `-` for none. Tiers begin on line 2."""
    times = [f'TIME_VALUE="{slot}"' if slot != "-" else "" for slot in slots.split()]
    order = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{number}" {time}/>' for number, time in enumerate(times, 1))
    return eaf.read(
        f'<ANNOTATION_DOCUMENT FORMAT="2.7"><HEADER/><TIME_ORDER>{order}</TIME_ORDER>\n{tiers}{types}</ANNOTATION_DOCUMENT>'.encode()
    )


def tier(name: str, *annotations: str, **attributes: str) -> str:
    """A tier, a line for it and one for each of its annotations: `1 2 words`, or `^a words` of the annotation `a`."""
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    lines = [f'<TIER TIER_ID="{name}"{written}>']
    for number, annotation in enumerate(annotations):
        value = (
            f"<ANNOTATION_VALUE>{annotation.split(' ', 1 if annotation.startswith('^') else 2)[-1]}</ANNOTATION_VALUE>"
        )
        identifier = f'ANNOTATION_ID="{name}{number}"'
        if annotation.startswith("^"):
            lines.append(
                f'<REF_ANNOTATION {identifier} ANNOTATION_REF="{annotation[1:].split()[0]}">{value}</REF_ANNOTATION>'
            )
        else:
            slots = [f'TIME_SLOT_REF{side}="ts{slot}"' for side, slot in enumerate(annotation.split()[:2], 1)]
            lines.append(f"<ALIGNABLE_ANNOTATION {identifier} {' '.join(slots)}>{value}</ALIGNABLE_ANNOTATION>")
    return "\n".join([*lines, "</TIER>\n"])


def kind(name: str, constraint: str = "", vocabulary: str = "") -> str:
    coded = f' CONTROLLED_VOCABULARY_REF="{vocabulary}"' if vocabulary else ""
    return f'<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="{name}" CONSTRAINTS="{constraint}"{coded}/>'


def said(transcript: Transcript) -> list[tuple[int | None, int | None, str, str]]:
    return [(turn.start_ms, turn.end_ms, turn.speaker, turn.text) for turn in transcript.turns]


def words(turn: Turn) -> list[tuple[str, int, int]]:
    return [(turn.text[word.start : word.end], word.start_ms, word.end_ms) for word in turn.words]


def test_the_participant_of_a_tier_speaks_or_else_its_name_and_voices_are_put_in_order() -> None:
    transcript = read(
        tier("L1", "1 4 Bonjour à   tous", "5 6 Oui", PARTICIPANT="Amina ")
        + tier("Bruno", "2 3 Salut\n ça va ?", PARTICIPANT="")
        + tier("default", "3 4 rire"),
        "0 500 900 1000 1000 2000",
    )
    assert said(transcript) == [
        (0, 1000, "Amina", "Bonjour à tous"),
        (500, 900, "Bruno", "Salut\nça va ?"),
        (900, 1000, "", "rire"),
        (1000, 2000, "Amina", "Oui"),
    ]
    assert transcript.faults == []


def test_a_tier_whose_annotations_are_the_words_of_the_one_above_gives_their_times() -> None:
    turns = read(
        tier("A", "1 4 L’été, oui", "4 5 non")
        + tier("gestes", "1 2 main", PARENT_REF="A", LINGUISTIC_TYPE_REF="in")
        + tier("mots", "1 2 L’", "2 3 été", "3 4 oui", "4 5 non", PARENT_REF="A", LINGUISTIC_TYPE_REF="in"),
        "0 200 600 900 1000",
        kind("in", "Included_In"),
    ).turns
    assert words(turns[0]) == [("L’", 0, 200), ("été", 200, 600), ("oui", 600, 900)]
    assert words(turns[1]) == [("non", 900, 1000)]


def test_words_whose_times_are_not_known_are_spread_evenly_between_those_that_are() -> None:
    turns = read(
        tier("A", "1 5 un deux trois quatre")
        + tier("mots", "1 2 un", "2 3 deux", "3 4 trois", "4 5 quatre", PARENT_REF="A", LINGUISTIC_TYPE_REF="time")
        + tier("B", "6 7 a b")
        + tier("signes", "^B0 a", "^B0 b", PARENT_REF="B", LINGUISTIC_TYPE_REF="symbols"),
        "0 - 500 - 1000 2000 3000",
        kind("time", "Time_Subdivision") + kind("symbols", "Symbolic_Subdivision"),
    ).turns
    assert words(turns[0]) == [("un", 0, 250), ("deux", 250, 500), ("trois", 500, 750), ("quatre", 750, 1000)]
    assert words(turns[1]) == [("a", 2000, 2500), ("b", 2500, 3000)]


def test_a_tier_of_codes_is_no_speech_unless_there_is_nothing_else() -> None:
    codes = tier("regard", "1 2 G", LINGUISTIC_TYPE_REF="codes")
    types = kind("codes", vocabulary="regards")
    transcript = read(codes + tier("A", "1 2 Oui"), "0 100", types)
    assert said(transcript) == [(0, 100, "A", "Oui")]
    assert transcript.faults == [Fault(2, "not_speech")]
    assert said(read(codes, "0 100", types)) == [(0, 100, "regard", "G")]


def test_a_reference_on_top_of_glossed_sentences_is_not_their_text() -> None:
    transcript = read(
        tier("ref", "1 2 KAB_01")
        + tier("tx", "^ref0 awiɣ tamacahut", PARENT_REF="ref", LINGUISTIC_TYPE_REF="one")
        + tier("ft", "^ref0 Je raconte", PARENT_REF="ref", LINGUISTIC_TYPE_REF="one", PARTICIPANT="Amina")
        + tier("mot", "^tx0 awiɣ", "^tx0 tamacahut", PARENT_REF="tx", LINGUISTIC_TYPE_REF="many"),
        "0 1000",
        kind("one", "Symbolic_Association") + kind("many", "Symbolic_Subdivision"),
    )
    assert said(transcript) == [(0, 1000, "Amina", "awiɣ tamacahut")]
    assert words(transcript.turns[0]) == [("awiɣ", 0, 500), ("tamacahut", 500, 1000)]


@pytest.mark.parametrize(
    ("tiers", "slots", "expected", "fault"),
    [
        (tier("A", "1 2 un", "3 3 deux", "4 5 trois"), "0 10 - 20 30", (None, None, "A", "deux"), Fault(4, "no_time")),
        (tier("A", "1 2 un", "3 9 deux", "4 5 trois"), "0 10 15 20 30", (15, None, "A", "deux"), Fault(4, "no_time")),
        (tier("A", "1 2 un", "4 3 deux", "5 6 trois"), "0 10 15 20 25 30", (20, 20, "A", "deux"), Fault(4, "backwards")),
        (tier("A", "1 2 un", "2 3 deux", "3 4 trois", PARENT_REF="X"), "0 1 2 3", (1, 2, "A", "deux"), Fault(2, "no_parent")),
        (tier("A", "1 2 un", "2 3 de<b>ux", "3 4 trois"), "0 1 2 3", None, Fault(4, "bad_xml")),
        (tier("A", "1 2 un", "2 3 deux", "3 4 tr\x01ois"), "0 1 2 3", (1, 2, "A", "deux"), Fault(5, "bad_xml")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_line_and_the_rest_comes_in(
    tiers: str, slots: str, expected: tuple[int | None, int | None, str, str] | None, fault: Fault
) -> None:
    transcript = read(tiers, slots)
    assert transcript.faults == [fault]
    assert [turn.text for turn in transcript.turns][::2] in (["un", "trois"], ["un", "tr\ufffdois"])
    assert expected in (None, said(transcript)[1])


def test_a_file_cut_in_the_middle_is_read_up_to_there() -> None:
    whole = eaf.write(Transcript([Turn(f"tour {number}", "Amina", number, number + 1) for number in range(9)]))
    transcript = eaf.read(whole[: whole.index("tour 6")].encode())
    assert [turn.text for turn in transcript.turns] == [f"tour {number}" for number in range(6)]
    assert [fault.code for fault in transcript.faults] == ["bad_xml"]


def test_a_file_without_annotations_is_refused() -> None:
    for tiers in ("", tier("A"), tier("A", "1 2  ")):
        with pytest.raises(Unreadable) as error:
            read(tiers, "0 1")
        assert error.value.problem == Problem.NO_TEXT


def test_a_voice_that_speaks_twice_at_once_has_two_tiers() -> None:
    turns = [Turn("un", "Amina", 0, 1000), Turn("deux", "Amina", 500, 900, (Word(0, 4, 500, 600),))]
    written = eaf.write(Transcript(turns))
    assert re.findall(r'TIER_ID="(.*?)"', written) == ["Amina", "Amina-2", "words@Amina-2"]
    assert eaf.read(written.encode()).turns == turns


def test_a_transcript_without_times_cannot_be_written_and_one_turn_is_put_between_its_neighbours() -> None:
    with pytest.raises(ValueError):
        eaf.write(Transcript([Turn("Bonjour")]))
    written = eaf.write(Transcript([Turn("a", "", 0, 1000), Turn("b"), Turn("c", "", 3000, 4000)]))
    assert said(eaf.read(written.encode()))[1] == (1000, 3000, "", "b")


@given(transcripts(FORMATS["eaf"].carries))
@settings(max_examples=60)
def test_what_is_written_is_read_back(transcript: Transcript) -> None:
    assert eaf.read(eaf.write(transcript).encode()) == transcript


def test_what_is_written_is_valid(data: Path) -> None:
    schema = etree.XMLSchema(etree.parse(data / "1_transcripts/teicorpo_schemas/EAFv3.0.xsd"))

    @given(transcripts(FORMATS["eaf"].carries))
    @settings(max_examples=30)
    def valid(transcript: Transcript) -> None:
        schema.assertValid(etree.fromstring(eaf.write(transcript).encode()))

    valid()


def test_every_real_file_is_read_as_another_reading_of_it_says(data: Path) -> None:
    """Every annotation of the tiers on top that are not of a fixed vocabulary, counted in the plain text."""
    files = sorted([*data.glob("1_transcripts/**/*.eaf"), *data.glob("**/*.eaf.correct"), *data.glob("4_*/**/*.eaf")])
    assert len(files) == 6
    for file in files:
        source = file.read_text()
        transcript = eaf.read(file.read_bytes())
        slots = dict(re.findall(r'TIME_SLOT_ID="(\w+)" TIME_VALUE="(\d+)"', source))
        coded = set(re.findall(r'CONTROLLED_VOCABULARY_REF=.*?LINGUISTIC_TYPE_ID="(.*?)"', source))
        expected: list[tuple[str, str, str]] = []
        left_out = 0
        for head, body in re.findall(r"<TIER ([^>]*[^/])>(.*?)</TIER>", source, re.DOTALL):
            attributes = dict(re.findall(r'(\w+)="(.*?)"', head))
            if "PARENT_REF" in attributes:
                continue
            if attributes["LINGUISTIC_TYPE_REF"] in coded:
                left_out += 1
                continue
            speaker = attributes.get("PARTICIPANT", attributes["TIER_ID"]).strip()
            found = re.findall(r'REF1="(\w+)" TIME_SLOT_REF2="(\w+)".*?>\s*<ANNOTATION_VALUE>([^<]*[^<\s])', body)
            expected += [(speaker, slots[start], slots[end]) for start, end, _ in found]
        if file.name == "TestElan2.eaf":  # its references have no participant
            expected = [("SP", start, end) for _, start, end in expected]
        read = [(turn.speaker, str(turn.start_ms), str(turn.end_ms)) for turn in transcript.turns]
        assert Counter(read) == Counter(expected), file.name
        assert transcript.faults == sorted(transcript.faults, key=lambda fault: fault.line)
        assert [fault.code for fault in transcript.faults] == ["not_speech"] * left_out
        assert read == sorted(read, key=lambda turn: int(turn[1]))


def test_real_words_and_texts_are_those_of_the_file(data: Path) -> None:
    folder = data / "1_transcripts/teicorpo_misc"
    glossed = eaf.read((folder / "TestElan2.eaf").read_bytes())
    source = (folder / "TestElan2.eaf").read_text()
    [texts] = re.findall(r'TIER_ID="tx@SP">(.*?)</TIER>', source, re.DOTALL)
    values = [re.sub(r" +", " ", value).strip() for value in re.findall(r"<ANNOTATION_VALUE>(.*?)</", texts)]
    assert [turn.text for turn in glossed.turns] == values
    assert [words(turn) for turn in glossed.turns][:2] == [[("BI-435", 585, 1021)], []]
