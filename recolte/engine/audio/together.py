"""Several recorders of one moment: how much later one began than another, and which of them speech is heard best in.

    phone, recorder = listen_to(pcm_of_phone), listen_to(pcm_of_recorder)
    if found := same_moment(phone, recorder):
        found.place(83_000)  # where the recorder hears what the phone hears at 83 s

Recorders are put beside each other by how the loudness of five bands of sound goes up and down, never by the waveform:
that is the same for a telephone in a pocket and a good microphone, and it does not depend on the direction of the sound.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recolte.engine.audio.pcm import RATE

Array = NDArray[np.float32]

FRAME_MS = 20
FRAME = RATE * FRAME_MS // 1000
BANDS = (150, 300, 600, 1200, 2400, 4800)  # Hz, their edges: octaves of speech
FLOOR = -95.0  # dB of full scale: quieter is digital silence, which says nothing of a microphone
FULL = 32_400  # of 32 768: a microphone or its amplifier had no more room

SLOW = 50  # frames (1 s): what changes more slowly is the place, not the speech
SHORTEST = 500  # frames (10 s) that two recordings must share
# Measured: of half a minute of the same speech, in noise louder than it, 13 deviations and more, no rival above 0.3; of
# different recordings under 8, and up to 10 where most is digital silence, there with rivals above 0.55.
SURE = 9.0  # deviations above all other offsets
RIVAL = 0.5  # of the best: another offset as good as that, and it is chance, or a sound that repeats itself
BY_CHANCE = float(np.sqrt(len(BANDS) - 1))  # the deviation of the scores of white noise
NEAR = 100  # frames (2 s) around an offset that are still that offset

PIECE = 6000  # frames (2 min) that are put in place one by one, to find how the clocks drift
PIECES = 5  # fewer say nothing of it
TOO_LOUD = 0.01  # of the time: more is heard as distortion
DRIFT = 500e-6  # the most that a clock may be wrong by; quartz is within 100e-6


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a recording says when it was and how well one hears in it: a few numbers for each 20 ms."""

    levels: Array  # dB of full scale: frames × bands
    clipped: NDArray[np.bool_]  # frames with samples at the limit of what can be written

    @property
    def duration_ms(self) -> int:
        return len(self.levels) * FRAME_MS


