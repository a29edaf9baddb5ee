"""`recolte serve`: the web server, two workers (quick work; speech) and the live process, watched and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

from django.db import Error, close_old_connections
from django.utils.crypto import get_random_string

from recolte.engine.sandbox import die_with_parent
from recolte.jobs.actions import worker_died

STOPPING = 10.0  # seconds that a child has to end by itself
CALM = 30.0  # seconds after which a child that lived is not one that cannot start


@dataclass
class Child:
    """One process: its command, and how often it ended soon after its start."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    worker_id: str = ""
    started: float = 0.0
    early_ends: int = 0

    def start(self) -> None:
        command = self.command
        if self.name.startswith("worker"):
            self.worker_id = get_random_string(32)
            command = [*command, "--id", self.worker_id]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 — there are no other threads here
        )


def children(host: str, port: int, live_port: int) -> list[Child]:
    python = sys.executable
    granian = [python, "-m", "granian", "--host", host, "--no-ws", "--log-level", "warning"]
    work = [python, "-m", "recolte", "manage", "work", "--queues"]
    web = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"]
    live = ["--interface", "asgi", "--workers", "1"]
    return [
        Child("web", [*granian, *web, "--port", str(port), "recolte.server.wsgi:application"]),
        Child("worker", [*work, "default"]),
        Child("worker-speech", [*work, "speech"]),
        Child("live", [*granian, *live, "--port", str(live_port), "recolte.server.live:application"]),
    ]


def is_free(host: str, port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Supervisor:
    def __init__(self, family: list[Child]) -> None:
        self.family = family
        self.stopping = False

    def run(self) -> int:
        """Watch the children until SIGTERM or Ctrl-C. Returns the exit code: 1 when one of them cannot live."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for child in self.family:
            child.start()
        failed = False
        try:
            while not self.stopping:
                time.sleep(0.2)
                for child in self.family:
                    if child.process and child.process.poll() is not None and not self.stopping:
                        failed = not self._revive(child)
                        self.stopping = self.stopping or failed
        finally:
            self._end()
        return 1 if failed else 0

    def _revive(self, child: Child) -> bool:
        assert child.process
        soon = time.monotonic() - child.started < CALM
        child.early_ends = child.early_ends + 1 if soon else 0
        sys.stderr.write(f"recolte: {child.name} ended ({child.process.returncode}), starting it again\n")
        if child.worker_id:
            close_old_connections()
            with contextlib.suppress(Error):  # what it held goes back to the queue at once; else the lease will tell
                worker_died(child.worker_id)
        if child.early_ends > 5:
            sys.stderr.write(f"recolte: {child.name} ends as soon as it starts; see the messages above\n")
            return False
        time.sleep(min(5.0, 0.2 * child.early_ends))
        child.start()
        return True

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for child in self.family:
            if child.process and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOPPING
        for child in self.family:
            if child.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, deadline - time.monotonic()))
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
