"""From sound to words: a speech model in child processes, and its answers as turns with timed words.

    model = find("base", cache=Path("…/models"))
    with transcriber(model) as engine:
        for index, turns, language in engine.chunks(pcm_path, spans, language="fr", hotwords="Amap, tiers-lieu"):
            …

The PCM is that of `recolte.engine.audio.prepare`; spans are (start, end) in ms, and so are all times that come back,
counted from the start of the recording. The model "fake" needs no weights: its words are numbers.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from recolte.engine.speech.models import FAKE, Model, find
from recolte.engine.speech.options import OPTIONS
from recolte.engine.speech.transcriber import Transcriber
from recolte.engine.turns import Turn

__all__ = ["OPTIONS", "Engine", "Model", "Transcriber", "find", "transcriber"]


class Engine(Protocol):
    """What `transcriber` gives: see `Transcriber`."""

    def chunks(
        self,
        pcm_path: str | Path,
        spans: Iterable[tuple[int, int]],
        language: str | None = None,
        hotwords: str = "",
        on_wait: Callable[[], None] = ...,
    ) -> Iterator[tuple[int, list[Turn], str]]: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def transcriber(
    model: Model,
    *,
    processes: int | None = None,
    threads: int = 1,
    device: str = "cpu",
    compute_type: str = "int8",
    draft: bool = False,
) -> Engine:
    """Return the engine for `model`: `processes` children (one per core when None) of `threads` threads each.

    A `draft` hears several windows at once: quicker, with words that are missing and times that are off by seconds.
    """
    if model.name == FAKE:
        from recolte.engine.speech.fake import FakeTranscriber  # noqa: PLC0415 — NumPy, which most commands never need

        return FakeTranscriber()
    return Transcriber(
        model, processes=processes, threads=threads, device=device, compute_type=compute_type, draft=draft
    )
