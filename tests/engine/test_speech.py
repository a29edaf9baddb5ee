"""Speech without a model: paragraphs, guards against what nobody said, the pool of children, the fake engine."""

import hashlib
import json
import multiprocessing
import os
import sys
import threading
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.problems import Problem, Unreadable
from recolte.engine.speech import Model, Transcriber, find, models, transcriber
from recolte.engine.speech.fake import FakeTranscriber
from recolte.engine.speech.guards import believable
from recolte.engine.speech.paragraphs import paragraphs
from recolte.engine.turns import Turn


@dataclass
class W:
    word: str
    start: float
    end: float
    probability: float = 0.9


@dataclass
class S:
    text: str = ""
    start: float = 0.0
    end: float = 0.0
    words: list[W] = field(default_factory=list)
    no_speech_prob: float = 0.1
    avg_logprob: float = -0.3
    compression_ratio: float = 1.5


def spoken(text, start=0.0, pace=0.4, **measures):
    """A segment that says `text` at one word per `pace` seconds."""
    words = [W(" " + word, start + i * pace, start + (i + 1) * pace) for i, word in enumerate(text.split(" "))]
    return S(text, start, words[-1].end, words, **measures)


# Paragraphs


def test_words_become_one_turn_with_their_places():
    (turn,) = paragraphs([spoken("Oui, l'été"), spoken("dernier.", 1.0)], start_ms=60_000)
    assert (turn.text, turn.speaker, turn.start_ms, turn.end_ms) == ("Oui, l'été dernier.", "", 60_000, 61_400)
    assert [turn.text[word.start : word.end] for word in turn.words] == ["Oui,", "l'été", "dernier."]
    assert [(word.start_ms, word.end_ms) for word in turn.words] == [
        (60_000, 60_400),
        (60_400, 60_800),
        (61_000, 61_400),
    ]


def test_french_spacing_is_kept_and_a_sign_is_no_word():
    (turn,) = paragraphs(
        [S(words=[W(" Vous", 0, 0.2), W(" venez", 0.2, 0.5), W(" ?", 0.5, 0.5), W(" 10", 1, 1.2), W(" %", 1.2, 1.4)])]
    )
    assert turn.text == "Vous venez ? 10 %"
    assert [turn.text[word.start : word.end] for word in turn.words] == ["Vous", "venez", "10", "%"]


def test_a_pause_begins_a_paragraph_even_inside_a_segment():
    words = [W(" Bien.", 0, 0.4), W(" Alors", 1.8, 2.0), W(" voilà.", 3.5, 4.0)]
    assert [turn.text for turn in paragraphs([S(words=words)])] == ["Bien. Alors", "voilà."]


def test_a_long_paragraph_ends_with_a_sentence():
    text = " ".join(["mot"] * 70) + " fin. " + " ".join(["suite"] * 59) + " point. Encore."
    assert [len(turn.text.split()) for turn in paragraphs([spoken(text)])] == [71, 60, 1]


def test_a_sentence_end_before_the_paragraph_is_full_is_no_break():
    assert len(paragraphs([spoken("Oui. Non. Peut-être !")])) == 1


def test_text_is_composed_and_an_accent_stays_with_its_letter():
    (turn,) = paragraphs([S(words=[W(" e\u0301te", 0, 0.4, 0.9), W("\u0301", 3, 3.1, 0.5), W(" la\u0300", 3.1, 3.2)])])
    assert turn.text == "été là"
    assert [(turn.text[word.start : word.end], word.probability) for word in turn.words] == [("été", 0.5), ("là", 0.9)]


def test_a_segment_without_words_keeps_its_text_and_its_times():
    assert paragraphs([S("Sans mots. ", 1.0, 2.0)]) == [Turn("Sans mots.", "", 1000, 2000)]


def test_times_never_go_back_nor_past_the_chunk():
    (turn,) = paragraphs([S(words=[W(" un", 1, 1.2), W(" deux", 0.9, 0.8), W(" trois", 1.9, 2.4)])], 0, 2000)
    assert [(word.start_ms, word.end_ms) for word in turn.words] == [(1000, 1200), (1000, 1000), (1900, 2000)]


