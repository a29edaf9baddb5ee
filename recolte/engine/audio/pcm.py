"""A recording as raw PCM (16 kHz, mono, s16le): parts of it, and where to cut it."""

import itertools
import os
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000  # Hz of the PCM: what speech models want


def cuts(
    pcm_path: str | Path, shortest_ms: int = 120_000, longest_ms: int = 300_000, last_ms: int = 30_000
) -> list[int]:
    """Where to cut a PCM file (16 kHz, mono, s16le) into chunks: times in ms, inside it; none when one chunk will do.

    Each chunk lasts from `shortest_ms` to `longest_ms` and ends in the middle of the longest silence of that window,
    or where it is least loud; the last lasts at least `last_ms`.
    """
    frame = 20  # ms
    loudness = _loudness(pcm_path, frame)
    total, start, found = len(loudness) * frame, 0, list[int]()
    while total - start > longest_ms:
        first, last = (start + shortest_ms) // frame, min(start + longest_ms, total - last_ms) // frame
        if last <= first:
            break
        start = (first + _middle_of_silence(loudness[first:last])) * frame
        found.append(start)
    return found


def shares(
    pcm_path: str | Path, processes: int, shortest_ms: int = 120_000, soonest_ms: int = 20_000
) -> list[tuple[int, int]]:
    """The chunks, (start, end) in ms, that `processes` should hear of a PCM file, cut at silences.

    Long recordings are cut into pieces of `shortest_ms` to 2.5 times that; short ones so that each process has its
    part, but never of less than `soonest_ms`.
    """
    total = os.path.getsize(pcm_path) // 2 * 1000 // RATE
    shortest = min(shortest_ms, max(soonest_ms, total // (2 * max(1, processes))))
    bounds = [0, *cuts(pcm_path, shortest, shortest * 5 // 2, shortest // 2), total]
    return list(itertools.pairwise(bounds))


def read_pcm(pcm_path: str | Path, start_ms: int, end_ms: int) -> NDArray[np.float32]:
    """Return the samples (-1..1, 16 kHz) of a PCM file from `start_ms` to `end_ms`, reading only those."""
    with open(pcm_path, "rb") as file:
        first, last = (ms * RATE // 1000 for ms in (max(0, start_ms), max(0, end_ms)))
        samples = np.fromfile(file, "<i2", max(0, last - first), offset=first * 2)
    return samples.astype(np.float32) / np.float32(32768)


def write_wav(pcm_path: str | Path, start_ms: int, end_ms: int, out: str | Path) -> None:
    """Write the part from `start_ms` to `end_ms` of a PCM file as a WAV file at `out`."""
    with open(pcm_path, "rb") as file, wave.open(str(out), "wb") as wav:
        wav.setparams((1, 2, RATE, 0, "NONE", ""))
        first, last = (ms * RATE // 1000 * 2 for ms in (start_ms, end_ms))
        file.seek(first)
        while first < last and (block := file.read(min(last - first, 1 << 20))):
            wav.writeframesraw(block)
            first += len(block)


def _loudness(pcm_path: str | Path, frame_ms: int) -> NDArray[np.float32]:
    """Loudness (dB of full scale, floor -100) of each frame of a PCM file, read a few minutes at a time."""
    length = RATE * frame_ms // 1000
    with open(pcm_path, "rb") as file:
        blocks = itertools.takewhile(len, (np.fromfile(file, "<i2", length * 10_000) for _ in itertools.count()))
        powers = [
            np.square(block[: len(block) // length * length].astype(np.float32) / 32768)
            .reshape(-1, length)
            .mean(axis=1)
            for block in blocks
        ]
    loudness: NDArray[np.float32] = 10 * np.log10(np.concatenate([*powers, np.empty(0, np.float32)]) + 1e-10)
    return loudness


def _middle_of_silence(loudness: NDArray[np.float32]) -> int:
    """Index of the middle of the longest silence; silence lies nearer to the quietest frames than to the loudest."""
    quiet, loud = np.percentile(loudness, (10, 90))
    silent = loudness < quiet + 0.3 * (loud - quiet)
    if not silent.any():  # all alike
        return len(loudness) // 2
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return int(starts[longest] + ends[longest]) // 2
