"""From a recording to a word that one hears: the whole way, in a browser, with the real speech model."""

import re
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AGREED = "Lectures à voix haute, publiées sous licence libre par leurs auteurs."
STEP = 0.15  # seconds: how far the voice may be from where it was asked
NOW = """() => { const now = CSS.highlights.get("now"); return {time: document.querySelector("audio").currentTime,
    words: now ? [...now].map(String) : []}; }"""
# What the list of the gathering shows while work goes on; `same` tells that the page was never loaded again.
BOARD = """() => { const job = document.querySelector("#brought .job"); return job ? {
    stage: job.querySelector(".stage")?.textContent ?? "", value: job.querySelector("progress").value,
    rest: job.querySelector(".rest").textContent, same: Boolean(globalThis.same)} : null; }"""
# The place, on the screen, of some characters of a turn.
PLACE = """([turn, start, length]) => { const node = document.querySelectorAll(".turns > li")[turn].querySelector(".words").firstChild;
    const points = Array.from(node.data), before = points.slice(0, start).join("").length;
    const range = document.createRange(); range.setStart(node, before); range.setEnd(node, before + points.slice(start, start + length).join("").length);
    node.parentElement.scrollIntoView({block: "center"}); const box = range.getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2, text: String(range)}; }"""


@pytest.fixture(scope="module")
def long_recording(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More than two minutes of real voices: the dialogues of the test data, end to end."""
    out = tmp_path_factory.mktemp("voices") / "table ronde.wav"
    folder = data / "2_audio_fr" / "dialogue_fr"
    with wave.open(str(out), "wb") as to:
        for name in ("fleurs_3spk", "fleurs_2spk", "fleurs_4spk_overlap", "fleurs_3spk"):
            with wave.open(str(folder / f"{name}.wav")) as one:
                if not to.getnframes():
                    to.setparams(one.getparams())
                to.writeframes(one.readframes(one.getnframes()))
        assert to.getnframes() / to.getframerate() > 120
    return out


def time(page: Page) -> float:
    return float(page.evaluate("() => document.querySelector('audio').currentTime"))


def words_of(page: Page) -> list[list[list[int]]]:
    """The words of every turn: start and length in code points, start and duration in ms, probability in percent."""
    address = page.locator("spoken-text").get_attribute("words-url")
    flat = page.request.get(page.url.split("/ecoute")[0] + str(address)).json()["turns"]
    return [[turn[i : i + 5] for i in range(0, len(turn), 5)] for turn in flat]


def ready(page: Page) -> None:
    page.locator("voice-player[data-ready]").wait_for()
    page.locator("spoken-text[data-ready]").wait_for()
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")


@pytest.mark.speech
def test_a_recording_is_brought_watched_read_and_listened_to(visit: Callable[..., Visit], long_recording: Path) -> None:
    one = visit()
    ranges: list[Response] = []
    one.page.on("response", lambda answer: ranges.append(answer) if answer.url.endswith("/listening/") else None)
    page = one.to("gatherings")
    page.get_by_role("link", name="Nouvelle rencontre").click()
    page.get_by_label("Nom").fill("Table ronde au café")
    page.locator("main form button").click()

    page.locator("#upload-brought").set_input_files(long_recording)
    page.locator("upload-form textarea").fill(AGREED)
    page.get_by_label("Langue parlée").select_option("fr")
    page.locator("upload-form button.main").click()
    page.locator("#brought .title").wait_for()
    page.evaluate("() => { globalThis.same = true; }")
    seen = watch(page)
    assert all(state["same"] for state in seen)
    assert len({state["stage"] for state in seen} - {""}) >= 2
    assert len({state["value"] for state in seen}) >= 4  # the bar advances, step by step
    assert [state["value"] for state in seen if state["value"]] == sorted(s["value"] for s in seen if s["value"])
    left = [
        found[0] for state in seen if (found := re.findall(r"environ \d+ min encore|moins d’une minute", state["rest"]))
    ]
    assert left
    expect(page.locator("#brought .state")).to_have_text("transcrit")

    page.locator("#brought .title").click()
    ready(page)
    turns = words_of(page)
    assert len(turns) >= 3
    number = 2
    word = turns[number][len(turns[number]) // 2]
    at = click_word(page, number, word)
    assert abs(time(page) - word[2] / 1000) <= STEP
    page.keyboard.press(" ")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    page.wait_for_function(f"() => document.querySelector('audio').currentTime > {word[2] / 1000 + 0.05}")
    now = page.evaluate(NOW)
    assert now["words"][0] in near(page, turns, now["time"])
    expect(page.locator(f".turns > li:nth-child({number + 1})")).to_have_attribute("aria-current", "true")
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('audio').paused")
    assert at["text"].strip()

    end = float(page.evaluate("() => document.querySelector('audio').duration"))
    assert end > 120
    for asked in (end - 5, 1.0, end / 2):
        page.evaluate("(to) => document.querySelector('voice-player').seek(to)", asked)
        page.wait_for_function("() => !document.querySelector('audio').seeking")
        assert abs(time(page) - asked) <= STEP
    assert ranges and {answer.status for answer in ranges} == {206}


def watch(page: Page) -> list[dict[str, Any]]:
    """The states of the line of work, one after the other, until it is gone."""
    seen: list[dict[str, Any]] = []
    for _ in range(1800):
        state = page.evaluate(BOARD)
        if state is None and seen and page.locator("#brought .state").count():
            return seen
        if state and (not seen or seen[-1] != state):
            seen.append(state)
        page.wait_for_timeout(100)
    raise AssertionError(f"the work does not end: {seen[-3:]}")


def click_word(page: Page, turn: int, word: list[int]) -> dict[str, Any]:
    page.wait_for_timeout(100)
    place: dict[str, Any] = page.evaluate(PLACE, [turn, word[0], word[1]])
    page.wait_for_timeout(300)  # the page may glide
    place = page.evaluate(PLACE, [turn, word[0], word[1]])
    page.mouse.click(place["x"], place["y"])
    page.wait_for_function("() => !document.querySelector('audio').seeking")
    return place


def near(page: Page, turns: list[list[list[int]]], seconds: float) -> list[str]:
    """The words said around a second (within 0.3 s: the paint and the clock are read one after the other)."""
    texts = page.locator(".turns .words").all_text_contents()
    ms = seconds * 1000
    return [
        texts[number][start : start + length]
        for number, turn in enumerate(turns)
        for start, length, begins, lasts, _ in turn
        if begins - 300 <= ms <= begins + lasts + 700
    ]


def test_the_keys_of_the_player(visit: Callable[..., Visit]) -> None:
    page = visit().to("listen")
    ready(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("l")
    page.wait_for_function("() => !document.querySelector('audio').seeking")
    assert time(page) == pytest.approx(10, abs=STEP)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => !document.querySelector('audio').seeking")
    assert time(page) == pytest.approx(5, abs=STEP)
    for key, speed in [(">", "1.25"), (">", "1.5"), ("<", "1.25"), ("<", "1"), ("<", "0.75")]:
        page.keyboard.press(key)
        expect(page.locator("[data-do=speed]")).to_have_value(speed)
        assert page.evaluate("() => document.querySelector('audio').playbackRate") == float(speed)
    page.keyboard.press(" ")
    page.wait_for_function("() => !document.querySelector('audio').paused")
    expect(page.locator("[data-do=play]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.keyboard.press("?")
    expect(page.locator("voice-player dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("header input[type=search]").focus()
    before = time(page)
    page.keyboard.type("jkl ")
    assert (time(page), page.evaluate("() => document.querySelector('audio').paused")) == (before, True)


@pytest.mark.parametrize("width", [360, 1440])
def test_an_address_opens_at_its_second(width: int, visit: Callable[..., Visit]) -> None:
    one = visit(width=width)
    page = one.to(one.house.pages["listen"][1] + "#t=9.2")
    ready(page)
    assert time(page) == pytest.approx(9.2, abs=STEP)
    turn = page.locator(".turns > li[aria-current=true]")
    expect(turn).to_have_id("turn-2")
    expect(turn).to_be_in_viewport()
    page.locator(".turns .time").nth(3).click()
    page.wait_for_function("() => document.querySelector('audio').currentTime > 13")


def test_a_word_of_a_long_transcript_is_heard_at_once(visit: Callable[..., Visit]) -> None:
    one = visit()
    page = one.to(one.house.pages["gathering-full"][1])
    page.locator("#brought .title", has_text="lecture-a-trois-voix.wav").click()
    ready(page)
    turns = words_of(page)
    word = turns[1][3]
    click_word(page, 1, word)
    assert time(page) == pytest.approx(word[2] / 1000, abs=STEP)
    assert page.evaluate(NOW)["words"] == [
        page.locator(".turns .words").nth(1).inner_text()[word[0] : word[0] + word[1]]
    ]


def test_a_hit_opens_at_its_second_and_plays_in_place(visit: Callable[..., Visit]) -> None:
    page = visit().to("home")
    page.locator("header input[type=search]").fill("confiance")
    page.keyboard.press("Enter")
    hit = page.locator(".hits > li", has_text="lecture-a-trois-voix.wav").first
    expect(hit.locator("mark")).to_have_text("confiance")
    play = hit.locator("a.play")
    start = float(str(play.get_attribute("data-start")))
    play.click()
    expect(play).to_have_class(re.compile("playing"))
    play.click()
    expect(play).not_to_have_class(re.compile("playing"))
    hit.locator(".quote a").click()
    ready(page)
    assert start > 5
    assert time(page) == pytest.approx(start, abs=STEP)
    expect(page.locator(".turns > li[aria-current=true]")).to_contain_text("confiance")
    expect(page.locator(".turns > li[aria-current=true]")).to_be_in_viewport()


def test_one_reads_in_french_or_in_english(visit: Callable[..., Visit]) -> None:
    page = visit().to("search-hits")
    expect(page.locator("h1")).to_have_text("Chercher")
    page.locator("header button[name=language]").click()
    expect(page.locator("h1")).to_have_text("Search")
    expect(page.locator("main input[type=search][name=q]")).to_have_value(
        "confiance"
    )  # the same page, the same question
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("header button[name=language]").click()
    expect(page.locator("h1")).to_have_text("Chercher")
