"""The public site as readers meet it: served by any web server, without scripts, on a phone, in the dark, on paper."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext
from pypdf import PdfReader

from recolte.publishing.site import Site, manifest, write
from tests.browser.conftest import free_port
from tests.browser.test_every_page import AXE, FAULTS, PAINTED, PAPER, TOO_WIDE, html_errors
from tests.publishing.test_site import COURTYARD, SITE

pytestmark = [pytest.mark.browser]

PAGES = ["index.html", "preuve/index.html", "404.html", f"{COURTYARD.folder}/index.html"]
WORDS = [line.text for claim in COURTYARD.claims for quote in claim.quotes for line in quote.lines]


def voice(pitch: float, seconds: float = 2.0) -> bytes:
    """A tone as an MP3."""
    wave = (6000 * np.sin(2 * np.pi * pitch * np.arange(int(24_000 * seconds)) / 24_000)).astype(np.int16)
    out = BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("mp3", rate=24_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = 24_000
        for one in (frame, None):
            for packet in stream.encode(one):
                file.mux(packet)
    return out.getvalue()


def with_sound(site: Site) -> Site:
    """The sample with clips that can be played."""
    return replace(site, cards=tuple(replace(card, claims=tuple(replace(claim, quotes=tuple(
        replace(quote, sound=voice(200 + 20 * number)) if quote.sound else quote
        for number, quote in enumerate(claim.quotes))) for claim in card.claims)) for card in site.cards))  # fmt: skip


class Quiet(SimpleHTTPRequestHandler):
    """A plain web server, as those that carry such folders: the folder, and the page 404.html for what is not there."""

    def log_message(self, format: str, *args: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site") / "ateliers"


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The site, served under a path that is not the root."""
    port = free_port()
    write(replace(with_sound(SITE), url=f"http://127.0.0.1:{port}/ateliers"), folder)
    with ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder.parent))) as server:
        (folder.parent / "404.html").write_bytes((folder / "404.html").read_bytes())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}/ateliers"
        server.shutdown()


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`reader(java_script_enabled=False)`: a window; at the end, nothing in it was refused, missing or wrong."""
    windows: list[BrowserContext] = []
    problems: list[str] = []

    def begin(**options: object) -> BrowserContext:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("console", lambda message: problems.append(message.text))
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on(
            "response", lambda response: problems.append(f"{response.status} {response.url}") if response.status >= 400 else None
        )  # fmt: skip
        windows.append(context)
        return context

    yield begin
    for context in windows:
        context.close()
    assert problems == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_is_accessible(name: str, url: str, chromium: Browser) -> None:
    """The policy of the page refuses every script; the tests' own comes past it."""
    with closing(chromium.new_context(bypass_csp=True)) as context:
        page = context.new_page()
        page.goto(f"{url}/{name}")
        page.evaluate(AXE)
        found = []
        for width, height in ((360, 780), (1440, 900)):
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                page.wait_for_function(PAINTED, arg=PAPER[scheme])
                found += [
                    f"{width} {scheme}: {fault}" for fault in [*page.evaluate(TOO_WIDE), *page.evaluate(FAULTS, scheme)]
                ]
        assert found == []


def test_the_html_is_valid(url: str, folder: Path, vnu: Path, tmp_path: Path) -> None:
    write(replace(SITE, cards=(), url=""), tmp_path)
    assert html_errors(vnu, [folder / name for name in PAGES] + sorted(tmp_path.rglob("*.html"))) == []


def test_without_scripts_one_reads_follows_and_listens(url: str, reader: Callable[..., BrowserContext]) -> None:
    context = reader(java_script_enabled=False)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(f"{url}/index.html")
    page.get_by_role("link", name=COURTYARD.title).click()
    page.wait_for_url(f"**/{COURTYARD.folder}/index.html")
    assert page.locator(".words").all_inner_texts() == WORDS
    voices = page.locator("audio")
    assert voices.count() == 2
    assert [url for url in asked if url.endswith(".mp3")] == []  # nothing is fetched before somebody wants to hear it
    with page.expect_response("**/*.mp3") as heard:
        voices.first.focus()
        page.keyboard.press("Space")
    assert heard.value.status == 200
    assert heard.value.url == f"{url}/{COURTYARD.folder}/{voices.first.get_attribute('src')}"
    page.locator(".claim .facts a").first.click()
    page.wait_for_url(f"**/preuve/index.html#{COURTYARD.claims[0].anchor}")
    assert {urlsplit(one).netloc for one in asked} == {urlsplit(url).netloc}


def test_a_voice_plays_under_the_policy_of_the_page(url: str, reader: Callable[..., BrowserContext]) -> None:
    page = reader().new_page()
    page.goto(f"{url}/{COURTYARD.folder}/index.html")
    lengths = page.evaluate(
        """() => Promise.all([...document.querySelectorAll("audio")].map((one) => new Promise((heard, refused) => {
            one.onloadedmetadata = () => heard(one.duration); one.onerror = () => refused(one.error.message); one.load(); one.preload = "metadata"; })))"""
    )
    assert [round(length) for length in lengths] == [2, 2]


def test_it_works_from_a_folder_as_well(folder: Path, url: str, reader: Callable[..., BrowserContext]) -> None:
    page = reader(java_script_enabled=False).new_page()
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name=COURTYARD.title).click()
    page.wait_for_url(f"**/{COURTYARD.folder}/index.html")
    assert page.locator(".words").all_inner_texts() == WORDS


def test_letters_and_colours_come_from_a_folder_as_well(
    folder: Path, url: str, reader: Callable[..., BrowserContext]
) -> None:
    page = reader(color_scheme="light").new_page()
    page.goto((folder / "index.html").as_uri())
    page.wait_for_function(PAINTED, arg=PAPER["light"])


def test_what_is_not_there_is_said_at_any_depth(url: str, chromium: Browser) -> None:
    with closing(chromium.new_context(color_scheme="light")) as context:
        page = context.new_page()
        answer = page.goto(f"{url}/fiches/not-there/at-all.html")
        assert answer and answer.status == 404
        page.wait_for_function(PAINTED, arg=PAPER["light"])
        page.locator("main a").click()
        page.wait_for_url(f"{url}/index.html")


def test_on_paper_the_words_stand_and_the_address_of_the_voice(
    url: str, folder: Path, reader: Callable[..., BrowserContext]
) -> None:
    page = reader(java_script_enabled=False).new_page()
    page.goto(f"{url}/{COURTYARD.folder}/index.html")
    printed = "".join(one.extract_text() for one in PdfReader(BytesIO(page.pdf(format="A4"))).pages)
    squeezed = "".join(printed.split()).replace("ʼ", "’")  # one drawing, for which the PDF names another letter
    assert [words for words in WORDS if "".join(words.split()) not in squeezed] == []
    said = manifest(folder)
    assert said is not None
    sounds = [quote["sound"] for claim in said["cards"][0]["claims"] for quote in claim["quotes"] if quote["sound"]]
    assert len(sounds) == 2
    assert [sound for sound in sounds if f"{url}/{sound}" not in squeezed] == []


def test_the_keyboard_reaches_every_link_and_voice(url: str, reader: Callable[..., BrowserContext]) -> None:
    page = reader().new_page()
    page.goto(f"{url}/{COURTYARD.folder}/index.html")
    wanted = page.locator("a[href], audio").count()
    reached: set[str] = set()
    for _ in range(wanted * 6):
        page.keyboard.press("Tab")
        here = page.evaluate("() => [...document.querySelectorAll('a[href], audio')].indexOf(document.activeElement)")
        reached.add(str(here))
    assert {str(number) for number in range(wanted)} - reached == set()
