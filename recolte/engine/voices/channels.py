"""Two people on the two channels of a stereo recording: whether it is so, and who says which words."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from recolte.engine.audio import open_container
from recolte.engine.audio.reading import Recording
from recolte.engine.turns import Turn
from recolte.engine.voices.parting import Part, Piece, part

FRAME_MS = 50
FLOOR = -100  # dB of full scale
SPEECH_DB = 25  # what is so much less loud than the loudest of the recording is no speech
APART_DB = 6  # one channel is so much louder: it is this one's voice
CLEAR = 0.8  # share of the speech in which one channel has to be clearly louder
LEAST = 0.05  # share of the speech that each channel has to have
FULL_DB = 20.0  # a difference that leaves no doubt


class Sides(TypedDict):
    """The loudness (dB) of each channel, every FRAME_MS."""

    left: list[int]
    right: list[int]


def sides(path: str) -> Sides | None:
    """The loudness of the two channels of the recording at `path`, if each is somebody's own; else None.

    It belongs in `sandbox.call`. Music and a room heard by two microphones are on both channels at once.
    """
    with open_container(path) as container:
        recording = Recording(container, path)
        if recording.stream.codec_context.channels != 2:
            return None
        sums = _Sums()
        for sound in recording.sound("stereo"):
            if isinstance(sound, float):
                sums.silence(sound)
            else:
                sums.add(sound.to_ndarray().reshape(-1, 2).astype(np.int16, copy=False), sound.sample_rate)
    left, right = sums.loudness()
    return {"left": left.tolist(), "right": right.tolist()} if _are_apart(left, right) else None


def by_channel(turn: Turn, levels: Sides) -> list[Part]:
    """`turn` parted by which channel is louder: voice 0 is the left one's, 1 the right one's."""
    if turn.start_ms is None or turn.end_ms is None:
        return []
    words = [Piece(word.start, word.start_ms, word.end_ms) for word in turn.words]
    found = [Piece(0, turn.start_ms, turn.end_ms)] if not words else [Piece(0, words[0].start_ms, words[0].end_ms)]
    found += words[1:]
    left, right = np.array(levels["left"], np.float32), np.array(levels["right"], np.float32)
    rows = []
    for piece in found:
        span = slice(piece.start_ms // FRAME_MS, max(piece.start_ms + 1, piece.end_ms) // FRAME_MS + 1)
        nearer = float(np.clip((_mean(left[span]) - _mean(right[span])) / FULL_DB, -1, 1))
        rows.append([nearer / 2, -nearer / 2])
    return part(turn, found, np.array(rows, np.float32))


def _mean(levels: NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else FLOOR


def _are_apart(left: NDArray[np.int64], right: NDArray[np.int64]) -> bool:
    louder = np.maximum(left, right)
    speech = louder > max(-60, int(louder.max(initial=FLOOR)) - SPEECH_DB)
    if not speech.any():
        return False
    differs = (left - right)[speech]
    one, two = (differs >= APART_DB).mean(), (differs <= -APART_DB).mean()
    return bool(one + two >= CLEAR and min(one, two) >= LEAST)


class _Sums:
    """The power of two channels, frame by frame, whatever the size of what comes."""

    def __init__(self) -> None:
        self._frames: list[NDArray[np.float64]] = []
        self._rest = np.empty((0, 2), np.int16)
        self._rate = 0

    def silence(self, seconds: float) -> None:
        rate = self._rate or 16_000
        for _ in range(int(seconds)):
            self.add(np.zeros((rate, 2), np.int16), rate)
        self.add(np.zeros((round(seconds % 1 * rate), 2), np.int16), rate)

    def add(self, samples: NDArray[np.int16], rate: int) -> None:
        if rate != self._rate:
            self._rest, self._rate = np.empty((0, 2), np.int16), rate
        samples = np.concatenate([self._rest, samples])
        length = rate * FRAME_MS // 1000
        whole = len(samples) // length * length
        self._rest = samples[whole:]
        if whole:
            scaled = samples[:whole].astype(np.float32) / 32768
            self._frames.append(np.square(scaled).reshape(-1, length, 2).mean(axis=1))

    def loudness(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        power = np.concatenate([*self._frames, np.empty((0, 2), np.float32)])
        found = np.round(10 * np.log10(power + 10 ** (FLOOR / 10))).astype(np.int64)
        return found[:, 0], found[:, 1]
