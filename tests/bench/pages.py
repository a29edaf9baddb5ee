"""Opening a two-hour transcript: CPU of the server, and of the browser until the words are ready."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.template import Context, engines
from django.test import Client, override_settings
from playwright.sync_api import sync_playwright

from recolte.community.actions import sign_in_link
from recolte.sources.models import Source
from recolte.transcripts import reading
from recolte.transcripts.actions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript
from tests.bench.long import two_hours
from tests.bench.timing import cpu_ms, table
from tests.world import World, bring, tone

LOOP = (
    '{% for turn in turns %}<li id="turn-{{ forloop.counter }}" data-start="{{ turn.start_ms }}" data-end="{{ turn.end_ms }}">'
    '<a class="time" href="#t={{ turn.start_ms }}">{{ turn.start_ms }}</a><b class="speaker">{{ turn.speaker.label }}</b>'
    '<p class="words">{{ turn.text }}</p></li>{% endfor %}'
)


def _long_transcript(world: World) -> Source:
    folder = settings.DATA / "brought"
    folder.mkdir()
    source = bring(world, "deux-heures.wav", tone(2), Path(folder))
    source.transcripts.all().delete()
    transcript = Transcript.objects.create(
        community=world.community, source=source, origin=Origin.MACHINE, language="fr", is_complete=True
    )
    add_turns(transcript, two_hours())
    changed(transcript)
    return source


@override_settings(SPEECH_MODEL="fake", ALLOWED_HOSTS=["*"])
def measure(world: World) -> str:
    source = _long_transcript(world)
    transcript = source.transcripts.get()
    client: Client = world.client("amina")
    url = source.get_absolute_url()

    def first() -> object:
        reading._turns_html.cache_clear()
        return client.get(url)

    loop = engines["django"].from_string(LOOP)
    turns = transcript.turns.select_related("speaker").order_by("position")
    rendered = cpu_ms(lambda: loop.template.render(Context({"turns": turns})))
    joined = cpu_ms(lambda: (reading._turns_html.cache_clear(), reading.turns_html(transcript)))
    cached = cpu_ms(lambda: reading.turns_html(transcript))
    words = cpu_ms(lambda: (reading.words_json.cache_clear(), reading.words_json(transcript.pk, transcript.version)))
    whole, again = cpu_ms(first), cpu_ms(lambda: client.get(url))
    zipped = cpu_ms(lambda: client.get(url, headers={"Accept-Encoding": "gzip"}))
    rows: list[list[object]] = [
        ["turns by a template loop (baseline)", rendered, 1.0],
        ["turns joined, first time for a version", joined, joined / rendered],
        ["turns joined, again", cached, cached / rendered],
        ["times of the words as JSON, first time", words, words / rendered],
        ["whole page, first time for a version", whole, whole / rendered],
        ["whole page, again", again, again / rendered],
        ["whole page, again, gzip", zipped, zipped / rendered],
    ]
    size = len(client.get(url).content)
    return (
        f"A two-hour transcript: {transcript.turns.count()} turns, {len(two_hours()) * 12} words, {size // 1024} kB of "
        "HTML. Server, 15 runs:\n\n"
        + table(["what", "CPU ms", "ratio to the baseline"], rows)
        + "\n\nBrowser (headless Chromium, real server, 5 runs each, the page with 2 turns is the baseline):\n\n"
        + _browser(world, source)
    )


def _browser(world: World, source: Source) -> str:
    folder = Path(settings.DATA / "short")
    folder.mkdir()
    short = bring(world, "court.wav", tone(1), folder)
    return cost_of_tabs(
        world, [("2 turns (baseline)", short.get_absolute_url()), ("1,500 turns", source.get_absolute_url())]
    )


def cost_of_tabs(world: World, pages: list[tuple[str, str]]) -> str:
    """A table of what the tabs of `pages` (name, path) cost when Amina opens them on a real server; the first is the baseline."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "recolte", "serve", "--port", str(port)],
        env={**os.environ, "RECOLTE_SPEECH_MODEL": "fake"},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(address)
        link = sign_in_link(world.amina).replace(settings.SITE_URL, address)
        with sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
            context = browser.new_context()
            page = context.new_page()
            page.goto(link)
            page.click("main form button")
            rows: list[list[object]] = []
            for name, path in pages:
                measured = [_open(context, address + path) for _ in range(5)]
                costs = [sorted(column)[2] for column in zip(*measured, strict=True)]
                rows.append([name, *costs, costs[0] / (rows[0][1] if rows else costs[0])])  # type: ignore[operator]
            browser.close()
    finally:
        server.terminate()
        server.wait()
    return table(["page", "CPU ms of the tab", "of which scripts", "of which layout and style", "ratio"], rows)


def _open(context: object, url: str) -> tuple[float, float, float]:
    page = context.new_page()  # type: ignore[attr-defined]
    tools = context.new_cdp_session(page)  # type: ignore[attr-defined]
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(500)
    found = {metric["name"]: metric["value"] * 1000 for metric in tools.send("Performance.getMetrics")["metrics"]}
    page.close()
    return found["TaskDuration"], found["ScriptDuration"], found["LayoutDuration"] + found["RecalcStyleDuration"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=1)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
