"""From a recording's file to words, without the database: what `recolte transcribe` and the transcription job share."""

from pathlib import Path
from typing import Any

from django.conf import settings

from recolte.engine import sandbox
from recolte.engine.audio import Heard, listen_to
from recolte.engine.speech import Engine, Model, find, transcriber
from recolte.engine.voices.channels import Sides
from recolte.sources.looking import patience


def speech_model(name: str = "") -> Model:
    """The model called `name`, or that of this installation. Raises `Unreadable(NO_MODEL)` where there is none."""
    return find(name or settings.SPEECH_MODEL, cache=settings.SPEECH_CACHE)


def speech_engine(model: Model, *, draft: bool = False) -> Engine:
    """The processes that hear, as this installation's settings want them; a `draft` is quicker and less true."""
    return transcriber(
        model,
        processes=settings.SPEECH_PROCESSES,
        device=settings.SPEECH_DEVICE,
        compute_type=settings.SPEECH_COMPUTE_TYPE,
        draft=draft,
    )


def decode(path: Path, pcm: Path) -> tuple[int, list[tuple[int, int]]]:
    """Write the sound of `path` to `pcm` (16 kHz, mono, s16le), in a sandbox.

    Returns its length in ms, and where to cut it, at silences: (start, end) in ms.
    """
    duration_ms, chunks, *_ = _decoded(path, pcm)
    return duration_ms, chunks


def decode_by_channel(path: Path, pcm: Path) -> tuple[int, list[tuple[int, int]], Sides | None]:
    """`decode`, and how loud each of the two channels is, if each is somebody's own."""
    duration_ms, chunks, levels = _decoded(path, pcm, ("recolte.engine.voices:sides", str(path)))
    return duration_ms, chunks, levels


def listened(path: Path, pcm: Path) -> Heard:
    """What the recording at `path` says of when it was and of how well one hears in it. `pcm` is written on the way."""
    sandbox.call("recolte.engine.audio:prepare", str(path), str(pcm), None, seconds=patience(path.stat().st_size))
    return listen_to(pcm)


def _decoded(path: Path, pcm: Path, *more: tuple[str, ...]) -> list[Any]:
    heard, chunks, *rest = sandbox.call_each(
        ("recolte.engine.audio:prepare", str(path), str(pcm), None),
        ("recolte.engine.audio:shares", str(pcm), settings.SPEECH_PROCESSES, settings.SPEECH_CHUNK_SECONDS * 1000),
        *more,
        seconds=patience(path.stat().st_size) * (1 + len(more)),
    )
    return [int(heard["duration_ms"]), [(start, end) for start, end in chunks], *rest]
