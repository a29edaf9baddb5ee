"""The whole chain on the demo, through the pages alone: coordinator, researcher, somebody recorded on a phone, everyone.

It ends with the voice at its second; then one consent is withdrawn, and everything that rested on it follows.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import REPOSITORY, free_port, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.speech, pytest.mark.slow]

RECORDING = REPOSITORY / "tests/data/demo/atelier-de-lecture/fleurs/lecture-2.ogg"
RATE = 8000  # samples a second, enough to tell one moment from another


@dataclass
class Demo:
    """The demo, served; and the command line on its data."""

    url: str
    sign_in: str
    folder: Path
    environment: dict[str, str]

    def recolte(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "recolte", *words]
        return subprocess.run(command, env=self.environment, cwd=REPOSITORY, capture_output=True, text=True)

    @property
    def site(self) -> Path:
        return self.folder / "public" / "les-passerelles"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RECOLTE_")} | {
        "DJANGO_SETTINGS_MODULE": "recolte.settings",
        "RECOLTE_DATA": str(folder),
        "RECOLTE_SITE_URL": f"http://127.0.0.1:{port}",
        "RECOLTE_SPEECH_MODEL": "base",
        "LC_ALL": "en",
    }
    log = folder / "log"
    with log.open("wb") as to:
        command = [sys.executable, "-u", "-m", "recolte", "demo", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=to, stderr=to)
    try:
        link = None
        for _ in range(600):
            assert server.poll() is None, log.read_text()
            if link := re.search(r"http\S+/connexion/lien/\S+", log.read_text()):
                break
            time.sleep(0.3)
        assert link, log.read_text()
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server, log)
        yield Demo(url, link[0], folder, environment)
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture
def people(demo: Demo, chromium: Browser) -> Iterator[dict[str, Page]]:
    """A window each: Amina coordinates, Bruno researches, somebody recorded has a phone, the public has no scripts."""
    with contextlib.ExitStack() as stack:

        def window(link: str = "", *, phone: bool = False, scripts: bool = True) -> Page:
            context = chromium.new_context(
                viewport={"width": 360, "height": 740} if phone else {"width": 1440, "height": 900},
                is_mobile=phone,
                has_touch=phone,
                java_script_enabled=scripts,
            )
            stack.callback(context.close)
            context.set_default_timeout(20_000)
            context.add_cookies([{"name": "language", "value": "en", "url": demo.url}])
            page = context.new_page()
            if link:
                page.goto(link)
                page.locator("main form button").click()
                page.wait_for_url(f"{demo.url}/")
            return page

        bruno = next(word for word in demo.recolte("signin", "bruno@example.org").stdout.split() if "http" in word)
        yield {
            "amina": window(demo.sign_in),
            "bruno": window(bruno),
            "reader": window(phone=True),
            "public": window(scripts=False),
        }


def samples(path: Path) -> NDArray[np.float32]:
    """The sound of a file, mono, at RATE."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "mono", RATE)
        frames = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(frames)


