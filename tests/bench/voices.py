"""Who speaks: how much of the time is given to the wrong voice, and what it costs.

`SOUNDS=folder:folder make bench ARGS=voices` takes the recordings (wav) of these folders whose turns a file .rttm beside
them tells; without SOUNDS, the three readers of the demo.
"""

import itertools
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recolte.engine.audio import read_pcm
from recolte.engine.turns import Turn
from recolte.engine.voices import Array, group, heard_as, vectors
from recolte.engine.voices.encoder import _spectrum, _spoken
from recolte.transcripts import hearing
from recolte.transcripts.voices import parted
from tests.bench.timing import table

HERE = Path(__file__).parent.parent / "data" / "voices"
MARKED = 3000  # ms of each voice that a person marks
Vectors = Callable[[list[Array]], Sequence[Array | None]]


@dataclass(frozen=True)
class Sound:
    name: str
    path: Path
    turns: list[Turn]  # as the reference tells them

    @property
    def voices(self) -> list[str]:
        return sorted({turn.speaker for turn in self.turns})


def measure() -> str:
    folders = [Path(one) for one in os.environ.get("SOUNDS", str(HERE)).split(":")]
    sounds = [sound for folder in folders for sound in _sounds(folder)]
    nearest, heard = [], []
    with tempfile.TemporaryDirectory() as folder:
        for sound in sounds:
            pcm = Path(folder) / f"{sound.name}.pcm"
            duration_ms, spans = hearing.decode(sound.path, pcm)
            ours, cpu, unsure = _nearest(sound, pcm, vectors)
            means, _, _ = _nearest(sound, pcm, _means)
            known = _grouped(sound, pcm)
            facts = [sound.name, len(sound.voices)]
            nearest.append([*facts, f"{means:.1f} %", f"{ours:.1f} %", unsure, f"{known:.1f} %", f"{cpu:.3f}"])
            heard.append([*facts, *(f"{one:.1f} %" for one in _transcribed(sound, pcm, spans))])
    return (
        "`SOUNDS` names folders of recordings with their turns (.rttm): readers of FLEURS joined into dialogues (the last with "
        "0.6 s of overlap), samples of pyannote.audio (dev00 and dev01 from a meeting, far from the microphone; sample by "
        "telephone), of Picovoice Falcon, of inaSpeechSegmenter (lamartine). The share of the time that is given to the wrong "
        "voice. Turns as the reference tells them; a person has marked the first 3 s of each voice:\n\n"
        + table(
            [
                "recording",
                "voices",
                "marked, means of the spectrum (baseline)",
                "marked, our vectors",
                "turns shown as uncertain",
                "nothing marked, number of voices known",
                "CPU s per s (vectors)",
            ],
            nearest,
        )
        + "\n\nTurns as Whisper base hears them, parted where the voice changes; over the words in which one voice speaks:\n\n"
        + table(["recording", "voices", "marked", "number of voices known"], heard)
    )


def _sounds(folder: Path) -> list[Sound]:
    told: dict[str, list[Turn]] = defaultdict(list)
    for rttm in sorted(folder.glob("*.rttm")):
        for line in rttm.read_text().splitlines():
            _, name, _, start, lasts, _, _, voice, *_ = line.split()
            first = round(float(start) * 1000)
            told[name].append(Turn("", voice, first, first + round(float(lasts) * 1000)))
    paths = {path.stem: path.resolve() for path in folder.glob("*.wav")}
    return [Sound(name, paths[name], told[name]) for name in sorted(told) if name in paths]


def _marked(sound: Sound) -> tuple[dict[str, list[tuple[int, int]]], list[Turn]]:
    """The spans that a person marks of each voice, and the turns that are left."""
    marks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    left = []
    for turn in sorted(sound.turns, key=lambda one: one.start_ms or 0):
        start, end = turn.start_ms or 0, turn.end_ms or 0
        need = MARKED - sum(last - first for first, last in marks[turn.speaker])
        if need > 0:
            marks[turn.speaker].append((start, min(end, start + need)))
            start = min(end, start + need)
        if end - start >= 500:
            left.append(Turn("", turn.speaker, start, end))
    return marks, left


def _examples(sound: Sound, pcm: Path, hear: Vectors) -> list[Array]:
    marks, _ = _marked(sound)
    told = [np.concatenate([read_pcm(pcm, *span) for span in marks[voice]]) for voice in sound.voices]
    return [one for one in hear(told) if one is not None]