def test_nothing_said_is_no_turn():
    assert paragraphs([]) == paragraphs([S(words=[W(" ", 0, 1)])]) == paragraphs([S(" ")]) == []


texts = st.text(st.characters(codec="utf-8"), max_size=6)
times = st.floats(0, 300)


@given(
    st.lists(st.lists(st.builds(W, texts, times, times, st.floats(0, 1)), max_size=8).map(lambda words: S(words=words)))
)
def test_whatever_the_words_their_places_hold(segments):
    for turn in paragraphs(segments, 1000):
        assert turn.text and turn.text == turn.text.strip() == unicodedata.normalize("NFC", turn.text)
        assert not set(turn.text) & set("\t\r\n\x0b\x0c")
        before, start_ms = 0, 0
        for word in turn.words:
            said = turn.text[word.start : word.end]
            assert said and said == said.strip()
            assert before <= word.start and start_ms <= word.start_ms <= word.end_ms
            before, start_ms = word.end, word.start_ms


# Guards


def kept(*segments):
    return [segment.text for segment in believable(segments)]


def test_ordinary_speech_is_believed():
    assert kept(spoken("Oui."), spoken("Oui."), spoken("Merci d'avoir regardé.")) == [
        "Oui.",
        "Oui.",
        "Merci d'avoir regardé.",
    ]


def test_silence_read_as_speech_is_dropped():
    assert kept(spoken("Ah.", no_speech_prob=0.9, avg_logprob=-1.2)) == []
    assert kept(spoken("Ah.", no_speech_prob=0.9, avg_logprob=-0.3)) == ["Ah."]
    assert kept(spoken("Ah.", no_speech_prob=0.1, avg_logprob=-1.2)) == ["Ah."]


def test_a_loop_is_dropped_but_not_the_speech_before_it():
    loop = spoken("et puis " * 40 + "fin", compression_ratio=12.0)
    again = spoken("Voilà voilà.", compression_ratio=12.0)
    speech = spoken("Nous avons planté des pommiers derrière la grange.", compression_ratio=12.0)
    assert kept(speech, again, again, again, loop) == [speech.text, again.text]


@pytest.mark.parametrize(
    "credit",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        " Sous-titrage Société Radio-Canada",
        "Merci d'avoir regardé cette vidéo !",
        "Sous-titrage ST' 501",
    ],
)
def test_the_credits_of_films_are_dropped_when_they_stand_alone_and_unsure(credit):
    unsure = S(credit, words=[W(" x", 0, 1, 0.4)])
    sure = S(credit, words=[W(" x", 0, 1, 0.95)])
    inside = S(f"Elle a dit : {credit}", words=[W(" x", 0, 1, 0.4)])
    assert kept(unsure, sure, inside) == [sure.text, inside.text]


# Models


def test_a_directory_with_weights_is_a_model(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"weights")
    expected = Model(str(tmp_path), tmp_path, hashlib.sha256(b"weights").hexdigest())
    assert find(str(tmp_path), cache=tmp_path / "cache") == expected
    assert (tmp_path / "model.bin.sha256").read_text().endswith(expected.sha256)
    assert find(str(tmp_path), cache=tmp_path / "cache") == expected
    (tmp_path / "model.bin").write_bytes(b"other weights")
    assert find(str(tmp_path), cache=tmp_path / "cache").sha256 == hashlib.sha256(b"other weights").hexdigest()


def test_a_directory_without_weights_is_no_model(tmp_path):
    with pytest.raises(Unreadable) as raised:
        find(str(tmp_path), cache=tmp_path)
    assert raised.value.problem == Problem.NO_MODEL


def test_without_the_bundled_weights_there_is_no_model(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "BASE_PARTS", ("recolte_no_such_part1", "recolte_no_such_part2"))
    with pytest.raises(Unreadable) as raised:
        find(None, cache=tmp_path)
    assert raised.value.problem == Problem.NO_MODEL


def test_a_name_of_the_hub_without_a_network_is_no_model(tmp_path, monkeypatch):
    utils = pytest.importorskip("faster_whisper.utils")
    asked = []

    def download_model(name, cache_dir, local_files_only=False):
        asked.append(local_files_only)
        raise OSError("no network")

    monkeypatch.setattr(utils, "download_model", download_model)
    with pytest.raises(Unreadable) as raised:
        find("small", cache=tmp_path)
    assert (raised.value.problem, asked) == (Problem.NO_MODEL, [True, False])


