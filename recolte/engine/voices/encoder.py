"""How a voice sounds, as a vector: the network of Resemblyzer (three LSTM layers), run in NumPy.

The weights (Apache-2.0; see NOTICE.txt beside them and ADR 18) come from its package, in half precision.
"""

import functools
import importlib.resources

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

RATE = 16_000
FRAME, STEP, MELS = 400, 160, 40  # samples of a frame and between two, bands of the spectrum
WINDOW = 160  # frames that the network hears at once: 1.6 s
HOP = 80  # frames between two windows
TARGET = 10 ** (-30 / 20)  # loudness (root mean square) to which quiet speech is raised
SILENCE_DB = 30.0  # what is so much less loud than the loudest of a span is no speech
BATCH = 64  # windows heard together


def vector(samples: Array) -> Array | None:
    """The voice heard in `samples` (-1..1, 16 kHz): 256 numbers, of length 1; None where there is no sound."""
    return vectors([samples])[0]


def vectors(spans: list[Array]) -> list[Array | None]:
    """The voice of each of `spans`, each its own."""
    windows: list[Array] = []
    of: list[int] = []
    for index, samples in enumerate(spans):
        for window in _windows(samples):
            windows.append(window)
            of.append(index)
    if not windows:
        return [None] * len(spans)
    heard = np.concatenate([_hear(np.stack(windows[at : at + BATCH])) for at in range(0, len(windows), BATCH)])
    owners = np.array(of)
    found: list[Array | None] = []
    for index in range(len(spans)):
        own = heard[owners == index]
        found.append(unit(own.mean(axis=0)) if len(own) else None)
    return found


def unit(values: Array) -> Array:
    """`values` at length 1; zero stays zero."""
    length = float(np.linalg.norm(values))
    return (values / length if length else values).astype(np.float32)


def _windows(samples: Array) -> list[Array]:
    """The spectra of what is spoken in `samples`, in windows that overlap by half; the last is kept if it is mostly full."""
    level = float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0
    if level < 1e-5:
        return []
    frames = _spectrum(samples * np.float32(max(1.0, TARGET / level)))
    frames = frames[_spoken(frames)]
    if len(frames) <= WINDOW:
        return [np.resize(frames, (WINDOW, MELS))]  # too short: what there is, again and again
    starts = list(range(0, len(frames) - WINDOW + 1, HOP))
    if len(frames) - starts[-1] - WINDOW > HOP // 2:
        starts.append(len(frames) - WINDOW)
    return [frames[start : start + WINDOW] for start in starts]


def _spoken(frames: Array) -> NDArray[np.bool_]:
    """Which frames are speech: not much less loud than the loudest, on the mean of a fifth of a second."""
    power = np.convolve(frames.sum(axis=1), np.ones(21) / 21, mode="same")
    loudness = 10 * np.log10(power + 1e-12)
    spoken: NDArray[np.bool_] = loudness > np.percentile(loudness, 95) - SILENCE_DB
    return spoken


def _spectrum(samples: Array) -> Array:
    """The power of each frame in each band, as the network learnt it."""
    padded = np.pad(samples, FRAME // 2)
    count = 1 + (len(padded) - FRAME) // STEP
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::STEP][:count]
    window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(frames * window, axis=1))).astype(np.float32)
    result: Array = power @ _bands()
    return result


@functools.cache
def _bands() -> Array:
    """Triangular bands on the Slaney mel scale, each of area one."""
    mel = np.linspace(0.0, _to_mel(RATE / 2), MELS + 2)
    edges = np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mel - 15)))
    at = np.fft.rfftfreq(FRAME, 1 / RATE)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (at - low) / (middle - low), (high - at) / (high - middle)
    bands: Array = (np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (high - low))).astype(np.float32)
    return bands


def _to_mel(hertz: float) -> float:
    """Above 1000 Hz."""
    return float(15 + 27 * np.log(hertz / 1000) / np.log(6.4))


def _hear(windows: Array) -> Array:
    """One vector for each of `windows` (n × WINDOW × MELS)."""
    weights = _weights()
    layer = windows.transpose(1, 0, 2)
    for number in range(3):
        into, again, bias = (weights[f"{name}{number}"] for name in ("into", "again", "bias"))
        layer = _lstm(layer @ into + bias, again)
    raw = np.maximum(layer[-1] @ weights["out"] + weights["out_bias"], 0)
    lengths = np.linalg.norm(raw, axis=1, keepdims=True)
    result: Array = raw / np.maximum(lengths, 1e-9)
    return result


def _lstm(driven: Array, again: Array) -> Array:
    """A layer of long short-term memory; `driven` is what its input asks of each of its four gates, step by step."""
    steps, count, width = driven.shape
    size = width // 4
    state, memory = np.zeros((count, size), np.float32), np.zeros((count, size), np.float32)
    out = np.empty((steps, count, size), np.float32)
    for step in range(steps):
        gates = driven[step] + state @ again
        enter, forget, new, leave = (gates[:, at : at + size] for at in range(0, width, size))
        memory = _sigmoid(forget) * memory + _sigmoid(enter) * np.tanh(new)
        state = _sigmoid(leave) * np.tanh(memory)
        out[step] = state
    return out


def _sigmoid(values: Array) -> Array:
    result: Array = np.float32(0.5) * np.tanh(np.float32(0.5) * values) + np.float32(0.5)
    return result


@functools.cache
def _weights() -> dict[str, Array]:
    with (importlib.resources.files("recolte.engine.voices") / "weights.npz").open("rb") as file:
        kept = np.load(file, allow_pickle=False)
        return {name: np.ascontiguousarray(kept[name].astype(np.float32)) for name in kept.files}