def where(part: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    """The second of `whole` at which `part` is heard: the highest of their correlation."""
    size = len(part) + len(whole)
    correlation = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    return float(np.argmax(correlation[: len(whole)]) / RATE)


def heard(page: Page) -> tuple[float, float]:
    """Play the page's first voice for a while: its length, and how far it came (seconds)."""
    audio = page.locator("audio").first
    audio.evaluate("(one) => { one.muted = true; return one.play(); }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.4")
    length, reached = audio.evaluate("(one) => { one.pause(); return [one.duration, one.currentTime]; }")
    return float(length), float(reached)


def test_from_the_voice_to_a_public_claim_and_back(demo: Demo, people: dict[str, Page], tmp_path: Path) -> None:
    amina, bruno, reader, public = people["amina"], people["bruno"], people["reader"], people["public"]

    # The coordinator brings a recording back from a visit, and attests what was agreed
    amina.goto(f"{demo.url}/communaute/les-passerelles/rencontre/")
    amina.get_by_label("name", exact=False).first.fill("Atelier du soir")
    amina.locator("main form button.main").click()
    amina.wait_for_url("**/rencontres/**")
    gathering = amina.url
    # The same bytes may come in twice, to two gatherings: each has its own.
    amina.locator("input[type=file]").set_input_files(RECORDING)
    amina.locator("#bring [name=statement]").fill("La lectrice, à voix haute, avant de lire.")
    amina.locator("#bring .actions button").click()
    title = amina.locator("#brought .title", has_text="lecture-2.ogg")
    title.wait_for()
    expect(amina.locator("#brought")).to_contain_text("transcribed", timeout=90_000)
    title.click()
    amina.wait_for_url("**/ecoute/**")
    recording = amina.url

    # The researcher says who speaks, listens, and codes some words
    bruno.goto(recording)
    bruno.locator("coded-text[data-ready]").wait_for()
    bruno.locator("voice-player[data-ready]").wait_for()
    turns = bruno.locator(".turns > li")
    count = turns.count()
    assert count >= 1
    bruno.locator("#turn-1 .words").click()
    for _ in range(count - 1):
        bruno.keyboard.press("Shift+ArrowDown")
    bruno.keyboard.press("w")
    box = bruno.locator("dialog[data-use=who]")
    box.locator("summary").click()
    box.locator("[name=name]").fill("Maïté")
    box.locator("[name=role]").fill("lectrice")
    box.locator("[name=structure]").fill("La Filature d’Ombeline")
    with bruno.expect_response(lambda answer: answer.request.method == "POST"):
        bruno.keyboard.press("Enter")
    expect(bruno.locator("#turn-1 .speaker")).to_have_text("Maïté")
    bruno.evaluate(
        "() => { document.querySelector('audio').muted = true; document.querySelector('voice-player').seek(0); }"
    )
    bruno.evaluate("() => document.querySelector('audio').playbackRate = 2")
    bruno.evaluate("() => document.querySelector('voice-player').play()")
    bruno.wait_for_function("() => document.querySelector('audio').ended", timeout=60_000)
    for number in range(1, count + 1):
        bruno.locator(f"#turn-{number} .words").click()
        with bruno.expect_response(lambda answer: answer.request.method == "POST"):
            bruno.keyboard.press("v")
    expect(bruno.locator(".turns .heard")).to_have_count(count)
    said = bruno.locator("#turn-1 .words").inner_text().split()
    quote = " ".join(said[2:8])
    place = bruno.evaluate(
        """(words) => { const node = document.querySelector("#turn-1 .words").firstChild, at = node.data.indexOf(words);
        const range = document.createRange(); range.setStart(node, at); range.setEnd(node, at + words.length);
        const boxes = [...range.getClientRects()].filter((box) => box.width), first = boxes[0], last = boxes.at(-1);
        return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2]; }""",
        quote,
    )
    bruno.mouse.move(place[0], place[1])
    bruno.mouse.down()
    bruno.mouse.move(place[2], place[3], steps=6)
    bruno.mouse.up()
    expect(bruno.locator("dialog[data-use=code] [data-do=filter]")).to_be_focused()
    bruno.keyboard.type("ce qui se lit à voix haute")
    bruno.keyboard.press("Enter")
    with bruno.expect_response(lambda answer: answer.request.method == "POST"):
        bruno.keyboard.press("Enter")
    expect(bruno.locator("#turn-1 .codings a.code")).to_have_text(["ce qui se lit à voix haute"])
    painted = bruno.evaluate(
        "() => [...CSS.highlights].filter(([name]) => name.startsWith('code-')).flatMap(([, ranges]) => [...ranges].map(String))"
    )
    assert painted == [quote]

    # From the passage to a claim on a new card
    bruno.locator("#turn-1 .codings a.code").click()
    bruno.locator("dialog[data-use=coding] a").click()
    bruno.wait_for_url("**/extraits/**")
    bruno.get_by_role("link", name="Use it in a card").click()
    bruno.locator("[name=title]").fill("Ce qui fut lu ce soir-là")
    bruno.locator("[name=text]").fill("Ce soir-là, une phrase fut lue à voix haute.")
    bruno.locator("main form.form button.main").click()
    bruno.wait_for_url("**/fiches/**")
    card = bruno.url.split("#")[0]
    expect(bruno.locator(".claim .lack")).to_contain_text("has not agreed to be quoted in public")
    expect(bruno.locator(".missing li")).to_have_text(["Maïté has not answered yet."])

    # The coordinator gives the reader her personal link
    amina.goto(card)
    amina.locator(".claim .things a.title", has_text="Maïté").click()
    amina.wait_for_url("**/personnes/**")
    amina.get_by_role("button", name="Make a personal link").click()
    amina.locator("text=/parole/").or_(amina.locator("input[value*='/parole/']")).first.wait_for()
    link = re.search(r"http\S+/parole/[^\s\"<]+", amina.content())
    assert link, amina.content()

    # On her phone she hears her words, agrees, and accepts what was made of them
    reader.goto(link[0])
    assert reader.locator(".rail").count() == 0
    length, _reached = heard(reader)
    reader.locator("button[value=accepted]").click()
    expect(reader.locator(".answered")).to_be_visible()
    for purpose in ("group", "quote_pseudonym", "publish_audio"):
        reader.locator(f"[name=allow][value={purpose}]").check()
    reader.locator(".allowing button.main").click()
    expect(reader.locator("[name=allow][value=publish_audio]")).to_be_checked()

    # The coordinator publishes
    amina.goto(card)
    expect(amina.locator(".claim > .facts .state")).to_contain_text("validated")
    amina.get_by_role("button", name="Publish").click()
    expect(amina.locator(".lack")).to_contain_text("only one person has this role")  # “lectrice” is one person there
    amina.locator("button[name=sure]").click()
    home = f"{demo.url}/public/les-passerelles/"
    for _ in range(100):
        public.goto(home)
        if public.get_by_text("Ce qui fut lu ce soir-là").count():
            break
        time.sleep(0.2)

    # Everyone reads it, without a script, and hears the right second
    public.get_by_role("link", name="Ce qui fut lu ce soir-là").first.click()
    expect(public.locator("body")).to_contain_text(quote)
    expect(public.locator("body")).to_contain_text("lectrice")
    assert "Maïté" not in public.content()
    sound = public.locator("audio").get_attribute("src")
    answer = public.context.request.get(public.url.rsplit("/", 1)[0] + "/" + str(sound))
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/mpeg")
    clip = tmp_path / "clip.mp3"
    clip.write_bytes(answer.body())
    bruno.goto(recording)
    times = bruno.evaluate(
        """async (quote) => { const text = document.querySelector("spoken-text");
        const {turns} = await (await fetch(text.getAttribute("words-url"))).json(), flat = turns[0];
        const start = document.querySelector("#turn-1 .words").textContent.indexOf(quote), end = start + quote.length;
        const said = flat.filter((_, i) => i % 5 === 0).map((at, i) => flat.slice(5 * i, 5 * i + 5))
            .filter(([at, length]) => at < end && at + length > start);
        return [said[0][2], said.at(-1)[2] + said.at(-1)[3]]; }""",
        quote,
    )
    part, whole = samples(clip), samples(RECORDING)
    assert len(part) / RATE == pytest.approx((times[1] - times[0]) / 1000, abs=0.15)
    assert length == pytest.approx(len(part) / RATE, abs=0.15)
    assert where(part, whole) == pytest.approx(times[0] / 1000, abs=0.1)
    listener = people["amina"].context.new_page()
    listener.goto(public.url)
    assert heard(listener)[1] > 0.4
    checked = demo.recolte("verify")
    assert (checked.returncode, checked.stdout.startswith("The chain holds: ")) == (0, True)

    # She takes one agreement back: the claim is no longer supported, the site has forgotten it, the chain holds
    reader.goto(link[0])
    reader.locator("[name=allow][value=quote_pseudonym]").uncheck()
    reader.locator(".allowing button.main").click()
    expect(reader.locator("[name=allow][value=quote_pseudonym]")).not_to_be_checked()
    amina.goto(card)
    expect(amina.locator(".claim > .facts .state")).to_contain_text("no longer supported")
    for _ in range(100):
        public.goto(home)
        if not public.get_by_text("Ce qui fut lu ce soir-là").count():
            break
        time.sleep(0.2)
    kept = b"\n".join(path.read_bytes() for path in demo.site.rglob("*") if path.is_file())
    assert [words for words in (quote.encode(), b"Ce qui fut lu") if words in kept] == []
    assert clip.name not in [path.name for path in demo.site.rglob("*.mp3")]
    assert clip.read_bytes() not in [path.read_bytes() for path in demo.site.rglob("*.mp3")]
    checked = demo.recolte("verify")
    assert (checked.returncode, checked.stdout.startswith("The chain holds: ")) == (0, True), checked.stdout
    assert gathering.startswith(demo.url)
