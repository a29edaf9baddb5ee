"""From a recording's file to words, without the database: what `recolte transcribe` and the transcription job share."""

from pathlib import Path

from django.conf import settings

from recolte.engine import sandbox
from recolte.engine.speech import Engine, Model, find, transcriber
from recolte.sources.looking import patience

SOONEST = 20  # seconds: the shortest chunk of a short recording, so that every core has its part and progress shows


def speech_model() -> Model:
    """The model of this installation. Raises `Unreadable(NO_MODEL)` where there is none."""
    return find(settings.SPEECH_MODEL, cache=settings.SPEECH_CACHE)


def speech_engine(model: Model) -> Engine:
    """The processes that hear, as this installation's settings want them."""
    return transcriber(
        model,
        processes=settings.SPEECH_PROCESSES,
        device=settings.SPEECH_DEVICE,
        compute_type=settings.SPEECH_COMPUTE_TYPE,
    )


def decode(path: Path, pcm: Path) -> int:
    """Write the sound of `path` to `pcm` (16 kHz, mono, s16le), in a sandbox. Returns its length in ms."""
    heard = sandbox.call(
        "recolte.engine.audio:prepare", str(path), str(pcm), None, seconds=patience(path.stat().st_size)
    )
    return int(heard["duration_ms"])


def chunks(pcm: Path, duration_ms: int) -> list[tuple[int, int]]:
    """Where to cut the sound, at silences: (start, end) in ms. Long recordings are cut into minutes, short ones so that
    each process has its part."""
    share = duration_ms // (2 * max(1, settings.SPEECH_PROCESSES))
    shortest = min(settings.SPEECH_CHUNK_SECONDS * 1000, max(SOONEST * 1000, share))
    cuts = sandbox.call("recolte.engine.audio:cuts", str(pcm), shortest, shortest * 5 // 2, shortest // 2)
    bounds = [0, *cuts, duration_ms]
    return list(zip(bounds, bounds[1:], strict=False))