def weights(folder: Path, monkeypatch) -> str:
    """Two small packages like those of the bundled weights."""
    for number in (1, 2):
        data = folder / f"tiny_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"model.bin.part{number}").write_bytes(bytes([number]) * 3_000_000)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / "tiny_part1" / "data" / name).write_text(name)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(models, "BASE_PARTS", ("tiny_part1", "tiny_part2"))
    return hashlib.sha256(bytes([1]) * 3_000_000 + bytes([2]) * 3_000_000).hexdigest()


def _find(cache, answers):
    answers.put(find("base", cache=cache).sha256)


def test_the_bundled_weights_are_joined_once_even_by_processes_at_the_same_time(tmp_path, monkeypatch):
    sha256 = weights(tmp_path, monkeypatch)
    monkeypatch.setattr(models, "BASE_SHA256", sha256)
    (tmp_path / "cache" / ".whisper-base.part").mkdir(parents=True)  # left by a killed process
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    processes = [context.Process(target=_find, args=(tmp_path / "cache", answers)) for _ in range(4)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=20) for _ in processes] == [sha256] * 4
    for process in processes:
        process.join()
    model = find(None, cache=tmp_path / "cache")
    assert model == Model("base", tmp_path / "cache" / f"whisper-base-{sha256[:8]}", sha256)
    assert {path.name for path in model.path.iterdir()} == {
        "config.json",
        "model.bin",
        "model.bin.sha256",
        "tokenizer.json",
        "vocabulary.txt",
    }


def test_damaged_bundled_weights_are_refused(tmp_path, monkeypatch):
    weights(tmp_path, monkeypatch)
    with pytest.raises(Unreadable) as raised:
        find("base", cache=tmp_path / "cache")
    assert raised.value.problem == Problem.NO_MODEL
    assert not list((tmp_path / "cache").glob("whisper-*"))


# The pool of children, with a child that obeys its hotwords instead of a model


CHILD = """
import json, os, sys, time
for line in sys.stdin:
    request = json.loads(line)
    what, _, path = (request["hotwords"] or "").partition(" ")
    first = path and not os.path.exists(path)
    if path: open(path, "a").write(f"{os.getpid()}\\n")
    if what == "die" or what == "die-once" and first: os._exit(3)
    if what == "sleep": time.sleep(60)
    if what == "problem": print(json.dumps({"problem": "too_hungry", "detail": ""}), flush=True); continue
    turn = {"text": request["pcm"], "start_ms": request["start_ms"], "end_ms": request["end_ms"],
            "words": [[0, 1, request["start_ms"], request["end_ms"], 0.5]]}
    sys.stdout.write(json.dumps({"turns": [turn] * 2000, "language": str(os.getpid())}) + "\\n"); sys.stdout.flush()
"""


@pytest.fixture
def pool(tmp_path):
    with Transcriber(Model("x", tmp_path, ""), processes=2) as pool:
        pool._command = [sys.executable, "-c", CHILD]
        yield pool


SPANS = [(0, 1000), (1000, 2000), (2000, 3000), (3000, 4000), (4000, 5000)]


def alive(pid: int | str) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_all_chunks_come_back_once_from_no_more_children_than_asked(pool):
    answers = list(pool.chunks("p", SPANS, "fr"))
    assert sorted(index for index, _, _ in answers) == [0, 1, 2, 3, 4]
    assert all(turns[0].text == "p" and (turns[0].start_ms, turns[0].end_ms) == SPANS[i] for i, turns, _ in answers)
    assert answers[0][1][0].words[0].probability == 0.5
    assert len({pid for *_, pid in answers}) <= 2


def test_children_are_kept_between_recordings_and_end_with_close(pool):
    ((_, _, one),) = pool.chunks("p", SPANS[:1])
    ((_, _, two),) = pool.chunks("p", SPANS[:1])
    assert one == two and alive(one) and len(pool._idle) == 1
    pool.close()
    assert not alive(one)


