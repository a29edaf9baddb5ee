"""An installation whose processes are killed: what is still alive of it, and what it holds afterwards."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.server.home import Home, fingerprint

DEADLINE = 240.0  # seconds after which what we wait for will not come
OPTIONS = ("--gathering", "Visite", "--agreed", "Tous, à voix haute.", "--by", "amina@example.org")

T = TypeVar("T")


def eventually(condition: Callable[[], T], what: str) -> T:
    """Wait until `condition` is true; its value."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"never came: {what}")


@dataclass
class Outcome:
    """How a command ended: what it said on stdout (lines), on stderr, and its exit code."""

    code: int
    said: list[str]
    problem: str


class House(Home):
    def harvest(self, folder: Path, *, wrapper: tuple[str, ...] = (), **environment: str) -> Outcome:
        return self.ended(self.begin("harvest", folder, *OPTIONS, wrapper=wrapper, **environment))

    def begin(self, *words: str | Path, wrapper: tuple[str, ...] = (), **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*wrapper, sys.executable, "-m", "recolte", *map(str, words)],
            env=self._environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, process: "subprocess.Popen[str]") -> Outcome:
        said, problem = process.communicate(timeout=DEADLINE)
        return Outcome(process.returncode, said.splitlines(), problem.strip())

    # What it holds ---------------------------------------------------------------------------------------------------

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """The rows that an SQL question finds; none before the tables are made."""
        try:
            with self.sql() as sql:
                return [tuple(row) for row in sql.execute(question).fetchall()]
        except Exception as error:  # noqa: BLE001 — two databases, two families of errors
            assert re.search("no such table|does not exist|unable to open", str(error)), error
            return []

    def count(self, rest: str) -> int:
        found = self.ask(f"SELECT count(*) FROM {rest}")  # noqa: S608
        return int(found[0][0]) if found else 0

    def turns(self) -> list[tuple[Any, ...]]:
        """All that was transcribed."""
        return self.ask(
            "SELECT s.name, t.position, t.start_ms, t.end_ms, t.text FROM transcripts_turn t"
            " JOIN transcripts_transcript r ON r.id = t.transcript_id JOIN sources_source s ON s.id = r.source_id"
            " ORDER BY s.name, t.position"
        )

    def chunks(self, rest: str = "") -> list[tuple[Any, ...]]:
        return self.ask(f"SELECT id, start_ms, end_ms FROM transcripts_chunk {rest} ORDER BY start_ms")  # noqa: S608

    def turn_ids(self) -> set[int]:
        return {pk for (pk,) in self.ask("SELECT id FROM transcripts_turn")}

    def assert_everything_once(self, folder: Path, media: Path | None = None) -> None:
        """Each file of `folder` came in once, was read, transcribed where it is sound, and nothing is half-done."""
        shas = sorted(fingerprint(folder).values())
        assert sorted(sha for (sha,) in self.ask("SELECT sha256 FROM sources_source")) == shas
        assert self.ask("SELECT name, state, problem FROM sources_source WHERE state <> 'ready'") == []
        active = "SELECT name, state, attempt FROM jobs_job WHERE state IN ('queued', 'running')"
        assert self.ask(active) == []
        assert self.count("transcripts_transcript WHERE NOT is_complete") == 0
        assert self.count("transcripts_chunk WHERE NOT is_done") == 0
        spoken = self.ask("SELECT name FROM sources_source WHERE kind IN ('recording', 'transcript')")
        conversations = len({Path(name).stem for (name,) in spoken})
        assert self.count("transcripts_transcript") == conversations
        for verb, times in [("source.received", len(shas)), ("source.read", len(shas))]:
            assert (verb, self.count(f"journal_event WHERE verb = '{verb}'")) == (verb, times)
        assert self.count("journal_event WHERE verb LIKE 'transcript.%'") == conversations
        self.assert_media_whole(media)
        stored = set(self.media(media).values())
        wanted = {
            sha for (sha,) in self.ask("SELECT sha256 FROM sources_source UNION SELECT sha256 FROM sources_rendition")
        }
        assert wanted - stored == set()

    def assert_media_whole(self, media: Path | None = None) -> None:
        """What the store holds is what its names say."""
        assert {name: sha for name, sha in self.media(media).items() if Path(name).name != sha} == {}

    # What is alive of it ---------------------------------------------------------------------------------------------

    def processes(self) -> dict[int, str]:
        """The processes of this installation, whoever started them: their command lines by their ids."""
        alive = {}
        mark = f"RECOLTE_DATA={self.data}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended; a zombie has no environment
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    alive[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return alive

    def process(self, words: str) -> int:
        """The id of the first process whose command line has `words` in it, as soon as there is one."""
        return eventually(
            lambda: min((pid for pid, line in self.processes().items() if words in line), default=0), words
        )

    def nobody_is_left(self) -> None:
        eventually(lambda: not self.processes(), f"the end of {self.processes()}")

    def kill_everything(self) -> None:
        for pid in self.processes():
            kill(pid)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


# The server ----------------------------------------------------------------------------------------------------------


def free_port() -> int:
    """A port that is free, like the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            with suppress(OSError):
                other.bind(("127.0.0.1", port + 1))
                return port


@contextmanager
def serving(house: House, log: Path, **environment: str) -> Iterator["tuple[subprocess.Popen[bytes], Browser]"]:
    """`recolte serve`, once its pages answer."""
    port = free_port()
    with open(log, "ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "recolte", "serve", "--port", str(port)],
            env=house._environment | environment,
            stdout=file,
            stderr=file,
        )
    browser = Browser(port)
    try:
        eventually(lambda: process.poll() is not None or browser.answers(), "the first page")
        assert process.poll() is None, log.read_text()
        yield process, browser
    finally:
        process.terminate()
        process.wait(DEADLINE)
        house.kill_everything()


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def answers(self) -> bool:
        try:
            return self.get("/")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None, {})

    def send(self, path: str, fields: dict[str, bytes]) -> tuple[int, str]:
        """Send a form whose `fields` are files (of the field `brought`) where their name has an ending."""
        border = uuid.uuid4().hex
        fields = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "").encode(), **fields}
        body = b""
        for name, content in fields.items():
            label = f'name="brought"; filename="{name}"' if "." in name else f'name="{name}"'
            body += f"--{border}\r\nContent-Disposition: form-data; {label}\r\n\r\n".encode() + content + b"\r\n"
        body += f"--{border}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={border}"})

    def sign_in(self, house: House) -> None:
        link = house.run("signin", "amina@example.org").strip().splitlines()[-1]
        path = "/" + link.split("/", 3)[3]
        assert self.get(path)[0] == 200
        assert self.send(path, {})[0] == 302

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {**headers, "Cookie": cookies, "Accept-Language": "en"})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, text
