"""Transcribing: real-time factor and memory, beside plain faster-whisper with the same weights in the same run."""

import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

from recolte.engine import audio
from recolte.transcripts import hearing
from tests.bench.timing import table

DEMO = Path(__file__).parent.parent / "data" / "demo" / "atelier-de-lecture"
VOICES = ["fleurs/lecture-1.ogg", "fleurs/lecture-2.ogg", "lamartine/lamartine.wav", "fleurs/lecture-a-trois-voix.wav"]
TIMES = 4  # how often the voices are joined end to end

PLAIN = """
import json, resource, sys, time
from faster_whisper import WhisperModel
began = time.monotonic()
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
segments, _ = model.transcribe(sys.argv[2], language="fr", beam_size=5, word_timestamps=True, vad_filter=True,
                               condition_on_previous_text=False)
words = sum(len(segment.words) for segment in segments)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, words]))
"""


def measure() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sound = _joined(folder)
        model = hearing.speech_model()
        plain = json.loads(
            subprocess.run(
                [sys.executable, "-c", PLAIN, str(model.path), str(sound)], check=True, capture_output=True, text=True
            ).stdout
        )
        ours = _ours(folder, sound)
    seconds = _seconds
    rows: list[list[object]] = [
        ["plain faster-whisper, 1 process × 2 threads (baseline)", *_row(plain, plain)],
        [f"Récolte, {os.cpu_count()} processes × 1 thread, chunks cut at silences", *_row(ours, plain)],
    ]
    return (
        f"{seconds[0]:.0f} s of read French (the demo's voices, {TIMES} times), Whisper base, int8, word times, loading "
        "included. Memory is the largest process's.\n\n"
        + table(["what", "real-time factor (wall)", "CPU s per s", "MB", "words", "wall ratio"], rows)
    )


_seconds: list[float] = []


def _row(cost: list[float], base: list[float]) -> list[object]:
    wall, cpu, memory, words = cost
    return [
        f"{wall / _seconds[0]:.3f}",
        f"{cpu / _seconds[0]:.3f}",
        round(memory),
        round(words),
        f"{wall / base[0]:.2f}",
    ]


def _joined(folder: Path) -> Path:
    out = folder / "voices.wav"
    with wave.open(str(out), "wb") as joined:
        joined.setparams((1, 2, audio.RATE, 0, "NONE", ""))
        for voice in VOICES * TIMES:
            pcm = folder / "pcm"
            hearing.decode(DEMO / voice, pcm)
            joined.writeframes(pcm.read_bytes())
        _seconds[:] = [joined.getnframes() / audio.RATE]
    return out


def _ours(folder: Path, sound: Path) -> list[float]:
    """What `recolte transcribe` costs, its children included."""
    began = time.monotonic()
    command = [sys.executable, "-c", OURS, str(sound)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cpu, memory, words = json.loads(out.splitlines()[-1])
    return [time.monotonic() - began, cpu, memory, words]


OURS = """
import json, os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "recolte.settings"
import django
django.setup()
from pathlib import Path
import tempfile
from recolte.transcripts.hearing import decode, speech_engine, speech_model
with tempfile.TemporaryDirectory() as folder, speech_engine(speech_model()) as engine:
    pcm = Path(folder) / "pcm"
    _, spans = decode(Path(sys.argv[1]), pcm)
    words = sum(len(turn.words) for _, turns, _ in engine.chunks(pcm, spans, language="fr") for turn in turns)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, words]))
"""
