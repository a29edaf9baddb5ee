"""A pool of processes that transcribe the chunks of a recording."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from recolte.engine.problems import Problem, Unreadable
from recolte.engine.speech.models import Model
from recolte.engine.turns import Turn, Word

TRIES = 2
PATIENCE = 1.0  # s between two looks at the clock and at whoever waits


class Transcriber:
    """Transcribes with `model` in `processes` children (one per core when None) of `threads` threads each.

    Two children of one thread beat one child of two threads by half. They start when first needed, never more than
    there are chunks, and keep the model loaded until `close`. The kernel ends them with the thread that started them:
    use one Transcriber per thread, in a `with` block.
    """

    def __init__(
        self,
        model: Model,
        *,
        processes: int | None = None,
        threads: int = 1,
        device: str = "cpu",
        compute_type: str = "int8",
        draft: bool = False,
    ) -> None:
        self._processes = max(1, processes or os.cpu_count() or 1)
        size = (model.path / "model.bin").stat().st_size >> 20 if (model.path / "model.bin").is_file() else 0
        # Graphics drivers reserve far more addresses than memory: a limit would stop them.
        megabytes = 4096 + 3 * size if device == "cpu" else 0
        self._loading = 30 + size / 20  # s that loading may take from a slow disk
        self._command = [sys.executable, "-m", "recolte.engine.speech.child", str(model.path)]
        self._command += ["--threads", str(threads), "--device", device, "--compute-type", compute_type]
        self._command += ["--megabytes", str(megabytes), *(["--draft"] if draft else [])]
        # The children import this very code, installed or not, wherever they are started.
        modules = os.pathsep.join(filter(None, [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH")]))
        self._environment = {
            **os.environ,
            "PYTHONPATH": modules,
            "OMP_NUM_THREADS": str(threads),
            "HF_HUB_OFFLINE": "1",
        }
        self._children: set[_Child] = set()
        self._idle: list[_Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children, also those at work."""
        self._idle.clear()
        for child in list(self._children):
            self._end(child)

    def _end(self, child: "_Child") -> None:
        self._children.discard(child)
        child.kill()

    def chunks(
        self,
        pcm_path: str | Path,
        spans: Iterable[tuple[int, int]],
        language: str | None = None,
        hotwords: str = "",
        on_wait: Callable[[], None] = lambda: None,
    ) -> Iterator[tuple[int, list[Turn], str]]:
        """Yield (index of the span, its turns, language) as they are finished, in any order.

        `spans` are (start, end) in ms of the PCM file; `language` None lets the model guess, once per chunk;
        `hotwords` are names to expect; `on_wait` is called about once a second and may raise to stop. A child that dies is replaced and its chunk tried once more. Raises Unreadable:
        CRASHED, TOO_SLOW (60 s and 30 times the duration), TOO_HUNGRY, NO_MODEL.
        """
        waiting = deque(
            _Job(
                index,
                {
                    "pcm": str(pcm_path),
                    "start_ms": start,
                    "end_ms": end,
                    "language": language,
                    "hotwords": hotwords or None,
                },
                60 + 30 * (end - start) / 1000,
            )
            for index, (start, end) in enumerate(spans)
        )
        busy: dict[_Child, _Job] = {}
        with selectors.DefaultSelector() as selector:
            try:
                while waiting or busy:
                    while waiting and len(busy) < self._processes:
                        child, job = self._child(), waiting.popleft()
                        child.ask(job.request)
                        job.deadline = time.monotonic() + job.seconds + (0 if child.loaded else self._loading)
                        busy[child] = job
                        selector.register(child.stdout, selectors.EVENT_READ, child)
                    on_wait()
                    for key, _ in selector.select(PATIENCE):
                        child = key.data
                        answer = child.answer()
                        if answer is None:
                            continue
                        selector.unregister(child.stdout)
                        job = busy.pop(child)
                        if answer.get("problem") == Problem.CRASHED and job.tries < TRIES:
                            self._end(child)
                            job.tries += 1
                            waiting.appendleft(job)
                            continue
                        if "problem" in answer:
                            self._end(child)
                            raise Unreadable(Problem(answer["problem"]), answer["detail"])
                        self._idle.append(child)
                        yield job.index, [_turn(turn) for turn in answer["turns"]], answer["language"]
                    if any(job.deadline <= time.monotonic() for job in busy.values()):
                        raise Unreadable(Problem.TOO_SLOW, "a chunk took more than 60 s and 30 times its duration")
            finally:  # also when the caller stops listening: an answer that comes too late must not be mistaken
                for child in busy:
                    self._end(child)

    def _child(self) -> "_Child":
        while self._idle:
            if (child := self._idle.pop()).is_alive():
                return child
            self._end(child)
        child = _Child(self._command, self._environment)
        self._children.add(child)
        return child


@dataclass(slots=True)
class _Job:
    index: int
    request: dict[str, Any]
    seconds: float
    tries: int = 1
    deadline: float = 0.0


class _Child:
    """A child process and the half-read line of its answer."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.loaded = False
        self._line = b""
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 — closed by kill
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=environment,
            start_new_session=True,  # Ctrl-C in a terminal is for the parent
        )
        assert self._process.stdin and self._process.stdout
        self._stdin, self.stdout = self._process.stdin, self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # `answer` will see that it is dead
            self._stdin.write(json.dumps(request).encode() + b"\n")
            self._stdin.flush()

    def answer(self) -> dict[str, Any] | None:
        """Read what is there; the answer when it is complete, None before."""
        data = os.read(self.stdout.fileno(), 1 << 20)
        self._line += data
        if data and not self._line.endswith(b"\n"):
            return None
        try:
            answer = json.loads(self._line)
        except ValueError:
            self._stderr.seek(0)
            return {"problem": Problem.CRASHED, "detail": self._stderr.read()[-500:].decode(errors="replace")}
        self._line, self.loaded = b"", True
        assert isinstance(answer, dict)
        return answer

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._stdin, self.stdout, self._stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _turn(turn: dict[str, Any]) -> Turn:
    return Turn(turn["text"], "", turn["start_ms"], turn["end_ms"], tuple(Word(*word) for word in turn["words"]))
