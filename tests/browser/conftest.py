"""A real server (`recolte serve`, on data of its own), and a real Chromium that is told what people do."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

REPOSITORY = Path(__file__).parent.parent.parent
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VNU = (
    "vnu-jar@26.9.27"  # the HTML checker of the W3C's validator, from the npm registry: 30 MB, so kept outside of here
)
CACHE = Path.home() / ".cache" / "recolte-tests"


@dataclass
class House:
    """The server, what `fill` put into it, and the command line on its data."""

    url: str
    environment: dict[str, str]
    pages: dict[str, tuple[str, str]]
    post: Path

    def letters(self, to: set[str]) -> dict[str, Message]:
        """The last letter that went to each of these addresses: they may be a moment on their way."""
        found: dict[str, Message] = {}
        for _ in range(300):
            files = sorted(self.post.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
            written = [one for file in files for one in file.read_bytes().split(b"-" * 79 + b"\n")[:-1]]
            found = {one["To"]: one for one in map(message_from_bytes, written) if one["To"] in to}
            if set(found) == to:
                return found
            time.sleep(0.1)
        raise AssertionError(f"of {to}, only {set(found)} got a letter")

    def recolte(self, *words: str) -> str:
        command = [sys.executable, "-m", "recolte", *words]
        done = subprocess.run(command, env=self.environment, cwd=REPOSITORY, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sign_in_link(self, who: str) -> str:
        words = self.recolte("signin", f"{who}@example.org").split()
        return next(word for word in words if word.startswith("http"))


def free_port() -> int:
    """A free port with a free one after it."""
    for port in range(20_000 + os.getpid() % 10_000 * 2, 60_000, 2):
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no free port")


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RECOLTE_")} | {
        "DJANGO_SETTINGS_MODULE": "recolte.settings",
        "RECOLTE_DATA": str(folder / "data"),
        "RECOLTE_SITE_URL": url,
        "RECOLTE_EMAIL_URL": (folder / "post").as_uri(),
        "RECOLTE_SPEECH_MODEL": "base",
        "RECOLTE_SPEECH_CHUNK_SECONDS": "15",  # so that two minutes of sound come in several steps
    }
    out = folder / "house.json"
    command = [sys.executable, "-m", "tests.browser.fill", str(out)]
    subprocess.run(
        command,
        env=environment | {"RECOLTE_SPEECH_MODEL": "fake"},
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    log = folder / "log"
    with log.open("wb") as to:
        serve = [sys.executable, "-m", "recolte", "serve", "--port", str(port)]
        server = subprocess.Popen(serve, env=environment, cwd=REPOSITORY, stdout=to, stderr=to)
    try:
        wait_for(url, server, log)
        pages = {name: (who, address) for name, (who, address) in json.loads(out.read_text())["pages"].items()}
        yield House(url, environment, pages, folder / "post")
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert "Traceback" not in log.read_text(), log.read_text()


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(url) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise AssertionError(f"the server does not answer: {log.read_text()}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if not program:
        pytest.skip("There is no Chromium here: install it (make system).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(house: House, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of a person who came in by the link that `recolte signin` prints; None for a visitor."""
    known: dict[str, Any] = {"": None}

    def state(who: str) -> Any:
        if who not in known:
            with contextlib.closing(chromium.new_context()) as context:
                page = context.new_page()
                page.goto(house.sign_in_link(who))
                page.locator("main form button").click()
                page.wait_for_url(f"{house.url}/")
                known[who] = context.storage_state()
        return known[who]

    return state


class Visit:
    """One window of one person. It keeps what went wrong: errors of scripts, refusals of the security policy, files
    that did not come. The page itself may well answer 404."""

    def __init__(self, context: BrowserContext, house: House) -> None:
        self.context, self.house = context, house
        self.problems: list[str] = []
        self.is_deaf = False
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("response", self._see)
        self.page: Page = context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if self.is_deaf:
            return
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(message.text)

    def _see(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status} {response.url}")

    def to(self, name_or_address: str) -> Page:
        _, address = self.house.pages.get(name_or_address, ("", name_or_address))
        self.page.goto(self.house.url + address)
        return self.page


@pytest.fixture
def visit(house: House, chromium: Browser, signed_in: Callable[[str], Any]) -> Iterator[Callable[..., Visit]]:
    """`visit("amina", width=360, dark=True, language="en", scripts=False)`: a new window, checked at the end."""
    visits: list[Visit] = []

    def begin(
        who: str = "amina", *, width: int = 1440, dark: bool = False, language: str = "fr", scripts: bool = True
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 600 else 780},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            storage_state=signed_in(who),
        )
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": "language", "value": language, "url": house.url}])
        visits.append(Visit(context, house))
        return visits[-1]

    yield begin
    problems = [problem for one in visits for problem in one.problems]
    for one in visits:
        one.context.close()
    assert problems == []


@pytest.fixture(scope="package")
def vnu() -> Path:
    """The HTML checker: fetched once, by npm."""
    java = shutil.which("java")
    jar = CACHE / VNU / "vnu.jar"
    if not java:
        pytest.skip("There is no Java here for the HTML checker: install it (make system).")
    if not jar.exists():
        npm = shutil.which("npm")
        if not npm:
            pytest.skip(f"The HTML checker is not here: install npm, which fetches it, or put vnu.jar at {jar}.")
        jar.parent.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            [npm, "pack", VNU, "--silent"], cwd=jar.parent, check=True, capture_output=True, text=True
        )
        archive = jar.parent / packed.stdout.split()[-1]
        own = jar.with_suffix(f".{os.getpid()}")
        with tarfile.open(archive) as files, own.open("wb") as to:
            inside = files.extractfile("package/build/dist/vnu.jar")
            assert inside
            shutil.copyfileobj(inside, to)
        own.replace(jar)
        archive.unlink()
    return jar
