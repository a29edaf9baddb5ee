import json
import re
from pathlib import Path

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import vtt
from recolte.engine.formats.cues import flow
from recolte.engine.formats.decoding import normalise
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word


def read(text: str) -> Transcript:
    return vtt.read(text.encode())


def spoken(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(f"WEBVTT\n\n00:01.000 --> 00:05.000\n{text}\n").turns]


def test_a_voice_is_a_speaker() -> None:
    assert spoken("<v Boon's Dad> He's a thinker\nand he likes to explore.") == [
        ("Boon's Dad", "He's a thinker and he likes to explore.")
    ]
    assert spoken("<v.loud.first Mary &amp; Jo>Hé</v>") == [("Mary & Jo", "Hé")]


def test_voices_of_one_cue_are_turns() -> None:
    assert spoken("<v Amina>Bonjour</v> <v Bruno>Salut</v> à tous") == [
        ("Amina", "Bonjour"),
        ("Bruno", "Salut"),
        ("", "à tous"),
    ]


def test_tags_go_entities_are_read_and_bare_signs_stay() -> None:
    assert spoken("<c.jaune><i>Trois</i></c> &lt;&#32;4 &amp;amp; 3 < 4 > 2 AT&T") == [
        ("", "Trois < 4 &amp; 3 < 4 > 2 AT&T")
    ]
    assert spoken("<00:02.000>") == []
    assert spoken("<1:2.3.4><99999999:1>") == [("", "<1:2.3.4><99999999:1>")]


def test_dialogue_dashes_keep_their_lines() -> None:
    assert spoken("- Tu viens ?\n- Oui,\nj'arrive.") == [("", "- Tu viens ?\n- Oui, j'arrive.")]


def test_times_inside_a_cue_are_those_of_words() -> None:
    [turn] = read(
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Amina>On <00:02.000><c>décide</c> <00:00:03.500>ensemble</v>"
    ).turns
    assert [(turn.text[word.start : word.end], word.start_ms, word.end_ms) for word in turn.words] == [
        ("On", 1000, 2000),
        ("décide", 2000, 3500),
        ("ensemble", 3500, 5000),
    ]


def test_a_cue_without_inner_times_has_no_words() -> None:
    assert read("WEBVTT\n\n00:01.000 --> 00:05.000\nOn décide").turns[0].words == ()


def test_words_are_written_as_stamps_that_come_back() -> None:
    words = (Word(0, 2, 1000, 1500), Word(3, 9, 2000, 3000), Word(10, 18, 3000, 5000))
    turn = Turn("On décide ensemble", "Amina", 1000, 5000, words)
    written = vtt.write(Transcript([turn]))
    assert written.split("\n")[3] == ("<v Amina>On<00:00:01.500> <00:00:02.000>décide <00:00:03.000>ensemble")
    assert read(written).turns == [turn]
    assert webvtt.from_string(written, strict=True)[0].text == "On décide ensemble"


def test_words_of_which_only_some_have_times_are_said_to_be_words() -> None:
    turn = Turn("R&D, on y va <là>", "", 1000, 5000, (Word(0, 3, 1000, 1500), Word(10, 12, 2000, 2000)))
    written = vtt.write(Transcript([turn]))
    assert written.split("\n")[3] == (
        "<c.word>R&amp;D</c><00:00:01.500>, on y <00:00:02.000><c.word>va</c><00:00:02.000> &lt;là&gt;"
    )
    assert read(written).turns == [turn]
    whole = Turn("Oui", "", 1000, 5000, (Word(0, 3, 1000, 5000),))
    assert read(vtt.write(Transcript([whole]))).turns == [whole]


def test_a_dash_under_a_stamp_keeps_its_line() -> None:
    words = (Word(0, 1, 1000, 1000), Word(2, 5, 1000, 2000), Word(6, 7, 2000, 2000), Word(8, 11, 2000, 3000))
    turn = Turn("- Oui\n- Non", "", 1000, 3000, words)
    assert read(vtt.write(Transcript([turn]))).turns == [turn]


def test_notes_styles_and_regions_are_no_speech() -> None:
    text = (
        "WEBVTT - titre\nLanguage: fr\n\nNOTE rien\nencore rien\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
        "NOTE\nun --> deux\n\nid\n100:00:00.000 --> 100:00:01.000 align:start\nNOTE du jour\n"
    )
    transcript = read(text)
    assert transcript.turns == [Turn("NOTE du jour", "", 360_000_000, 360_001_000)]
    assert (transcript.language, transcript.faults) == ("fr", [])


def test_faults_are_named_by_line_and_the_rest_comes_in() -> None:
    transcript = read(
        "00:00:01.000 --> 00:00:02.000\nun\n\nhier --> demain\nperdu\n\n0:03,5 --> 00:04.000\ndeux\n\n00:09.000 --> 00:05.000\ntrois"
    )
    assert [turn.text for turn in transcript.turns] == ["un", "deux", "trois"]
    assert [(turn.start_ms, turn.end_ms) for turn in transcript.turns] == [(1000, 2000), (3500, 4000), (9000, 9000)]
    assert transcript.faults == [
        Fault(1, "no_header"),
        Fault(4, "bad_time"),
        Fault(7, "odd_time"),
        Fault(10, "backwards"),
    ]


