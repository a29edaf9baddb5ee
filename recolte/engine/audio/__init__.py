"""Recordings: what they are, the sound inside as 16 kHz PCM, a light copy to listen to, its waveform, where to cut it.

Everything is streamed: three hours of sound need no more memory than three minutes. `probe` and `prepare` read what
strangers made and belong in `sandbox.call`; they take and return JSON values. Times are in milliseconds from the start
of the recording as a player shows it, the same in the original, in the PCM and in the listening copy.
"""

import contextlib
import errno
from pathlib import Path
from typing import Any

import av
import numpy as np

from recolte.engine.audio.pcm import RATE, cuts, read_pcm, shares, write_wav
from recolte.engine.audio.reading import FORMATS, Recording, end_of_packets, open_container
from recolte.engine.audio.together import (
    Heard,
    Moment,
    Pair,
    clarity,
    clearest,
    distorted,
    groups,
    listen_to,
    pairs,
    same_moment,
)
from recolte.engine.audio.writing import (
    LISTENING_RATE,
    PEAKS_PER_SECOND,
    Cut,
    Hushed,
    Listening,
    Output,
    Pcm,
    Samples,
    write_mp3,
)
from recolte.engine.problems import Problem, Unreadable

__all__ = [
    "FORMATS",
    "RATE",
    "Heard",
    "Moment",
    "Pair",
    "clarity",
    "clearest",
    "clip",
    "cuts",
    "distorted",
    "groups",
    "hush",
    "listen_to",
    "open_container",
    "pairs",
    "prepare",
    "probe",
    "read_pcm",
    "same_moment",
    "shares",
    "write_wav",
]

FADE = 0.010  # s at both ends of a clip


def probe(path: str) -> dict[str, Any]:
    """Say what the recording at `path` is: {"duration_ms", "format", "codec", "channels", "sample_rate" (Hz), "damaged"}.

    Where every packet states its time only packets are read; otherwise all is decoded. `damaged` means that some of the
    sound is missing. Raises Unreadable: EMPTY, DAMAGED, PROTECTED, NO_SOUND, NO_PERMISSION.
    """
    with open_container(path) as container:
        recording = Recording(container, path)
        stream, codec = recording.stream, recording.stream.codec_context
        sound = next(recording.frames(), None)
        if sound is None:
            raise recording.silent()
        last = end_of_packets(path, stream.index)
        end = last - recording.shift if last is not None else recording.decoded()
        return {
            "duration_ms": round(end * 1000),
            "format": container.format.name,
            "codec": codec.name,
            "channels": sound.layout.nb_channels,
            "sample_rate": sound.sample_rate,
            "damaged": recording.is_damaged(end),
        }


def prepare(path: str, pcm_path: str | None, listening_path: str | None) -> dict[str, Any]:
    """Decode the recording at `path` once, into a raw PCM file (16 kHz, mono, s16le) and a listening copy (webm, Opus).

    Returns {"duration_ms", "channels", "damaged", "peaks_per_second", "peaks": one 0..255 (loudest sample) per 50
    ms}. What cannot be decoded becomes silence, so that the rest stays in its place. After an
    error the two files may be there, incomplete. Raises Unreadable like `probe`, and TOO_LARGE (12 h), DISK_FULL.
    """
    try:
        with contextlib.ExitStack() as stack:
            recording = Recording(stack.enter_context(open_container(path)), path)
            pcm = Pcm(stack.enter_context(open(pcm_path, "wb")) if pcm_path else None)
            outputs: list[Output] = [pcm]
            if listening_path:
                outputs.append(stack.enter_context(Listening(listening_path)))
            for sound in recording.sound():
                for output in outputs:
                    output.add(sound)
            if not recording.channels:
                raise recording.silent()
            for output in outputs:
                output.finish()
    except (av.FFmpegError, OSError) as error:
        if error.errno == errno.ENOSPC:
            raise Unreadable(Problem.DISK_FULL, str(error)) from None
        if isinstance(error, av.FFmpegError):
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise
    return {
        "duration_ms": round(pcm.written * 1000 / RATE),
        "channels": recording.channels,
        "damaged": recording.is_damaged(pcm.written / RATE),
        "peaks_per_second": PEAKS_PER_SECOND,
        "peaks": list(pcm.peaks),
    }


def hush(path: str, spans: list[tuple[int, int]], out: str) -> None:
    """Write the recording at `path` as a listening copy (webm, Opus) at `out`, with silence in `spans` (ms).

    Raises Unreadable like `prepare`. It is right for listening copies, whose clock is plain.
    """
    try:
        with open_container(path) as container, Hushed(out, spans) as output:
            for sound in Recording(container, path).sound():
                output.add(sound)
            output.finish()
    except (av.FFmpegError, OSError) as error:
        if error.errno == errno.ENOSPC:
            raise Unreadable(Problem.DISK_FULL, str(error)) from None
        if isinstance(error, av.FFmpegError):
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise


def clip(path: str | Path, start_ms: int, end_ms: int, out: str | Path) -> int:
    """Write [start_ms, end_ms) of the recording at `path`, and nothing else of it, as an MP3 file (mono) at `out`.

    Returns the duration of the clip in ms: less than asked for where the recording ends sooner. Faded at both ends; no
    tags, dates or names; the same bytes for the same input with the same libraries. It jumps to the place where the
    file states its duration, as listening copies do; behind a place where the file's clock begins anew, only that copy
    is right. Raises Unreadable like `prepare`; NO_SOUND when nothing is to be heard in that span.
    """
    try:
        samples = _cut(str(path), max(0, start_ms), end_ms)
        if not len(samples):
            raise Unreadable(Problem.NO_SOUND, f"nothing from {start_ms} to {end_ms} ms")
        write_mp3(samples, str(out))
    except (av.FFmpegError, OSError) as error:
        if error.errno == errno.ENOSPC:
            raise Unreadable(Problem.DISK_FULL, str(error)) from None
        if isinstance(error, av.FFmpegError):
            raise Unreadable(Problem.DAMAGED, str(error)) from None
        raise
    return round(len(samples) * 1000 / LISTENING_RATE)


def _cut(path: str, start_ms: int, end_ms: int) -> Samples:
    """That part of a recording, mono at LISTENING_RATE, faded in and out."""
    cut = Cut(start_ms * LISTENING_RATE // 1000, end_ms * LISTENING_RATE // 1000)
    with open_container(path) as container:
        recording = Recording(container, path)
        recording.jump(start_ms / 1000)
        for index, sound in enumerate(recording.sound()):
            if index == 0:
                begin = min(recording.began, start_ms / 1000)
                cut.written = round(begin * LISTENING_RATE)
                cut.add(recording.began - begin)  # a pause of the clock
            cut.add(sound)
            if cut.written >= cut.last:
                break
        else:
            if not recording.channels and not recording.began:
                raise recording.silent()
            cut.finish()
    samples = np.concatenate(cut.parts)
    length = min(round(FADE * LISTENING_RATE), len(samples) // 2)
    fade = np.arange(length) / max(1, length)
    samples[:length] = samples[:length] * fade
    samples[len(samples) - length :] = samples[len(samples) - length :] * fade[::-1]
    return samples
