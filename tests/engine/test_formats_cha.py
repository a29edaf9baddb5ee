import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import cha, format_of
from recolte.engine.formats.decoding import decode
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

HEAD = "@UTF8\n@Begin\n@Languages:\tfra, eng\n@Participants:\tMOT Mme_Saint-Cricq Mother, CHI Target_Child\n"


def read(text: str) -> Transcript:
    return cha.read(text.encode())


def said(line: str) -> str:
    [turn] = read(f"{HEAD}*MOT:\t{line}\n@End\n").turns
    return turn.text


def test_main_lines_are_turns_with_their_continuations_and_bullets() -> None:
    transcript = read(
        HEAD
        + "@ID:\tfra|x|MOT|||||Mother|||\n*MOT:\ton a décidé\n\tensemble . \x151200_3400\x15\n%mor:\tpro|on\n\tv|avoir\n"
        "*CHI:\toui\n@Comment:\trien\n@End\n"
    )
    assert transcript.turns == [Turn("on a décidé ensemble.", "Mme Saint-Cricq", 1200, 3400), Turn("oui", "CHI")]
    assert (transcript.language, transcript.faults) == ("fr", [])


def test_old_files_have_spaces_other_bullets_and_no_end() -> None:
    text = '@Begin\r\n@participants: CHI Laetitia, OBS Investigator\r\n*CHI:   oui \x15%snd:"a b.wav"_10_20\x15\r\n*OBS:   non\r\n'
    transcript = cha.read(text.encode("cp1252"))
    assert transcript.turns == [Turn("oui", "Laetitia", 10, 20), Turn("non", "OBS")]
    assert transcript.faults == [Fault(4, "cut_short")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bonjour , tu viens ?", "bonjour, tu viens ?"),
        ("<on on> [/] on va (.) là [//] ici .", "on on on va (.) là ici."),
        ("(par)ce que (j)e veux (manger) .", "parce que je veux (manger)."),
        ("&-euh &+b &~ba &ah bien .", "euh b ba ah bien."),
        ("oui &=rit:très_fort [=! en riant] [* m:a] .", "oui (rit très fort) (en riant)."),
        ("xxx Aliyah [?] yyy (1.5) .", "xxx Aliyah yyy (1.5)."),
        ("et alors +...", "et alors…"),
        ("tu +/.", "tu —"),
        ("où +..?", "où…?"),
        ('+" il a dit +"/.', "il a dit."),
        ("+^ 0est parti 0 !", "parti !"),
        ("qu' est+ce que c'+est d'+accord parce+que", "qu'est ce que c'est d'accord parce que"),
        ("vas+y Go@s:eng abc@l no:n peut_être", "vas y Go abc non peut être"),
        ("↑oui↓ ⌈non⌉ °ah° ‡ [>] alors „ hein", "oui non ah, alors, hein"),
        ("&*CHI:mhm allez", "(mhm) allez"),
        ("l' eau du dogs' d'accord quelqu' un", "l'eau du dogs' d'accord quelqu'un"),
    ],
)
def test_codes_are_made_readable(line: str, expected: str) -> None:
    assert said(line) == expected


def test_what_was_not_said_is_no_turn() -> None:
    assert [turn.text for turn in read(f"{HEAD}*MOT:\t0 .\n%wor:\tx \x151_2\x15\n*MOT:\toui\n@End").turns] == ["oui"]


def test_the_word_tier_gives_the_times_of_words() -> None:
    [turn] = read(
        f"{HEAD}*MOT:\tparc(e) qu'il dort . \x15100_900\x15\n%wor:\tparce \x15100_300\x15 qu'il dort \x15400_900\x15 .\n"
    ).turns
    assert turn.text == "parce qu'il dort."
    assert turn.words == (Word(0, 5, 100, 300), Word(6, 16, 400, 900))


def test_faults_are_named_by_line_and_the_rest_comes_in() -> None:
    transcript = read(f"{HEAD}*PER:\tun \x1530_20\x15\nencore\n*PER:\tdeux")
    assert transcript.turns == [Turn("un encore", "PER", 30, 30), Turn("deux", "PER")]
    assert transcript.faults == [
        Fault(6, "odd_line"),
        Fault(5, "no_speaker"),
        Fault(5, "backwards"),
        Fault(7, "cut_short"),
    ]