def test_close_ends_children_at_work(pool, tmp_path):
    answers = pool.chunks("p", SPANS)
    _, _, one = next(answers)
    assert alive(one)
    pool.close()
    assert not alive(one) and not pool._children
    answers.close()


def test_no_chunks_no_child(pool):
    assert list(pool.chunks("p", [])) == [] and pool._idle == []


def test_a_child_that_dies_is_replaced_and_its_chunk_tried_again(pool, tmp_path):
    answers = list(pool.chunks("p", SPANS, hotwords=f"die-once {tmp_path / 'pids'}"))
    assert sorted(index for index, _, _ in answers) == [0, 1, 2, 3, 4]


def test_a_chunk_that_kills_two_children_is_a_crash(pool):
    with pytest.raises(Unreadable) as raised:
        list(pool.chunks("p", SPANS, hotwords="die"))
    assert raised.value.problem == Problem.CRASHED


def test_a_problem_of_the_child_is_raised(pool):
    with pytest.raises(Unreadable) as raised:
        list(pool.chunks("p", SPANS, hotwords="problem"))
    assert raised.value.problem == Problem.TOO_HUNGRY


def test_a_child_that_died_meanwhile_is_replaced(pool):
    ((_, _, one),) = pool.chunks("p", SPANS[:1])
    os.kill(int(one), 9)
    time.sleep(0.1)
    ((_, _, two),) = pool.chunks("p", SPANS[:1])
    assert one != two


def test_a_chunk_that_takes_too_long_is_given_up(pool, monkeypatch, tmp_path):
    pool._loading = -59.0
    started = time.monotonic()
    with pytest.raises(Unreadable) as raised:
        list(pool.chunks("p", [(0, 1)], hotwords=f"sleep {tmp_path / 'pids'}"))
    assert raised.value.problem == Problem.TOO_SLOW and time.monotonic() - started < 5
    assert not any(alive(pid) for pid in (tmp_path / "pids").read_text().split())


def test_who_stops_listening_leaves_no_late_answers(pool):
    answers = pool.chunks("first", SPANS)
    next(answers)
    answers.close()
    assert {turns[0].text for _, turns, _ in pool.chunks("second", SPANS)} == {"second"}


def test_it_works_in_a_thread_that_ends_and_then_in_another(pool):
    found = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: found.extend(pool.chunks("p", SPANS)))
        thread.start()
        thread.join()
    assert len(found) == 10


def test_a_child_without_a_model_says_so(tmp_path):
    (tmp_path / "pcm").write_bytes(bytes(32_000))
    with Transcriber(Model("none", tmp_path, ""), processes=1) as pool, pytest.raises(Unreadable) as raised:
        list(pool.chunks(tmp_path / "pcm", [(0, 1000)], "fr"))
    assert raised.value.problem == Problem.NO_MODEL


# The fake engine


@pytest.fixture
def pcm(tmp_path):
    """One second of noise, two of silence, one of noise."""
    sound = np.random.default_rng(1).normal(0, 3000, 64_000)
    sound[16_000:48_000] = 0
    sound.astype("<i2").tofile(tmp_path / "pcm")
    return tmp_path / "pcm"


def test_the_fake_engine_speaks_where_there_is_sound(pcm):
    with transcriber(find("fake", cache=pcm.parent)) as engine:
        assert isinstance(engine, FakeTranscriber)
        ((index, turns, language),) = engine.chunks(pcm, [(0, 4000)], "oc")
    assert (index, language) == (0, "oc")
    assert [(turn.text, turn.start_ms, turn.end_ms) for turn in turns] == [
        ("mot0 mot1 mot2", 0, 1200),
        ("mot7 mot8 mot9", 2800, 4000),
    ]


def test_the_fake_engine_says_the_same_however_it_is_cut(pcm):
    def words(spans):
        return [
            word for _, turns, _ in FakeTranscriber().chunks(pcm, spans) for turn in turns for word in turn.text.split()
        ]

    assert words([(0, 4000)]) == words([(0, 700), (700, 1100), (1100, 3333), (3333, 4000)])
    assert json.dumps(words([(1200, 2800)])) == "[]"
