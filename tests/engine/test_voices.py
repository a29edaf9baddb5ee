"""Voices are told apart by how they sound: real readers, whose turns are known to the millisecond."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.audio import prepare
from recolte.engine.turns import Turn, Word
from recolte.engine.voices import by_channel, group, heard_as, part, pieces, sides, span_vector, vector

VOICES = Path(__file__).parent.parent / "data" / "voices"
Spoken = list[tuple[int, int, str]]  # start, end (ms), who


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Spoken]:
    """Three people who read in turns: the sound, and who speaks when."""
    pcm = tmp_path_factory.mktemp("voices") / "sound.pcm"
    prepare(str(VOICES / "lecture-a-trois-voix.wav"), str(pcm), None)
    lines = [line.split() for line in (VOICES / "lecture-a-trois-voix.rttm").read_text().splitlines() if line.strip()]
    spoken = [(round(float(one[3]) * 1000), round(float(one[4]) * 1000), one[7]) for one in lines]
    return pcm, [(start, start + lasts, who) for start, lasts, who in spoken]


def test_the_rest_goes_to_the_nearest_of_three_seconds_each(reading: tuple[Path, Spoken]) -> None:
    pcm, spoken = reading
    names = list(dict.fromkeys(who for _, _, who in spoken))
    first = {who: next((start, end) for start, end, other in spoken if other == who) for who in names}
    known = [span_vector(pcm, first[who][0], min(first[who][1], first[who][0] + 3000)) for who in names]
    assert all(one is not None for one in known)
    for start, end, who in spoken:
        (part, *more) = heard_as(Turn("…", "", start, end), pcm, [one for one in known if one is not None])
        assert (names[part.voice], more) == (who, [])


def test_as_many_voices_as_there_are_people_are_found_without_examples(reading: tuple[Path, Spoken]) -> None:
    pcm, spoken = reading
    found = [span_vector(pcm, start, end) for start, end, _ in spoken]
    heard = [one for one in found if one is not None]
    voices = group(heard, [(end - start) / 1000 for start, end, _ in spoken], 3)
    nearest = [int(np.argmax([one @ voice for voice in voices])) for one in heard]
    assert len(voices) == 3
    pairs = {(who, voice) for (_, _, who), voice in zip(spoken, nearest, strict=True)}
    assert len(pairs) == 3  # each person one voice, each voice one person


def test_a_turn_is_parted_where_the_voice_changes(reading: tuple[Path, Spoken]) -> None:
    pcm, spoken = reading
    (start, middle, one), (after, end, two) = spoken[0], next(turn for turn in spoken[1:] if turn[2] != spoken[0][2])
    known = [span_vector(pcm, start, middle), span_vector(pcm, after, end)]
    words = (Word(0, 3, start, middle), Word(4, 7, after, end))
    parts = heard_as(Turn("Oui non", "", start, end, words), pcm, [voice for voice in known if voice is not None])
    assert [(part.turn.text, part.voice) for part in parts] == [("Oui", 0), ("non", 1)]
    assert one != two


def test_silence_has_no_voice_and_a_voice_has_length_one(reading: tuple[Path, Spoken]) -> None:
    assert vector(np.zeros(16000, np.float32)) is None
    assert vector(np.empty(0, np.float32)) is None
    pcm, spoken = reading
    heard = span_vector(pcm, *spoken[0][:2])
    assert heard is not None and abs(float(np.linalg.norm(heard)) - 1) < 1e-5


def test_two_people_on_two_channels_are_told_apart_and_a_room_is_not(data: Path, tmp_path: Path) -> None:
    call = data / "1_transcripts" / "transcriber_demo" / "exemple_stereo.wav"
    levels = sides(str(call))
    assert levels is not None
    louder = ["left" if left > right else "right" for left, right in zip(levels["left"], levels["right"], strict=True)]
    assert {"left", "right"} == set(louder)
    at = next(i for i, (a, b) in enumerate(zip(levels["left"], levels["right"], strict=True)) if a - b > 20)
    (part,) = by_channel(Turn("Oui", "", at * 50, at * 50 + 50), levels)
    assert part.voice == 0
    assert sides(str(VOICES / "lecture-a-trois-voix.wav")) is None


@st.composite
def spoken_turns(draw: st.DrawFn) -> Turn:
    """Words of some length, with pauses and ends of sentences between them."""
    text, words, at = "", list[Word](), draw(st.integers(0, 5000))
    for _ in range(draw(st.integers(1, 12))):
        word = draw(st.sampled_from(["oui", "l’école", "non.", "Ah ?", "e\u0301té"]))
        start, at = at, at + draw(st.integers(10, 1500))
        begins = len(text) + (1 if text else 0)
        text = f"{text} {word}" if text else word
        words.append(Word(begins, len(text), start, at))
        at += draw(st.integers(0, 900))
    return Turn(text, "", words[0].start_ms, words[-1].end_ms, tuple(words))


@given(spoken_turns(), st.integers(1, 4), st.data())
def test_a_parted_turn_says_the_same_words_at_the_same_times(turn: Turn, voices: int, data: st.DataObject) -> None:
    found = pieces(turn)
    numbers = st.floats(-1, 1, width=32)
    row = st.lists(numbers, min_size=voices, max_size=voices)
    scores = data.draw(st.lists(row, min_size=len(found), max_size=len(found)))
    parts = part(turn, found, np.array(scores, np.float32))
    assert "\n".join(one.turn.text for one in parts).replace("\n", " ") == turn.text
    assert [word.start_ms for one in parts for word in one.turn.words] == [word.start_ms for word in turn.words]
    assert all(before.voice != after.voice for before, after in zip(parts, parts[1:], strict=False))
    assert all(one.margin >= 0 and 0 <= one.voice < voices for one in parts)
