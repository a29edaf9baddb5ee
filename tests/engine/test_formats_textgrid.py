import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import format_of, textgrid
from recolte.engine.formats.decoding import decode
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

HEAD = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 9\ntiers? <exists>\nsize = 1\nitem []:\n'
)
LONG = (
    HEAD
    + """    item [1]:
        class = "IntervalTier"
        name = "Amina"
        xmin = 0
        xmax = 9
        intervals: size = 3
        intervals [1]:
            xmin = 0
            xmax = 1.5004
            text = "Elle dit ""oui"","
        intervals [2]:
            xmin = 1.5004
            xmax = 2
            text = ""
        intervals [3]:
            xmin = 2
            xmax = 9
            text = "et puis
non."
"""
)
SHORT = """File type = "ooTextFile"
"TextGrid"
0
9
<exists>
1
"IntervalTier"
"Amina"
0
9
3
0
1.5004
"Elle dit ""oui"","
1.5004
2
""
2
9
"et puis
non."
"""
SHORTEST = """"ooTextFile"
"TextGrid"
0 9 ! time domain
<exists> 1 tier
"IntervalTier" "Amina" ! "a tier"
0 9 ! its own
3 intervals coming
0 1.5004 "Elle dit ""oui"","
1.5004 2 "" 2 9 "et puis
non."
"""
SAID = [Turn('Elle dit "oui",', "Amina", 0, 1500), Turn("et puis\nnon.", "Amina", 2000, 9000)]


def read(text: str) -> Transcript:
    return textgrid.read(text.encode())


def grid(*tiers: tuple[str, str, list[tuple[object, ...]]]) -> str:
    """A short TextGrid of (kind, name, spans)."""
    lines: list[object] = ['"ooTextFile"', '"TextGrid"', 0, 9, "<exists>", len(tiers)]
    for kind, name, spans in tiers:
        lines += [f'"{kind}"', f'"{name}"', 0, 9, len(spans)]
        lines += [f'"{part}"' if isinstance(part, str) else part for span in spans for part in span]
    return "\n".join(map(str, lines))


@pytest.mark.parametrize("text", [LONG, LONG.replace(" [", "["), SHORT, SHORTEST, LONG.replace("0004", "0004e-0")])
def test_all_forms_say_the_same(text: str) -> None:
    assert (read(text).turns, read(text).faults, format_of(text)) == (SAID, [], "textgrid")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "cp1252", "mac_roman", "utf-8-sig"])
def test_every_encoding_of_praat_is_read(encoding: str) -> None:
    text = LONG.replace("Elle dit", "Elle a décidé à l'école où ça répète").replace("\n", "\r\n")
    assert textgrid.read(text.encode(encoding)).turns[0].text == 'Elle a décidé à l\'école où ça répète "oui",'


def test_tiers_are_voices_and_keep_their_overlaps() -> None:
    tiers = [("IntervalTier", "Amina", [(0, 2, "Un")]), ("IntervalTier", "Bruno", [(1, 3, "deux")])]
    assert read(grid(*tiers)).turns == [Turn("Un", "Amina", 0, 2000), Turn("deux", "Bruno", 1000, 3000)]


def test_points_are_turns_without_duration() -> None:
    assert read(grid(("TextTier", "rires", [(1.5, "ah"), (2, "")]))).turns == [Turn("ah", "rires", 1500, 1500)]


@pytest.mark.parametrize("name", ["Amina - words", "words", "Mots"])
def test_a_tier_of_words_gives_its_times_to_the_turns(name: str) -> None:
    tiers = [
        ("IntervalTier", name, [(0, 1, "c'"), (1, 2, "est"), (2, 3, ""), (4, 5, "oui")]),
        ("IntervalTier", "Amina", [(0, 3, "C'est."), (4, 5, "Oui !")]),
    ]
    turns = read(grid(*tiers)).turns
    words = [[(turn.text[word.start : word.end], word.start_ms, word.end_ms) for word in turn.words] for turn in turns]
    assert [(turn.text, turn.speaker) for turn in turns] == [("C'est.", "Amina"), ("Oui !", "Amina")]
    assert words == [[("C'", 0, 1000), ("est", 1000, 2000)], [("Oui", 4000, 5000)]]


def test_words_without_turns_above_become_turns_between_pauses() -> None:
    tiers = [
        ("IntervalTier", "Amina - words", [(0, 1, "on"), (1, 2, "va"), (2, 2.6, ""), (2.6, 3, "oui")]),
        ("IntervalTier", "Amina - phones", [(0, 1, "O~")]),
    ]
    transcript = read(grid(*tiers))
    assert transcript.turns == [
        Turn("on va", "Amina", 0, 2000, (Word(0, 2, 0, 1000), Word(3, 5, 1000, 2000))),
        Turn("oui", "Amina", 2600, 3000, (Word(0, 3, 2600, 3000),)),
    ]
    assert [fault.code for fault in transcript.faults] == ["sounds_left_out"]


def test_the_silences_of_an_aligner_are_no_words() -> None:
    assert [turn.text for turn in read(grid(("IntervalTier", "A", [(0, 1, "_"), (1, 2, "on")]))).turns] == ["on"]
    kept = grid(("IntervalTier", "A", [(0, 1, "_"), (1, 2, "on"), (2, 3, "")]))
    assert [turn.text for turn in read(kept).turns] == ["_", "on"]