@pytest.mark.parametrize("text", ["", HEAD, f"{HEAD}*MOT:\t0 .\n@End\n"])
def test_a_file_in_which_nobody_speaks_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(text)
    assert error.value.problem == Problem.NO_TEXT


def test_what_is_written_has_the_headers_of_chat_and_no_codes() -> None:
    turns = [
        Turn("R&D (2+2) [sic] <ok>, a_b@c.org +...", "Chloé", 500, 1500, (Word(0, 3, 500, 900),)),
        Turn("Oui\nnon", "Chloé B.", 1500),
        Turn("Hum", ""),
        Turn("Là", "MOT", 9000, 9500),
    ]
    written = cha.write(Transcript(turns, "fr"))
    assert written.split("\n") == [
        "@UTF8",
        "@Begin",
        "@Languages:\tfra",
        "@Participants:\tCHL Chloé Participant, CHL2 Chloé_B. Participant, UNK Unidentified, MOT Participant",
        "@ID:\tfra|recolte|CHL|||||Participant|||",
        "@ID:\tfra|recolte|CHL2|||||Participant|||",
        "@ID:\tfra|recolte|UNK|||||Unidentified|||",
        "@ID:\tfra|recolte|MOT|||||Participant|||",
        "@Comment:\tRécolte: the lines are plain text, without codes.",
        "*CHL:\tR&D (2+2) [sic] <ok>, a_b@c.org +... \x15500_1500\x15",
        "%wor:\tR&D \x15500_900\x15",
        "*CHL2:\tOui non \x151500_9000\x15",
        "*UNK:\tHum",
        "*MOT:\tLà \x159000_9500\x15",
        "@End",
        "",
    ]
    again = read(written)
    assert [turn.text for turn in again.turns] == [turns[0].text, "Oui non", "Hum", "Là"]
    assert [turn.speaker for turn in again.turns] == ["Chloé", "Chloé B.", "", "MOT"]
    assert again.turns[0] == turns[0]


@given(
    st.text()
    | st.lists(
        st.sampled_from([HEAD, "*MOT:\t", "%wor:\t", "\n", "\t", " \x151_2\x15", "[", "(", "&=", "@", "+", "é"])
    ).map("".join)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert all(turn.text for turn in read(text).turns)
    except Unreadable as error:
        assert error.problem == Problem.NO_TEXT


@pytest.mark.parametrize(
    ("file", "speakers", "words", "language"),
    [
        ("chat/fra-conversation.cha", {"CHI", "CHR"}, 0, "fr"),
        ("chat/french-child-speech.cha", {"SOF"}, 15, "fr"),
        ("elan_trs_real/names.cha", {"Chris", "Alfred"}, 0, "fr"),
        ("teicorpo_misc/36M_Laetitia_BD016.CHA", {"Laetitia", "observateur"}, 0, ""),
        ("teicorpo_misc/TestClan1.cha", {"Léonard", "MOT", "Aliyah"}, 0, "fr"),
        ("teicorpo_misc/short.cha", {"Lily", "MOT"}, 0, "en"),
        ("teicorpo_misc/testclan2.cha", {"Léonard", "MOT", "Aliyah"}, 0, "fr"),
    ],
)
def test_real_files_are_read_whole(data: Path, file: str, speakers: set[str], words: int, language: str) -> None:
    text = decode((data / "1_transcripts" / file).read_bytes())
    lines = re.findall(r"^\*\w+:(.*)", text.replace("\n\t", " "), re.MULTILINE)
    bullets = [re.search(r"\x15(\d+)_(\d+)\x15", line) for line in lines]
    transcript = cha.read(text.encode())
    assert (format_of(text), transcript.language, transcript.faults) == ("cha", language, [])
    assert {turn.speaker for turn in transcript.turns} == speakers
    assert [(turn.start_ms, turn.end_ms) for turn in transcript.turns] == [
        (int(bullet[1]), int(bullet[2])) if bullet else (None, None) for bullet in bullets
    ]
    letters = [re.sub(r"\x15.*?\x15|\[.*?\]|@\w+|[^\w()]|[_()]", "", line) for line in lines]
    assert [re.sub(r"[^\w]|_", "", turn.text) for turn in transcript.turns] == letters
    assert sum(len(turn.words) for turn in transcript.turns) == words
    assert not any(char in turn.text for turn in transcript.turns for char in "[]<>&+@\x15")
    again = cha.read(cha.write(transcript).encode())
    assert (again.turns, again.language) == (transcript.turns, language)
