"""Speech with the bundled weights: is what comes out said, and said there?"""

import difflib
import json
import os
import re
import signal
import threading
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from recolte.engine import audio
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.speech import Transcriber, find

pytestmark = [pytest.mark.speech, pytest.mark.slow]

DATA = Path(os.environ.get("RECOLTE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "2_audio_fr"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    if not DATA.is_dir():
        pytest.skip("The real recordings are not here: set RECOLTE_TEST_DATA.")
    try:
        return find("base", cache=tmp_path_factory.mktemp("models"))
    except Unreadable as error:
        assert error.problem == Problem.NO_MODEL
        pytest.skip("The bundled weights are not installed: they are the extra speech-base.")


@pytest.fixture(scope="module")
def engine(model):
    with Transcriber(model, processes=2) as engine:
        yield engine


@pytest.fixture
def transcribe(engine, tmp_path):
    """Transcribe the recording called `name`; return its turns."""

    def transcribe(name, language="fr", hotwords=""):
        pcm = tmp_path / "pcm"
        prepared = audio.prepare(str(DATA / name), str(pcm), None)
        ((_, turns, _),) = engine.chunks(pcm, [(0, prepared["duration_ms"])], language, hotwords)
        return turns

    return transcribe


def plain(text):
    return " ".join(re.sub(r"[^\w]", " ", unicodedata.normalize("NFC", text).lower()).split())


def timed(turns):
    """(word, start_ms) of all words, without punctuation."""
    return [
        (part, word.start_ms)
        for turn in turns
        for word in turn.words
        for part in plain(turn.text[word.start : word.end]).split()
    ]


def test_the_words_of_readers_are_found(transcribe):
    jiwer = pytest.importorskip("jiwer")
    said, heard = [], []
    for clip in sorted((DATA / "fleurs_fr").glob("*.ogg")):
        said.append(plain(clip.with_suffix(".txt").read_text()))
        heard.append(plain(" ".join(turn.text for turn in transcribe(f"fleurs_fr/{clip.name}"))))
    rate = jiwer.wer(said, heard)
    print(f"word error rate: {rate:.3f}")
    assert rate < 0.35


def test_words_are_where_they_are_said(transcribe):
    tests = json.loads((DATA / "picovoice" / "test_data.json").read_text())["tests"]["language_tests"]
    (french,) = [test for test in tests if test["language"] == "fr"]
    expected = [(plain(word["word"]), round(word["start_sec"] * 1000)) for word in french["words"]]
    found = timed(transcribe("picovoice/test_fr.wav"))
    matches = difflib.SequenceMatcher(None, [w for w, _ in expected], [w for w, _ in found]).get_matching_blocks()
    errors = [abs(expected[match.a + i][1] - found[match.b + i][1]) for match in matches for i in range(match.size)]
    print(f"start errors (ms): {sorted(errors)}")
    assert len(errors) >= 10
    assert np.median(errors) < 200 and max(errors) < 500


def test_speech_after_a_long_silence_is_in_its_place(engine, tmp_path):
    audio.prepare(str(DATA / "picovoice" / "test_fr.wav"), str(tmp_path / "one"), None)
    one = np.fromfile(tmp_path / "one", "<i2")
    np.concatenate([one, np.zeros(40 * audio.RATE, np.int16), one]).tofile(tmp_path / "pcm")
    shift = len(one) * 1000 // audio.RATE + 40_000
    ((_, turns, _),) = engine.chunks(tmp_path / "pcm", [(0, shift + 6672)], "fr")
    first, *_, second = turns
    assert plain(first.text) == plain(second.text)
    assert second.start_ms - first.start_ms == pytest.approx(shift, abs=500)


def test_the_start_of_the_chunk_is_added(engine, tmp_path):
    audio.prepare(str(DATA / "picovoice" / "test_fr.wav"), str(tmp_path / "one"), None)
    one = np.fromfile(tmp_path / "one", "<i2")
    np.concatenate([np.zeros(100 * audio.RATE, np.int16), one]).tofile(tmp_path / "pcm")
    ((_, (turn,), language),) = engine.chunks(tmp_path / "pcm", [(100_000, 106_672)])
    assert language == "fr"
    assert 100_500 < turn.start_ms < 101_500 and 105_000 < turn.end_ms <= 106_672


def test_a_draft_has_the_words_of_clear_speech(model, engine, tmp_path):
    audio.prepare(str(DATA / "picovoice" / "test_fr.wav"), str(tmp_path / "pcm"), None)
    ((_, (careful,), _),) = engine.chunks(tmp_path / "pcm", [(0, 6672)], "fr")
    with Transcriber(model, processes=1, draft=True) as quick:
        ((_, (draft,), language),) = quick.chunks(tmp_path / "pcm", [(0, 6672)], "fr")
    same = difflib.SequenceMatcher(None, plain(draft.text).split(), plain(careful.text).split()).ratio()
    assert language == "fr" and same > 0.8


@pytest.mark.parametrize("name", ["ina/silence2sec.wav", "whisper_timestamped/laugh2.mp3"])
def test_where_nobody_speaks_there_is_no_text(name, transcribe):
    assert transcribe(name) == []


def test_hotwords_help_with_names(transcribe):
    name = "readalongs/ej-fra.m4a"
    assert "Joanis" in " ".join(
        turn.text for turn in transcribe(name, hotwords="Eric Joanis, CNRC, inuktitut, ReadAlong Studio")
    )


def test_a_child_killed_in_the_middle_of_its_chunk_loses_nothing(model, tmp_path):
    pcm = tmp_path / "pcm"
    audio.prepare(str(DATA / "dialogue_fr" / "fleurs_4spk_overlap.wav"), str(pcm), None)
    spans = [(0, 24_000), (24_000, 49_291)]
    with Transcriber(model, processes=2) as pool:
        pids, killed = [], []
        start = pool._child

        def started():
            child = start()
            pids.append(child.pid)
            if len(pids) == 2:
                threading.Timer(2.0, kill).start()
            return child

        def kill():
            os.kill(pids[0], signal.SIGKILL)
            killed.append(time.monotonic())

        pool._child = started
        answers = dict((index, turns) for index, turns, _ in pool.chunks(pcm, spans, "fr"))
    assert len(killed) == 1 and len(pids) == 3
    assert all(len(timed(answers[index])) > 30 for index in (0, 1))