@dataclass(frozen=True, slots=True)
class Moment:
    """How one recording lies beside another: what the first hears at `t` ms, the other hears at `place(t)`."""

    offset_ms: int  # where the first hears what the other hears at its beginning; negative: the other began sooner
    drift: float  # ms that the other's clock gains in each ms
    likeness: float  # 0..1, how much the loudness of the two goes together
    sureness: float  # deviations of that likeness above those of all other offsets

    def place(self, ms: float) -> int:
        return round((ms - self.offset_ms) * (1 + self.drift))

    def back(self, ms: float) -> int:
        """Where the first hears what the other hears at `ms`."""
        return round(ms / (1 + self.drift)) + self.offset_ms

    def shared(self, one: Heard, other: Heard) -> tuple[int, int]:
        """(start, end) in ms of the first of what both hear."""
        end = self.offset_ms + round(other.duration_ms / (1 + self.drift))
        return max(0, self.offset_ms), min(one.duration_ms, end)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two recordings of one moment, and how well one hears in each while both of them hear."""

    one: int  # their places in the list
    other: int
    moment: Moment
    shared_ms: int
    clarity: tuple[float, float]
    distorted: tuple[float, float]


def pairs(heard: Sequence[Heard]) -> list[Pair]:
    """Those of the recordings that are of one moment, each two of them."""
    found = []
    for (i, one), (j, other) in itertools.combinations(enumerate(heard), 2):
        if moment := same_moment(one, other):
            start, end = moment.shared(one, other)
            there = max(0, moment.place(start)), moment.place(end)
            found.append(
                Pair(
                    one=i,
                    other=j,
                    moment=moment,
                    shared_ms=end - start,
                    clarity=(clarity(one, start, end), clarity(other, *there)),
                    distorted=(distorted(one, start, end), distorted(other, *there)),
                )
            )
    return found


def groups(found: Iterable[Pair]) -> list[list[int]]:
    """The places in the list of those that are of one moment, also by way of a third."""
    together: list[set[int]] = []
    for pair in found:
        both = {pair.one, pair.other}
        touched = [group for group in together if group & both]
        together = [group for group in together if not group & both] + [both.union(*touched)]
    return sorted(sorted(group) for group in together)


def clearest(group: Sequence[int], found: Sequence[Pair]) -> int:
    """The one in which speech is heard best: by how much it is clearer, in the mean, than those that it lies beside.

    One that is distorted in more than 1 % of the time is only chosen where all are.
    """
    gains: dict[int, list[float]] = {one: [] for one in group}
    loud = set[int]()
    for pair in found:
        if pair.one in gains:
            gains[pair.one].append(pair.clarity[0] - pair.clarity[1])
            gains[pair.other].append(pair.clarity[1] - pair.clarity[0])
            loud |= {who for who, share in zip((pair.one, pair.other), pair.distorted, strict=True) if share > TOO_LOUD}
    fit = [one for one in group if one not in loud] or group
    return max(fit, key=lambda one: sum(gains[one]) / max(1, len(gains[one])))


def listen_to(pcm_path: str | Path) -> Heard:
    """What a PCM file (16 kHz, mono, s16le) says of when it was and of how well one hears in it, a minute at a time."""
    window = np.hanning(FRAME).astype(np.float32) / np.float32(32768)
    edges = np.searchsorted(np.fft.rfftfreq(FRAME, 1 / RATE), BANDS)
    levels: list[Array] = [np.empty((0, len(BANDS) - 1), np.float32)]
    clipped: list[NDArray[np.bool_]] = [np.empty(0, np.bool_)]
    with open(pcm_path, "rb") as file:
        blocks = (np.fromfile(file, "<i2", FRAME * 3000) for _ in itertools.count())
        for block in itertools.takewhile(len, blocks):
            frames = block[: len(block) // FRAME * FRAME].reshape(-1, FRAME)
            spectrum = np.square(np.abs(np.fft.rfft(frames * window, axis=1))) / FRAME**2
            power = np.stack([spectrum[:, low:high].sum(axis=1) for low, high in itertools.pairwise(edges)], axis=1)
            levels.append((10 * np.log10(power + 1e-10)).astype(np.float32))
            clipped.append(np.any(np.abs(frames.astype(np.int32)) >= FULL, axis=1))
    return Heard(np.concatenate(levels), np.concatenate(clipped))


def same_moment(one: Heard, other: Heard) -> Moment | None:
    """How `other` lies beside `one`, None where they are not of the same moment (or share less than 10 s).

    Cross-correlation of the loudness, less its mean of a second and in units of its deviation, for every offset at once
    (FFT); the sum over n shared frames is divided by √n, so that offsets with few frames are not preferred, and what is
    best must stand `SURE` robust deviations (1.4826 × the median absolute one) above the others. Then pieces of two
    minutes are put in place one by one near there: a line through them (Theil and Sen's) is how the clocks drift.
    """
    ours, theirs = _ups_and_downs(one.levels), _ups_and_downs(other.levels)
    if min(len(ours), len(theirs)) < SHORTEST:
        return None
    scores, lags = _correlate(ours, theirs)
    best = int(np.argmax(scores))
    sureness = _above_the_others(scores, best)
    rivals = np.abs(lags - lags[best]) > NEAR
    if sureness < SURE or (rivals.any() and scores[rivals].max() > RIVAL * scores[best]):
        return None
    start, drift = _drift(ours, theirs, int(lags[best]))
    return Moment(round(start * FRAME_MS), drift, _likeness(ours, theirs, start, drift), round(sureness, 1))


def clarity(heard: Heard, start_ms: int = 0, end_ms: int | None = None) -> float:
    """How far speech stands above the noise, in dB, from `start_ms` to `end_ms`: 0 where nothing stands out.

    In each of five octaves from 150 to 4800 Hz, the power of 100 ms that is passed in 5 % of the time (speech) over the one
    that is passed in 90 % (the noise between words); the mean of the octaves, each counting alike, as in the articulation
    index (French & Steinberg 1947): speech whose high tones a pocket keeps back is less clear, however loud it is.
    """
    levels = heard.levels[start_ms // FRAME_MS : None if end_ms is None else end_ms // FRAME_MS]
    levels = levels[(levels > FLOOR).any(axis=1)]
    whole = len(levels) // 5 * 5
    if not whole:
        return 0.0
    power = np.power(10, levels[:whole] / 10).reshape(-1, 5, levels.shape[1]).mean(axis=1)
    noise, speech = np.percentile(10 * np.log10(power), (10, 95), axis=0)
    return round(float((speech - noise).mean()), 1)


def distorted(heard: Heard, start_ms: int = 0, end_ms: int | None = None) -> float:
    """The share (0..1) of the time in which the sound was too loud to be written down."""
    part = heard.clipped[start_ms // FRAME_MS : None if end_ms is None else end_ms // FRAME_MS]
    return round(float(part.mean()), 4) if len(part) else 0.0


def _ups_and_downs(levels: Array) -> Array:
    """The loudness of each band less its mean of a second, in units of its deviation, without what sticks out."""
    if len(levels) <= SLOW:
        return np.zeros_like(levels)
    sums = np.cumsum(np.pad(levels.astype(np.float64), ((SLOW // 2 + 1, SLOW // 2), (0, 0)), "edge"), axis=0)
    found = levels - (sums[SLOW:] - sums[:-SLOW])[: len(levels)] / SLOW
    found = found / np.maximum(found.std(axis=0), 0.5)
    clean: Array = np.clip(found, -3, 3).astype(np.float32)
    return clean


def _correlate(ours: Array, theirs: Array) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each lag (the frame of `ours` at which `theirs` begins) that leaves enough to compare: sum of products / √n."""
    size = 1 << (len(ours) + len(theirs) - 1).bit_length()
    both = np.zeros(size // 2 + 1, np.complex128)
    for band in range(ours.shape[1]):
        both += np.fft.rfft(ours[:, band], size) * np.conj(np.fft.rfft(theirs[:, band], size))
    lags = np.arange(SHORTEST - len(theirs), len(ours) - SHORTEST + 1)
    shared = np.minimum(len(ours), lags + len(theirs)) - np.maximum(0, lags)
    return np.fft.irfft(both, size)[lags] / np.sqrt(shared), lags


def _above_the_others(scores: NDArray[np.float64], best: int) -> float:
    """In deviations of the others: as they are, or as those of white noise where most of a recording is silent."""
    middle = float(np.median(scores))
    spread: float = max(1.4826 * float(np.median(np.abs(scores - middle))), BY_CHANCE)
    return (float(scores[best]) - middle) / spread


def _drift(ours: Array, theirs: Array, lag: int) -> tuple[float, float]:
    """The frame (with its parts) of `ours` at which `theirs` begins, and how much faster the clock of `theirs` goes."""
    most = round(max(len(ours), len(theirs)) * DRIFT) + 5
    places = list[tuple[int, int]]()  # (middle of a piece of `theirs`, its lag)
    for start in range(0, len(theirs) - PIECE + 1, PIECE):
        low, high = start + lag - most, start + lag + PIECE + most
        if low < 0 or high > len(ours):
            continue
        scores, lags = _correlate(ours[low:high], theirs[start : start + PIECE])
        inside = (lags >= 0) & (lags <= 2 * most)
        best = int(np.argmax(np.where(inside, scores, -np.inf)))
        if _above_the_others(scores, best) >= SURE:
            places.append((start + PIECE // 2, lag - most + int(lags[best])))
    if len(places) < PIECES:
        return float(lag), 0.0
    slopes = [(b - a) / (y - x) for (x, a), (y, b) in itertools.combinations(places, 2)]
    slope = float(np.median(slopes))
    if abs(slope) > DRIFT:
        return float(lag), 0.0
    return float(np.median([place - slope * at for at, place in places])), 1 / (1 + slope) - 1


def _likeness(ours: Array, theirs: Array, start: float, drift: float) -> float:
    """The correlation (0..1) of what the two have in common, once it lies side by side."""
    there = np.arange(len(theirs))
    here = np.rint(start + there / (1 + drift)).astype(np.int64)
    inside = (here >= 0) & (here < len(ours))
    a, b = ours[here[inside]], theirs[there[inside]]
    norm = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return round(max(0.0, float((a * b).sum())) / norm, 3) if norm else 0.0
