"""`recolte recorders`: which of several recorders of one moment is the clearest."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recolte.engine.audio import Moment, Pair, clearest, groups, prepare
from tests.world import tone

READERS = Path(__file__).parent.parent / "data" / "voices" / "lecture-a-trois-voix.wav"


def test_the_clearest_is_told_where_the_others_lie_and_what_is_of_another_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en")
    prepare(str(READERS), str(tmp_path / "pcm"), None)
    samples = np.fromfile(tmp_path / "pcm", "<i2")[40_000:]
    noisy = samples * 0.3 + np.random.default_rng(1).normal(0, 300, len(samples))
    with wave.open(str(tmp_path / "pocket.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(noisy.astype("<i2").tobytes())
    (tmp_path / "tone.wav").write_bytes(tone(12))
    out = io.StringIO()
    call_command("recorders", str(READERS), str(tmp_path / "pocket.wav"), str(tmp_path / "tone.wav"), stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"{tmp_path / 'pocket.wav'} begins 2.50 s after {READERS}; both hear 0:32."
    assert lines[-2:] == [
        f"The clearest: {READERS}",
        f"{tmp_path / 'tone.wav'} is of another moment than the others.",
    ]


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Carnet\n\nOn a parlé.\n")
    for names in (["une.wav"], ["une.wav", "autre.wav"], ["notes.md", "notes.md"]):
        with pytest.raises(CommandError):
            call_command("recorders", *(str(tmp_path / name) for name in names))


def beside(one: int, other: int, *clarity: float, loud: tuple[float, float] = (0, 0)) -> Pair:
    return Pair(one, other, Moment(0, 0, 1, 20), 60_000, (clarity[0], clarity[1]), loud)


def test_the_clearest_of_three_is_clearer_than_its_neighbours_and_not_distorted_where_one_is_not() -> None:
    found = [beside(0, 1, 20, 30), beside(1, 2, 28, 35), beside(3, 4, 9, 8)]
    assert groups(found) == [[0, 1, 2], [3, 4]]
    assert [clearest(group, found) for group in groups(found)] == [2, 3]
    found = [beside(0, 1, 20, 30), beside(1, 2, 28, 35, loud=(0, 0.02))]
    assert clearest([0, 1, 2], found) == 1
    assert clearest([0, 1], [beside(0, 1, 20, 30, loud=(0.5, 0.5))]) == 1
