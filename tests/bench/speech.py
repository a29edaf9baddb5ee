"""Transcribing: cost and accuracy beside plain faster-whisper with the same weights in the same run, where turns begin,
memory from five minutes to three hours."""

import json
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

import jiwer

from recolte.engine import audio
from recolte.engine.words import words
from recolte.transcripts import hearing
from tests.bench.timing import table
from tests.conftest import REPOSITORY

DATA = Path(os.environ.get("RECOLTE_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "2_audio_fr"
LONG = DATA / "tts_long" / "fr-sample - Manon.ogg"
DIALOGUES = ["fleurs_2spk", "fleurs_3spk"]  # those without overlap
HOURS = 3

PLAIN = """
import json, resource, sys, time
from faster_whisper import WhisperModel
began = time.monotonic()
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
segments, _ = model.transcribe(sys.argv[2], language="fr", beam_size=5, word_timestamps=True)
text = " ".join(segment.text for segment in segments)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"wall": time.monotonic() - began, "cpu": usage.ru_utime + usage.ru_stime,
                  "mb": usage.ru_maxrss / 1024, "text": text}))
"""
OURS = """
import json, os, resource, sys, tempfile, time
began = time.monotonic()
os.environ["DJANGO_SETTINGS_MODULE"] = "recolte.settings"
import django
django.setup()
from pathlib import Path
from recolte.transcripts.hearing import decode, speech_engine, speech_model
with tempfile.TemporaryDirectory() as folder, speech_engine(speech_model(sys.argv[1])) as engine:
    pcm = Path(folder) / "pcm"
    duration, spans = decode(Path(sys.argv[2]), pcm)
    heard = {index: turns for index, turns, _ in engine.chunks(pcm, spans, language="fr")}
turns = [turn for index in sorted(heard) for turn in heard[index]]
own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"wall": time.monotonic() - began, "mb": max(own.ru_maxrss, children.ru_maxrss) / 1024,
                  "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
                  "text": " ".join(turn.text for turn in turns), "seconds": duration / 1000,
                  "starts": [turn.start_ms for turn in turns],
                  "words": [word.start_ms for turn in turns for word in turn.words]}))
"""


def measure() -> str:
    models = [("base", "")] + [(name, name) for name in os.environ.get("RECOLTE_BENCH_MODELS", "").split()]
    return "\n\n".join([_cost(), *(_accuracy(label, name) for label, name in models), _starts(), _memory()])


def _run(code: str, model: str, sound: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", code, model, str(sound)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def _wer(reference: str, heard: str) -> float:
    """Words wrong, missing or too many for a hundred of the reference, without capitals, accents and punctuation."""
    return 100 * float(jiwer.wer(" ".join(words(reference)), " ".join(words(heard))))


def _cost() -> str:
    plain = _run(PLAIN, str(hearing.speech_model().path), LONG)
    ours = _run(OURS, "", LONG)
    said = LONG.with_name("fr-sample.txt").read_text()
    rows = [
        [
            what,
            f"{one['wall'] / ours['seconds']:.3f}",
            f"{one['cpu'] / ours['seconds']:.3f}",
            round(one["mb"]),
            f"{_wer(said, one['text']):.1f}",
            f"{one['wall'] / plain['wall']:.2f}",
        ]
        for what, one in (
            ("plain faster-whisper, 1 process × 2 threads (baseline)", plain),
            (f"Récolte, {os.cpu_count()} processes × 1 thread, chunks cut at silences", ours),
        )
    ]
    return (
        f"{ours['seconds']:.0f} s of a synthetic voice (tts_long), Whisper base, int8, beam 5, word times, loading and "
        "decoding included. Memory is the largest process's.\n\n"
        + table(["what", "real-time factor (wall)", "CPU s per s", "MB", "word error rate, %", "wall ratio"], rows)
    )


def _references() -> Iterable[tuple[str, Path, str]]:
    for one in sorted((DATA / "fleurs_fr").glob("*.ogg")):
        yield f"read, {one.stem}", one, one.with_suffix(".txt").read_text()
    yield "presented, readalongs", DATA / "readalongs" / "ej-fra.m4a", (DATA / "readalongs" / "ej-fra.txt").read_text()
    tests = json.loads((DATA / "picovoice" / "test_data.json").read_text())["tests"]["language_tests"]
    french = next(one for one in tests if one["language"] == "fr")
    yield "one sentence, picovoice", DATA / "picovoice" / "test_fr.wav", french["transcript"]


def _accuracy(label: str, model: str) -> str:
    rows: list[list[object]] = []
    told, heard = [], []
    for what, sound, reference in _references():
        text = _run(OURS, model, sound)["text"]
        told.append(" ".join(words(reference)))
        heard.append(" ".join(words(text)))
        rows.append([what, len(words(reference)), f"{_wer(reference, text):.1f}"])
    rows.append(["all", sum(len(one.split()) for one in told), f"{100 * float(jiwer.wer(told, heard)):.1f}"])
    return f"French with a reference, model {label}:\n\n" + table(["recording", "words", "word error rate, %"], rows)


def _starts() -> str:
    rows: list[list[object]] = []
    for name in DIALOGUES:
        found = _run(OURS, "", DATA / "dialogue_fr" / f"{name}.wav")
        lines = (DATA / "dialogue_fr" / f"{name}.rttm").read_text().splitlines()
        turns = [round(float(line.split()[3]) * 1000) for line in lines if line.startswith("SPEAKER")]
        away = [min(abs(start - word) for word in found["words"]) for start in turns]
        rows.append([name, len(turns), f"{median(away) / 1000:.2f}", f"{max(away) / 1000:.2f}"])
    return "Where a voice begins, beside the nearest word (dialogue_fr without overlap):\n\n" + table(
        ["dialogue", "turns", "median, s", "largest, s"], rows
    )


def _memory() -> str:
    """Five minutes of speech; the same with 25 minutes of silence after it, six times over."""
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        pcm = Path(folder) / "pcm"
        hearing.decode(LONG, pcm)
        speech = pcm.read_bytes()
        short, long = Path(folder) / "short.wav", Path(folder) / "long.wav"
        for path, times, silence in ((short, 1, 0), (long, 2 * HOURS, 30 * 60 - len(speech) // (2 * audio.RATE))):
            with wave.open(str(path), "wb") as out:
                out.setparams((1, 2, audio.RATE, 0, "NONE", ""))
                for _ in range(times):
                    out.writeframes(speech)
                    for _ in range(silence):
                        out.writeframes(bytes(2 * audio.RATE))
        base = 0.0
        for path in (short, long):
            found = _run(OURS, "", path)
            base = base or found["mb"]
            rows.append([f"{found['seconds'] / 60:.0f} min", round(found["mb"]), f"{found['mb'] / base:.2f}"])
    return "Memory of the largest process:\n\n" + table(["length (synthetic)", "MB", "ratio"], rows)
