"""Several recorders of one moment are put beside each other, and the one in which speech is heard best is told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recolte.engine.audio import Heard, clarity, distorted, listen_to, prepare, same_moment

READERS = Path(__file__).parent.parent / "data" / "voices" / "lecture-a-trois-voix.wav"
SPEECH = Path("/work/shared/data/2_audio_fr")
HALF_MINUTES = ["readalongs/ej-fra.m4a", "rttm/dev00.wav", "dialogue_fr/fleurs_2spk.wav"]
Samples = NDArray[np.float64]


def sound(path: Path, folder: Path) -> Samples:
    prepare(str(path), str(folder / "sound.pcm"), None)
    return np.fromfile(folder / "sound.pcm", "<i2").astype(float)


def heard(samples: Samples, folder: Path) -> Heard:
    np.clip(samples, -32768, 32767).astype("<i2").tofile(folder / "heard.pcm")
    return listen_to(folder / "heard.pcm")


def noisy(samples: Samples, decibels: float, seed: int = 1) -> Samples:
    """With hum and hiss (pink), `decibels` below the speech."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=len(samples)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 1), len(samples))
    loudness: float = np.sqrt(np.square(samples).mean()) / noise.std() * 10 ** (-decibels / 20)
    return samples + noise * loudness


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return sound(READERS, tmp_path_factory.mktemp("readers"))


@settings(max_examples=6, deadline=None)
@given(cut_ms=st.integers(0, 6000), decibels=st.sampled_from([20, 5, 0]), gain=st.floats(0.05, 1))
def test_the_offset_is_found_within_50_ms_however_noisy_and_faint(
    readers: Samples, tmp_path_factory: pytest.TempPathFactory, cut_ms: int, decibels: int, gain: float
) -> None:
    folder = tmp_path_factory.mktemp("heard")
    good = heard(readers, folder)
    phone = heard(noisy(readers, decibels)[cut_ms * 16 :] * gain, folder)
    found, back = same_moment(good, phone), same_moment(phone, good)
    assert found is not None and back is not None
    assert abs(found.offset_ms - cut_ms) <= 50
    assert abs(back.offset_ms + cut_ms) <= 50
    assert found.place(cut_ms + 5000) == pytest.approx(5000, abs=50)
    start, end = found.shared(good, phone)
    assert (start, end) == pytest.approx((cut_ms, good.duration_ms), abs=50)
    assert clarity(good, start, end) > clarity(phone, *back.shared(phone, good))


@pytest.mark.skipif(not SPEECH.is_dir(), reason="needs recordings that are not in the repository")
def test_real_recordings_go_with_their_own_copy_and_never_with_each_other(tmp_path: Path) -> None:
    sounds = [sound(SPEECH / name, tmp_path) for name in HALF_MINUTES]
    whole = [heard(one, tmp_path) for one in sounds]
    cut = [heard(noisy(one, -3)[32_000:], tmp_path) for one in sounds]
    found = [[same_moment(one, other) for other in cut] for one in whole]
    places = [[moment and round(moment.offset_ms, -2) for moment in row] for row in found]
    assert places == [[2000, None, None], [None, 2000, None], [None, None, 2000]]


def test_speech_is_less_clear_by_about_the_noise_that_is_added(readers: Samples, tmp_path: Path) -> None:
    levels = [clarity(heard(noisy(readers, decibels), tmp_path)) for decibels in (30, 20, 10)]
    assert -np.diff(levels) == pytest.approx([10, 10], abs=2.5)
    kernel = np.hanning(60) / np.hanning(60).sum()  # a pocket: next to nothing above 500 Hz, then the hiss of the phone
    pocket = np.convolve(readers, kernel, "same") + np.random.default_rng(1).normal(0, 20, len(readers))
    open_air = readers + np.random.default_rng(1).normal(0, 20, len(readers))
    assert clarity(heard(open_air, tmp_path)) - clarity(heard(pocket, tmp_path)) > 6


def test_what_was_too_loud_is_told_and_silence_says_nothing(readers: Samples, tmp_path: Path) -> None:
    assert distorted(heard(readers, tmp_path)) == 0
    assert 0.05 < distorted(heard(readers * 30, tmp_path)) < 1
    silent = heard(np.zeros(16_000 * 20), tmp_path)
    assert (clarity(silent), distorted(silent), silent.duration_ms) == (0, 0, 20_000)
    assert same_moment(silent, silent) is None
    nothing = heard(np.zeros(100), tmp_path)
    assert (clarity(nothing), distorted(nothing), same_moment(nothing, silent)) == (0, 0, None)


def test_a_sound_that_repeats_itself_has_no_place(tmp_path: Path) -> None:
    ticks = np.random.default_rng(1).normal(0, 50, 16_000 * 30)
    ticks[np.arange(len(ticks)) % 16_000 < 800] *= 50
    assert same_moment(heard(ticks, tmp_path), heard(ticks[8000:], tmp_path)) is None


@pytest.mark.parametrize("millionths", [-100, 9, 60])
def test_clocks_that_drift_apart_are_followed(millionths: int) -> None:
    """An hour of two recorders of which one gains up to 0.36 s."""
    first, chance = 4321, np.random.default_rng(1)
    levels = (chance.normal(-40, 12, (180_000, 4))).astype(np.float32)
    levels = (levels[:-2] + levels[1:-1] + levels[2:]) / 3
    drift = millionths / 1e6
    places = np.rint(first + np.arange(170_000) / (1 + drift)).astype(int)
    places = places[places < len(levels)]
    theirs = levels[places] + chance.normal(0, 6, (len(places), 4)).astype(np.float32)
    clipped = np.zeros(len(levels), bool)
    found = same_moment(Heard(levels, clipped), Heard(theirs, clipped))
    assert found is not None
    assert found.drift == pytest.approx(drift, abs=12e-6)
    for ms in (100_000, 1_800_000, 3_400_000):
        assert found.place(ms) == pytest.approx((ms - first * 20) * (1 + drift), abs=50)
