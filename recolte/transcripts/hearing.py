"""From a recording's file to words, without the database: what `recolte transcribe` and the transcription job share."""

from pathlib import Path

from django.conf import settings

from recolte.engine import sandbox
from recolte.engine.speech import Engine, Model, find, transcriber
from recolte.sources.looking import patience


def speech_model(name: str = "") -> Model:
    """The model called `name`, or that of this installation. Raises `Unreadable(NO_MODEL)` where there is none."""
    return find(name or settings.SPEECH_MODEL, cache=settings.SPEECH_CACHE)


def speech_engine(model: Model) -> Engine:
    """The processes that hear, as this installation's settings want them."""
    return transcriber(
        model,
        processes=settings.SPEECH_PROCESSES,
        device=settings.SPEECH_DEVICE,
        compute_type=settings.SPEECH_COMPUTE_TYPE,
    )


def decode(path: Path, pcm: Path) -> tuple[int, list[tuple[int, int]]]:
    """Write the sound of `path` to `pcm` (16 kHz, mono, s16le), in a sandbox.

    Returns its length in ms, and where to cut it, at silences: (start, end) in ms.
    """
    heard, chunks = sandbox.call_each(
        ("recolte.engine.audio:prepare", str(path), str(pcm), None),
        ("recolte.engine.audio:shares", str(pcm), settings.SPEECH_PROCESSES, settings.SPEECH_CHUNK_SECONDS * 1000),
        seconds=patience(path.stat().st_size),
    )
    return int(heard["duration_ms"]), [(start, end) for start, end in chunks]
