"""A speech engine without a model, for tests and demonstrations: it writes "mot0 mot1 …" where there is sound."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from recolte.engine.audio import read_pcm
from recolte.engine.speech.paragraphs import paragraphs
from recolte.engine.turns import Turn

WORD_MS = 400
LOUD = 0.005  # root mean square from which there is sound (1 = full scale)


class FakeTranscriber:
    """Same interface as `Transcriber`, same words for the same sound however it is cut.

    "mot12" stands for the sound from 12 × 400 ms to 13 × 400 ms of the recording, and goes to the span in which it
    begins.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        pass

    def chunks(
        self,
        pcm_path: str | Path,
        spans: Iterable[tuple[int, int]],
        language: str | None = None,
        hotwords: str = "",
        on_wait: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[int, list[Turn], str]]:
        """Yield (index of the span, its turns, language), in order."""
        for index, (start, end) in enumerate(spans):
            on_wait()
            numbers = range(-(-start // WORD_MS), -(-end // WORD_MS))
            words = tuple(_Word(number) for number in numbers if _is_loud(pcm_path, number))
            yield index, paragraphs([_Segment(words)] if words else []), language or "fr"


def _is_loud(pcm_path: str | Path, number: int) -> bool:
    samples = read_pcm(pcm_path, number * WORD_MS, (number + 1) * WORD_MS)
    return len(samples) > 0 and float(np.sqrt(np.mean(np.square(samples)))) >= LOUD


@dataclass(frozen=True, slots=True)
class _Word:
    number: int
    probability: float = 0.9

    @property
    def word(self) -> str:
        return f" mot{self.number}"

    @property
    def start(self) -> float:
        return self.number * WORD_MS / 1000

    @property
    def end(self) -> float:
        return (self.number + 1) * WORD_MS / 1000


@dataclass(frozen=True, slots=True)
class _Segment:
    words: tuple[_Word, ...]
    text: str = ""
    start: float = 0.0
    end: float = 0.0
    no_speech_prob: float = 0.0
    avg_logprob: float = 0.0
    compression_ratio: float = 1.0
