"""Chloé, who has no account, on her phone: she hears her words, answers, allows and takes back."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import REPOSITORY, House, Visit
from tests.browser.test_every_page import faults, html_errors
from tests.browser.told import SAID

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "fr-FR"}
THUMB = 44  # px: what a thumb meets without looking
SMALL = f"""() => [...document.querySelectorAll("main .button, main summary, main .choice")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < {THUMB} - 1).map((one) => one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def told(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("told") / "told.json"
    command = [sys.executable, "-m", "tests.browser.told", str(out)]
    subprocess.run(command, env=house.environment, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, str] = json.loads(out.read_text())
    return found


@pytest.fixture
def phone(house: House, chromium: Browser) -> Iterator[Visit]:
    with closing(chromium.new_context(**PHONE)) as context:
        context.set_default_timeout(15_000)
        one = Visit(context, house)
        yield one
    assert one.problems == []


def claim(page: Page, text: str) -> str:
    """The selector of the article of a claim."""
    found = page.locator("article", has_text=text).get_attribute("id")
    assert found
    return f"#{found}"


def test_she_hears_the_seconds_of_her_words(phone: Visit, told: dict[str, str]) -> None:
    page = phone.to(told["link"])
    audio = page.locator(f"{claim(page, 'Ici on décide ensemble')} audio")
    expect(audio).to_have_count(1)
    audio.evaluate("(audio) => { audio.muted = true; return audio.play(); }")
    page.wait_for_function(
        "() => [...document.querySelectorAll('audio')].some((audio) => audio.currentTime > 0.5)", timeout=10_000
    )
    seconds = audio.evaluate("(audio) => audio.duration")
    words = len(SAID[0].split(" "))
    assert abs(seconds - words * 0.4) < 0.15
    audio.evaluate("(audio) => { audio.pause(); audio.currentTime = 3; }")
    page.wait_for_function("() => [...document.querySelectorAll('audio')].some((audio) => Math.abs(audio.currentTime - 3) < 0.1 && !audio.seeking)")  # fmt: skip


def test_she_accepts_with_her_thumb(phone: Visit, told: dict[str, str]) -> None:
    page = phone.to(told["link"])
    assert page.evaluate(SMALL) == []
    here = claim(page, "Ici on décide ensemble")
    page.locator(f"{here} button[value=accepted]").tap()
    page.wait_for_url(f"**{here.replace('#claim-', '#answered-')}")
    expect(page.locator(f"{here} .answered")).to_be_visible()
    expect(page.locator(f"{here} button[value=accepted]")).to_have_count(0)


def test_she_says_it_otherwise(phone: Visit, told: dict[str, str]) -> None:
    page = phone.to(told["link"])
    here = claim(page, "La commune finit par écouter")
    page.locator(f"{here} details", has=page.locator("textarea")).locator("summary").tap()
    box = page.locator(f"{here} textarea")
    expect(box).to_have_value("La commune finit par écouter ceux qui l’attendent.")
    box.fill("La commune écoute, sans rien promettre.")
    page.locator(f"{here} button[value=rephrased]").tap()
    expect(page.locator(f"{here} .proposed")).to_have_text("La commune écoute, sans rien promettre.")


def test_she_allows_and_takes_back(phone: Visit, told: dict[str, str]) -> None:
    page = phone.to(told["link"])
    save = page.locator(".allowing .button")
    box = page.locator("[name=allow][value=quote_name]")
    for state in (True, False):
        box.set_checked(state)
        save.tap()
        expect(page.locator("main [role=status]")).to_be_visible()
        assert box.is_checked() == state


def test_she_strikes_what_nothing_rests_on(phone: Visit, told: dict[str, str]) -> None:
    page = phone.to(told["link"])
    page.locator(".rest > summary").first.tap()
    words = page.locator(".rest li", has_text="On gardait nos manteaux")
    words.locator("summary").tap()
    words.locator("button").tap()
    expect(page.locator("main [role=status]")).to_be_visible()
    page.locator(".rest > summary").last.tap()
    expect(page.locator(".rest li", has_text="On gardait nos manteaux").locator("audio")).to_have_count(0)


def test_without_scripts_she_answers_as_well(house: House, chromium: Browser, told: dict[str, str]) -> None:
    with closing(chromium.new_context(**PHONE, java_script_enabled=False)) as context:
        page = Visit(context, house).to(told["link"])
        here = claim(page, "Dire que l’on ne sait pas")
        page.locator(f"{here} .again > summary").tap()
        page.locator(f"{here} button[value=accepted]").tap()
        expect(page.locator(f"{here} .answered")).to_be_visible()
        expect(page.locator(f"{here} .proposed")).to_have_count(0)


@pytest.mark.parametrize("name", ["link", "over", "persons", "person", "emile"])
def test_each_page_fits_and_is_accessible(
    name: str, told: dict[str, str], visit: Callable[..., Visit], vnu: Path, tmp_path: Path
) -> None:
    one = visit("amina" if name in ("persons", "person", "emile") else "")
    page = one.to(told.get(name, "/parole/nothing/"))
    assert faults(one) == []
    page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    assert faults(one) == []
    (tmp_path / "page.html").write_text(one.context.request.get(page.url).text())
    assert html_errors(vnu, [tmp_path / "page.html"]) == []


def test_a_link_is_made_and_opens_her_page(told: dict[str, str], visit: Callable[..., Visit], phone: Visit) -> None:
    page = visit("amina").to(told["person"])
    page.get_by_role("button", name=re.compile("lien personnel|personal link")).click()
    link = page.locator("#personal-link").input_value()
    response = phone.page.goto(link)
    assert response and response.status == 200