@pytest.mark.parametrize("text", ["", "WEBVTT", "WEBVTT\n\nbonjour", "du texte\n", "WEBVTT 00:00.000 --> 00:01.000\nx"])
def test_a_file_without_cues_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(text)
    assert error.value.problem == Problem.NO_CUES


def test_a_transcript_without_times_cannot_be_subtitles() -> None:
    with pytest.raises(ValueError):
        vtt.write(Transcript([Turn("Bonjour")]))


def test_a_turn_without_times_is_put_between_its_neighbours() -> None:
    written = vtt.write(Transcript([Turn("a", "", 0, 1000), Turn("b"), Turn("c", "", 3000, 4000)]))
    assert [(turn.start_ms, turn.end_ms) for turn in read(written).turns] == [(0, 1000), (1000, 3000), (3000, 4000)]


lines = st.text(st.characters(exclude_categories=["Cs", "Cc"])) | st.sampled_from(
    ["-->", "- Oui", "<v x>", "&amp;", "NOTE"]
)
turns = st.builds(
    lambda text, speaker, start, length: Turn("\n".join(text), speaker, start, start + length),
    st.lists(lines, max_size=4),
    lines | st.just("Amina\n- B"),
    st.integers(0, 400_000_000),
    st.integers(0, 60_000),
)


def tidy(turn: Turn) -> Turn:
    text = normalise(flow(turn.text.split("\n")))
    return Turn(text, normalise(flow([turn.speaker])), turn.start_ms, turn.end_ms)


@given(st.lists(turns, min_size=1, max_size=5))
def test_what_is_written_is_read_back(said: list[Turn]) -> None:
    said = [Turn(normalise(turn.text), normalise(turn.speaker), turn.start_ms, turn.end_ms) for turn in said]
    expected = [tidy(turn) for turn in said if flow(turn.text.split("\n"))]
    if not expected:
        return
    written = vtt.write(Transcript(said, language="fr"))
    again = vtt.read(written.encode())
    assert (again.turns, again.faults, again.language) == (expected, [], "fr")
    assert len(webvtt.from_string(written, strict=True)) == len(expected)


@given(
    st.text()
    | st.lists(st.sampled_from(["WEBVTT", "\n", "00:01.000", " --> ", "<v A>", "<", "&#x0;", "NOTE", "é"])).map("".join)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert all(turn.text for turn in read(text).turns)
    except Unreadable as error:
        assert error.problem == Problem.NO_CUES


def test_real_subtitles_are_read_without_fault(data: Path) -> None:
    files = sorted((data / "1_transcripts/subtitles").glob("*.vtt"))
    faults = {}
    for file in files:
        transcript = vtt.read(file.read_bytes())
        assert len(transcript.turns) >= sum(bool(caption.text.strip()) for caption in webvtt.read(str(file)))
        faults.update({file.name: transcript.faults} if transcript.faults else {})
    assert len(files) == 53
    assert faults == {"paulallen_meta.vtt": [Fault(15, "bad_time")]}


def test_real_voices_are_speakers(data: Path) -> None:
    folder = data / "1_transcripts/subtitles"
    assert [
        (turn.speaker, turn.text, turn.start_ms, turn.end_ms)
        for turn in vtt.read((folder / "example.vtt").read_bytes()).turns[:3]
    ] == [
        ("Sarah", "In today's episode, you'll learn whether or not you", 0, 2760),
        ("Sarah", "should have a podcast trailer. And if so, what should you", 2760, 6090),
        ("Sarah", "include in one? Welcome to Podcasting Q&A, where you learn", 6090, 11610),
    ]
    korean = vtt.read((folder / "blocks4all_captions_ko.vtt").read_bytes())
    assert "'분'의 어머니" in {turn.speaker for turn in korean.turns}


def test_conformance_files_give_the_cues_of_the_standard(data: Path) -> None:
    """Those that we take though the standard does not are noted as odd."""
    checked = 0
    for file in sorted((data / "8_conformance/webvtt_wpt/wpt-file-parsing").glob("*.vtt")):
        expected = re.search(r"cues\.length, (\d+)\)", file.with_suffix(".js").read_text())
        try:
            transcript = vtt.read(file.read_bytes())
        except Unreadable as error:
            assert error.problem == Problem.NO_CUES
            transcript = Transcript([])
        if expected:
            odd = sum(fault.code == "odd_time" for fault in transcript.faults)
            assert (file.name, len(transcript.turns) - odd) == (file.name, int(expected[1]))
            checked += 1
    assert checked >= 15


def test_conformance_cues_say_what_the_standard_says(data: Path) -> None:
    """But for a `<` that no `>` on its line closes: that is no tag here, and stays as it was said."""
    checked, kept = 0, []
    for file in sorted((data / "8_conformance/webvtt_wpt/wpt-cue-parsing").glob("*.json")):
        for cue in json.loads(file.read_text()):
            tree = "".join(re.findall(r'^\| +"(.*?)"$', cue["expectedTree"], re.DOTALL | re.MULTILINE))
            try:
                turns = read(f"WEBVTT\n\n00:00.000 --> 00:09.000\n{cue['text']}\n").turns
            except Unreadable:
                turns = []
            checked += 1
            if "".join("".join(turn.text for turn in turns).split()) != "".join(tree.split()):
                kept.append(cue["text"])
    assert (checked, len(kept)) == (42, 9)
    assert [text for text in kept if not re.search(r"<[^>\n]*$", text, re.MULTILINE)] == []
