"""Whisper's JSON and that of podcasts, which share their extension and are told apart by what is in them."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.formats import FORMATS, format_of, podcast, whisper_json
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word


def whisper(*segments: object, **others: object) -> Transcript:
    return whisper_json.read(json.dumps({**others, "segments": segments}, indent=1).encode())


ONE: dict[str, Any] = {"id": 0, "start": 0.42, "end": 1.4996, "text": " Oui, bonjour !"}
WORDS = (Word(0, 4, 420, 900, 0.5), Word(5, 14, 900, 1500, 0.75))


@pytest.mark.parametrize(
    "words",
    [
        [{"word": " Oui,", "start": 0.42, "end": 0.9, "probability": 0.5}, {"word": " bonjour !", "start": 0.9, "end": 1.5, "probability": 0.75}],
        [{"text": "Oui,", "start": 0.42, "end": 0.9, "confidence": 0.5}, {"text": "bonjour !", "start": 0.9, "end": 1.5, "confidence": 0.75}],
        [{"word": "Oui,", "start": 0.42, "end": 0.9, "score": 0.5}, {"word": "bonjour !", "start": 0.9, "end": 1.5, "score": 0.75}],
    ],
)  # fmt: skip
def test_every_whisper_is_read(words: list[dict[str, Any]]) -> None:
    turn = Turn("Oui, bonjour !", "SPEAKER_00", 420, 1500, WORDS)
    transcript = whisper({**ONE, "words": words, "speaker": "SPEAKER_00"}, language="fr", text=" Oui, bonjour !")
    assert (transcript.turns, transcript.language, transcript.faults) == ([turn], "fr", [])
    without_text = {key: value for key, value in ONE.items() if key != "text"}
    assert whisper({**without_text, "words": words, "speaker": "SPEAKER_00"}).turns == [turn]


def test_numbers_that_whisperx_could_not_time_have_no_times() -> None:
    words = [
        {"word": "En", "start": 1, "end": 2, "score": float("nan")},
        {"word": "1984"},
        {"word": "oui", "start": 3, "end": 4},
    ]
    [turn] = whisper({"start": 1, "end": 4, "text": "En 1984 oui", "words": words}).turns
    assert turn.words == (Word(0, 2, 1000, 2000), Word(8, 11, 3000, 4000))


def test_a_list_of_segments_alone_is_read() -> None:
    assert whisper_json.read(json.dumps([ONE, ONE]).encode()).turns == [Turn("Oui, bonjour !", "", 420, 1500)] * 2


@pytest.mark.parametrize(
    ("segment", "turn", "code"),
    [
        ({"start": "hier", "end": 2, "text": "a"}, Turn("a"), "bad_time"),
        ({"start": 1, "end": float("inf"), "text": "a"}, Turn("a", "", 1000), "bad_time"),
        ({"start": 3, "end": 2, "text": "a"}, Turn("a", "", 3000, 3000), "backwards"),
    ],
)
def test_faults_are_named_by_line_and_the_rest_comes_in(segment: object, turn: Turn, code: str) -> None:
    transcript = whisper(ONE, segment, ONE)
    assert [one for one in transcript.turns if one.text == "a"] == [turn]
    assert (len(transcript.turns), transcript.faults) == (3, [Fault(9, code)])


def test_a_file_cut_short_gives_its_beginning() -> None:
    whole = json.dumps({"text": 'il dit "segments": [', "language": "fr", "segments": [ONE, ONE, "x", ONE]}, indent=1)
    cut = whole[: whole.rindex(" bonjour")].encode()
    transcript = whisper_json.read(cut)
    assert (len(transcript.turns), transcript.language) == (2, "fr")
    assert transcript.faults == [Fault(17, "no_object"), Fault(18, "cut_short")]


@pytest.mark.parametrize(
    "text", ["", "{", '{"text": "", "segments": []}', '{"chapters": []}', '{"segments": [{"start": 1}]}']
)
@pytest.mark.parametrize("key", ["json", "podcast"])
def test_a_file_in_which_nobody_speaks_is_refused(key: str, text: str) -> None:
    read = FORMATS[key].read
    assert read
    with pytest.raises(Unreadable) as error:
        read(text.encode())
    assert error.value.problem == Problem.NO_TEXT


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (json.dumps({"text": "a" * 99, "segments": [ONE]}), "json"),
        (json.dumps({"text": "é" * 70_000}, ensure_ascii=False)[:65_000], "json"),
        (json.dumps({"task": "transcribe", "duration": 1.5, "segments": [ONE], "language": "french"}), "json"),
        (json.dumps([{"text": "a", "start": 1, "end": 2}]), "json"),
        (json.dumps({"segments": [{"tokens": [1, 2], "start": None, "text": "a"}]}), "json"),
        (json.dumps({"version": "1.0.0", "segments": [{"speaker": "A", "startTime": 1, "body": "a"}]}), "podcast"),
        (json.dumps({"version": "1.2.0", "chapters": [{"startTime": 1}]}), ""),
        (json.dumps({"text": "a"}), ""),
        (json.dumps([{"text": "a"}]), ""),
        (json.dumps({"a": "b" * 60_000, "c": {"d": [{}]}}), ""),
        (FORMATS["json"].write(Transcript([Turn("a")])), "json"),  # type: ignore[misc]
    ],
)
def test_the_two_are_told_apart_by_what_is_in_them(text: str, format: str) -> None:
    assert format_of(text) == format


def test_a_podcast_has_who_speaks_when() -> None:
    turns = [Turn("Où ça ?", "Luke", 500, 750), Turn("Là.", "", 1000, 2000)]
    written = podcast.write(Transcript(turns))
    assert json.loads(written) == {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Luke", "startTime": 0.5, "endTime": 0.75, "body": "Où ça ?"},
            {"startTime": 1.0, "endTime": 2.0, "body": "Là."},
        ],
    }
    assert podcast.read(written.encode()).turns == turns
    with pytest.raises(ValueError):
        podcast.write(Transcript([Turn("sans heure")]))


PIECES = [
    '{"segments": [',
    '{"start": 1',
    ', "text": "a"',
    '"body": "b"',
    "}",
    "]",
    ",",
    "\n",
    "NaN",
    "[" * 99,
    '"words": [',
    "é",
]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_breaks_the_readers(text: str) -> None:
    for key in ("json", "podcast"):
        try:
            assert all(turn.text for turn in FORMATS[key].read(text.encode()).turns)  # type: ignore[misc]
        except Unreadable as error:
            assert error.problem == Problem.NO_TEXT
    format_of(text)


def test_real_files_of_whisper_are_read_whole(data: Path) -> None:
    files = sorted((data / "1_transcripts/whisper_json/expected").rglob("*.json"))
    assert len(files) == 6
    for file in files:
        text = file.read_text(encoding="utf-8")
        whole = json.loads(text)
        transcript = whisper_json.read(text.encode())
        assert (format_of(text), transcript.language, transcript.faults) == ("json", whole["language"], [])
        assert [(turn.text, turn.start_ms, turn.end_ms) for turn in transcript.turns] == [
            (one["text"].strip(), round(one["start"] * 1000), round(one["end"] * 1000)) for one in whole["segments"]
        ]
        said = [
            (turn.text[word.start : word.end], word.start_ms, word.end_ms, word.probability)
            for turn in transcript.turns
            for word in turn.words
        ]
        assert said == [
            (one["text"], round(one["start"] * 1000), round(one["end"] * 1000), one["confidence"])
            for segment in whole["segments"]
            for one in segment["words"]
        ]


def test_the_podcast_of_its_standard_is_read_and_chapters_are_not(data: Path) -> None:
    folder = data / "1_transcripts/subtitles"
    text = (folder / "docs__examples__transcripts__example.json").read_text()
    transcript = podcast.read(text.encode())
    assert [(turn.speaker, turn.text, turn.start_ms, turn.end_ms) for turn in transcript.turns] == [
        (one["speaker"], one["body"], one["startTime"] * 1000, one["endTime"] * 1000)
        for one in json.loads(text)["segments"]
    ]
    assert [format_of(text), *(format_of((folder / name).read_text()) for name in ("example.json", "exampleComplex.json"))] == ["podcast", "", ""]  # fmt: skip


def test_no_other_real_json_is_taken_for_a_transcript(data: Path) -> None:
    taken = [
        file.name
        for file in sorted(data.rglob("*.json"))
        if "whisper_json" not in file.parts and format_of(file.read_text(encoding="utf-8", errors="replace")[:65_536])
    ]
    assert taken == ["docs__examples__transcripts__example.json"]