@pytest.mark.parametrize(
    ("broken", "texts", "faults"),
    [
        (LONG.replace('""oui"",', "oui,").replace('oui,"', "oui,"), ["Elle dit oui,", "et puis\nnon."], [(18, "open_quote")]),
        (LONG.replace('""oui""', '"oui"'), ['Elle dit "oui",', "et puis\nnon."], [(18, "bare_quote")]),
        (LONG[: LONG.index("        intervals [3]")], ['Elle dit "oui",'], [(22, "cut_short")]),
        (LONG[:-7], ['Elle dit "oui",', "et puis"], [(26, "open_quote")]),
        (LONG.replace("xmax = 1.5004", "xmax = hier"), ["et puis\nnon."], [(16, "bad_interval"), (26, "cut_short")]),
        (LONG.replace("xmax = 9\n            text", "xmax = 1\n            text"), ['Elle dit "oui",', "et puis\nnon."], [(24, "backwards")]),
    ],
)  # fmt: skip
def test_faults_are_named_by_line_and_the_rest_comes_in(
    broken: str, texts: list[str], faults: list[tuple[int, str]]
) -> None:
    transcript = read(broken)
    assert [turn.text for turn in transcript.turns] == texts
    assert transcript.faults == [Fault(*fault) for fault in faults]


def test_a_grid_without_words_is_refused() -> None:
    for text in ("", HEAD, grid(("IntervalTier", "A", [(0, 1, " ")]))):
        with pytest.raises(Unreadable) as error:
            read(text)
        assert error.value.problem == Problem.NO_TEXT


def test_what_is_written_is_what_praat_writes() -> None:
    assert textgrid.write(Transcript([Turn('a "b"', "Amina", 500, 2000), Turn("c", "Amina", 1000, 1000)])) == (
        HEAD.replace("xmax = 9", "xmax = 2.001").replace("size = 1", "size = 2")
        + """    item [1]:
        class = "IntervalTier"
        name = "Amina"
        xmin = 0
        xmax = 2.001
        intervals: size = 3
        intervals [1]:
            xmin = 0.000
            xmax = 0.500
            text = ""
        intervals [2]:
            xmin = 0.500
            xmax = 2.000
            text = "a ""b\"""
        intervals [3]:
            xmin = 2.000
            xmax = 2.001
            text = ""
    item [2]:
        class = "TextTier"
        name = "Amina"
        xmin = 0
        xmax = 2.001
        points: size = 1
        points [1]:
            number = 1.000
            mark = "c"
"""
    )
    with pytest.raises(ValueError):
        textgrid.write(Transcript([Turn("sans heure")]))


@given(
    st.text()
    | st.lists(st.sampled_from([HEAD, '"IntervalTier"', '"A"', ' "', "\n", " 1 ", "<exists>", "é"])).map("".join)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert all(turn.text for turn in read(text).turns)
    except Unreadable as error:
        assert error.problem == Problem.NO_TEXT


INTERVAL = re.compile(r'xmin = (\S+)\s+xmax = (\S+)\s+text = "((?:[^"]|"")*)"')
REAL = {  # file: the tiers that are read, and how many words have times
    "1_transcripts/teicorpo_misc/Marion2_ANON_131015.TextGrid": (
        ["Marion", "Alexis", "Christian", "Laetitia", "Locuteur3", "Commentaires", "Silence"],
        0,
    ),
    "1_transcripts/teicorpo_misc/FOR_LEC.TextGrid": (["ortho"], 225),
    "2_audio_fr/ina/musanmix-smn-gender.TextGrid": (["inaSpeechSegmenter"], 0),
    "4_agreement/pygamma/MaureenMarvinRobin.TextGrid": (["Maureen", "Marvin", "Robin"], 0),
}


@pytest.mark.parametrize("file", REAL)
def test_real_grids_are_read_whole(data: Path, file: str) -> None:
    text = decode((data / file).read_bytes())
    tiers, words = REAL[file]
    expected = []
    for tier in re.split(r"item ?\[\d+\]:", text)[1:]:
        name = re.search(r'name = "(.*?)"', tier)
        assert name
        for start, end, said in INTERVAL.findall(tier):
            if name[1] in tiers and said.strip() and (said != "_" or name[1] != "ortho"):
                said = said.replace('""', '"').strip()
                expected.append((name[1], said, round(float(start) * 1000), round(float(end) * 1000)))
    transcript = textgrid.read(text.encode())
    found = [(turn.speaker, turn.text, turn.start_ms, turn.end_ms) for turn in transcript.turns]
    assert sorted(found) == sorted(expected)
    assert [turn.start_ms for turn in transcript.turns] == sorted(turn[2] for turn in expected)
    assert sum(len(turn.words) for turn in transcript.turns) == words
    assert {fault.code for fault in transcript.faults} == ({"sounds_left_out"} if "FOR_LEC" in file else set())


def test_the_words_of_a_real_aligner_are_those_of_its_tier(data: Path) -> None:
    text = decode((data / "1_transcripts/teicorpo_misc/FOR_LEC.TextGrid").read_bytes())
    tier = next(tier for tier in re.split(r"item \[\d+\]:", text) if 'name = "words"' in tier)
    expected = [
        (said.casefold(), round(float(start) * 1000)) for start, _, said in INTERVAL.findall(tier) if said != "_"
    ]
    turns = textgrid.read(text.encode()).turns
    found = [(turn.text[word.start : word.end].casefold(), word.start_ms) for turn in turns for word in turn.words]
    assert [word for word in found if word not in expected] == []
    assert len(found) / len(expected) > 0.95
