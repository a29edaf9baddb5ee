"""The forms that sound is given: raw PCM with its peaks, a copy to listen to, a part cut out of it, an MP3 file."""

import contextlib
import os
from collections.abc import Iterable
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from recolte.engine.audio.pcm import RATE

PEAKS_PER_SECOND = 20
LISTENING_RATE = 48_000  # Hz
LISTENING_BITS = 24_000  # per second
LISTENING_EFFORT = "5"  # of Opus, 0..10: 10 takes five times as long for nothing that one hears in speech
CLIP_BITS = 64_000  # per second

Samples = NDArray[np.int16]


class Output:
    """Mono s16 sound at `rate`, handed to `write` in blocks of about a second."""

    rate: int

    def __init__(self) -> None:
        self.written = 0  # samples
        self._resampler: AudioResampler | None = None
        self._input_rate = 0
        self._waiting: list[Samples] = []
        self._waiting_samples = 0

    def write(self, samples: Samples) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        self._drain()
        self._write_waiting()

    def add(self, sound: AudioFrame | float) -> None:
        """Take a mono frame at any rate, or seconds of silence."""
        if isinstance(sound, AudioFrame):
            if self._resampler is None or sound.sample_rate != self._input_rate:
                self._drain()
                self._resampler, self._input_rate = AudioResampler("s16", "mono", self.rate), sound.sample_rate
            self._keep(self._resampler.resample(sound))
        else:
            self._drain()  # so that the resampler's own delay stays before the gap
            self._write_waiting()
            missing = round(sound * self.rate)
            while missing > 0:
                self._write(np.zeros(min(missing, self.rate), np.int16))
                missing -= self.rate

    def _drain(self) -> None:
        if self._resampler:
            self._keep(self._resampler.resample(None))
        self._resampler = None

    def _keep(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._waiting.append(np.frombuffer(bytes(frame.planes[0]), np.int16, frame.samples))
            self._waiting_samples += frame.samples
        if self._waiting_samples >= self.rate:
            self._write_waiting()

    def _write_waiting(self) -> None:
        if self._waiting:
            self._write(np.concatenate(self._waiting))
            self._waiting, self._waiting_samples = [], 0

    def _write(self, samples: Samples) -> None:
        self.write(samples)
        self.written += len(samples)


class Pcm(Output):
    """The raw PCM (when there is a file to write it to) and its peaks."""

    rate = RATE

    def __init__(self, file: BinaryIO | None) -> None:
        super().__init__()
        self.peaks = bytearray()
        self._file = file
        self._rest = np.empty(0, np.int16)

    def write(self, samples: Samples) -> None:
        if self._file:
            self._file.write(samples.astype("<i2", copy=False).tobytes())
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) - len(samples) % (RATE // PEAKS_PER_SECOND)
        self._measure(samples[:whole].reshape(-1, RATE // PEAKS_PER_SECOND))
        self._rest = samples[whole:]

    def finish(self) -> None:
        super().finish()
        if len(self._rest):
            self._measure(self._rest.reshape(1, -1))
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    def _measure(self, samples: Samples) -> None:
        loudest = np.abs(samples.astype(np.int32)).max(axis=1, initial=0)
        self.peaks += (loudest * 255 // 32768).astype(np.uint8).tobytes()


class Listening(Output):
    """The listening copy. Its index comes first, so that a player can jump before having read the whole."""

    rate = LISTENING_RATE

    def __init__(self, path: str) -> None:
        super().__init__()
        self._container = av.open(os.path.abspath(path), "w", format="webm", options={"cues_to_front": "1"})
        options = {"compression_level": LISTENING_EFFORT}
        self._stream = self._container.add_stream("libopus", LISTENING_RATE, options=options, layout="mono")
        self._stream.bit_rate = LISTENING_BITS

    def __enter__(self) -> "Listening":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(av.FFmpegError):
            self._container.close()

    def write(self, samples: Samples) -> None:
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = LISTENING_RATE, self.written
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        super().finish()
        self._container.mux(self._stream.encode(None))
        self._container.close()


class Hushed(Listening):
    """A listening copy that is silent in `spans` (ms)."""

    def __init__(self, path: str, spans: Iterable[tuple[int, int]]) -> None:
        super().__init__(path)
        self._spans = [(first * self.rate // 1000, last * self.rate // 1000) for first, last in spans]

    def write(self, samples: Samples) -> None:
        samples = samples.copy()
        for first, last in self._spans:
            samples[max(0, first - self.written) : max(0, last - self.written)] = 0
        super().write(samples)


class Cut(Output):
    """The samples from `first` to `last`."""

    rate = LISTENING_RATE

    def __init__(self, first: int, last: int) -> None:
        super().__init__()
        self.first, self.last = first, last
        self.parts: list[Samples] = [np.empty(0, np.int16)]

    def write(self, samples: Samples) -> None:
        self.parts.append(samples[max(0, self.first - self.written) : max(0, self.last - self.written)])


def write_mp3(samples: Samples, path: str) -> None:
    """Write mono sound at LISTENING_RATE as MP3. Its first frame says how much the encoder added at both ends, so that
    players leave that out; nothing says when or from what it was made, nor by which version of the library."""
    options = {"id3v2_version": "0", "fflags": "+bitexact"}
    with av.open(os.path.abspath(path), "w", format="mp3", options=options) as container:
        stream = container.add_stream("libmp3lame", LISTENING_RATE, options={"flags": "+bitexact"}, layout="mono")
        stream.bit_rate = CLIP_BITS
        for first in range(0, len(samples), LISTENING_RATE):
            frame = AudioFrame.from_ndarray(samples[first : first + LISTENING_RATE].reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = LISTENING_RATE, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