def _nearest(sound: Sound, pcm: Path, hear: Vectors) -> tuple[float, float, str]:
    began = time.process_time()
    _, left = _marked(sound)
    known = np.stack(_examples(sound, pcm, hear))
    found = hear([read_pcm(pcm, turn.start_ms or 0, turn.end_ms or 0) for turn in left])
    cpu = (time.process_time() - began) / (max(turn.end_ms or 0 for turn in sound.turns) / 1000)
    wrong = total = 0
    unsure = wrongly_sure = 0
    for turn, one in zip(left, found, strict=True):
        near = np.zeros(len(known)) if one is None else known @ one
        order = np.argsort(-near)
        is_wrong = sound.voices[order[0]] != turn.speaker
        is_unsure = near[order[0]] - near[order[1]] < 0.05
        unsure += is_unsure
        wrongly_sure += is_wrong and not is_unsure
        total += _lasts(turn)
        wrong += _lasts(turn) * is_wrong
    return 100 * wrong / total, cpu, f"{unsure} of {len(left)}; wrong among the others: {wrongly_sure}"


def _lasts(turn: Turn) -> int:
    return (turn.end_ms or 0) - (turn.start_ms or 0)


def _means(spans: list[Array]) -> list[Array]:
    """Mean and spread of the cepstrum of each span, at length one: what needs no weights."""
    waves = np.cos(np.pi / 40 * (np.arange(40)[:, None] + 0.5) * np.arange(1, 20)[None])
    found = []
    for samples in spans:
        frames = _spectrum(samples)
        values = np.log(frames[_spoken(frames)] + 1e-6) @ waves
        one = np.concatenate([values.mean(axis=0), values.std(axis=0)]).astype(np.float32)
        found.append(one / np.linalg.norm(one))
    return found


def _grouped(sound: Sound, pcm: Path) -> float:
    found = [
        (one, turn)
        for turn, one in zip(
            sound.turns,
            vectors([read_pcm(pcm, turn.start_ms or 0, turn.end_ms or 0) for turn in sound.turns]),
            strict=True,
        )
        if one is not None
    ]
    known = np.stack(group([one for one, _ in found], [_lasts(turn) / 1000 for _, turn in found], len(sound.voices)))
    given = [(turn.speaker, int((known @ one).argmax()), _lasts(turn)) for one, turn in found]
    return _best_error(given)


def _best_error(given: list[tuple[str, int, int]]) -> float:
    """The error in %, voices called as fits best: (true voice, group, ms)."""
    names, numbers = sorted({one for one, _, _ in given}), sorted({one for _, one, _ in given})
    numbers += [-1] * (len(names) - len(numbers))
    total = sum(ms for _, _, ms in given) or 1
    right = max(
        sum(ms for name, number, ms in given if dict(zip(names, order, strict=False))[name] == number)
        for order in itertools.permutations(numbers, len(names))
    )
    return 100 * (total - right) / total


def _transcribed(sound: Sound, pcm: Path, spans: list[tuple[int, int]]) -> tuple[float, float]:
    with hearing.speech_engine(hearing.speech_model()) as engine:
        heard = sorted(engine.chunks(pcm, spans))
    turns = [turn for _, some, _ in heard for turn in some]
    known = _examples(sound, pcm, vectors)
    marked = [(one.turn, one.voice) for turn in turns for one in heard_as(turn, pcm, known)]
    words = [(_true(sound, word.start_ms, word.end_ms), voice, word) for turn, voice in marked for word in turn.words]
    given = [(who, voice, word.end_ms - word.start_ms) for who, voice, word in words if who]
    error = sum(ms for who, voice, ms in given if sound.voices[voice] != who) / (sum(ms for *_, ms in given) or 1)
    grouped = [
        (who, one.voice, word.end_ms - word.start_ms)
        for one in parted(turns, pcm, len(sound.voices))
        for word in one.turn.words
        if (who := _true(sound, word.start_ms, word.end_ms))
    ]
    return 100 * error, _best_error(grouped)


def _true(sound: Sound, start_ms: int, end_ms: int) -> str:
    """Who speaks in the middle of a word; nobody where two do."""
    middle = (start_ms + end_ms) // 2
    who = {turn.speaker for turn in sound.turns if (turn.start_ms or 0) <= middle < (turn.end_ms or 0)}
    return who.pop() if len(who) == 1 else ""
