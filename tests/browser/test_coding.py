"""Listening, naming, correcting and coding, as one does it: with the mouse, the keys, a finger, or without scripts."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import pytest
from playwright.sync_api import Locator, Page, Response, expect

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    django.setup()

from recolte.coding.actions import code_passage, make_code
from recolte.community.models import Community, Person, User
from recolte.consent.actions import attest
from recolte.gatherings.actions import plan_gathering
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Source, State
from tests.browser.conftest import REPOSITORY, House, Visit
from tests.browser.test_every_page import faults, html_errors
from tests.world import AGREED, note, spoken, tone, work

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAID = [
    "Bonjour 👋🏽 à toutes 🎉 et à tous, merci de nous recevoir.",
    "On décide ensemble, à table.",
    "La mairie finit par venir écouter 😀 ce que l’on dit.",
    "On a appris à se faire confiance.",
    "Et personne ne le finance.",
    "Voilà.",
]
PAINTED = """() => Object.fromEntries([...CSS.highlights].filter(([name]) => name.startsWith("code-"))
    .map(([name, ranges]) => [name, [...ranges].map(String).sort()]).filter(([, words]) => words.length))"""
# Some elements as the server makes them, without what scripts have put there.
AS_MADE = """(ids) => ids.map((id) => { const one = document.getElementById(id).cloneNode(true);
    one.querySelectorAll(".tools, .stripes").forEach((part) => part.remove());
    for (const part of [one, ...one.querySelectorAll("*")])
        for (const name of ["aria-current", "data-ready"]) part.removeAttribute(name);
    return one.outerHTML; }).join("\\n")"""
CHOSEN = "() => [...CSS.highlights.get('chosen') ?? []].map(String)"
# Where some words of a turn or a paragraph begin and end on the screen.
PLACE = """([id, words]) => { const node = document.getElementById(id).querySelector(".words").firstChild;
    const at = node.data.indexOf(words), range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + words.length);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0), first = boxes[0], last = boxes.at(-1);
    return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2]; }"""


@dataclass
class Things:
    """Fresh things of one test: a recording with its transcript, one without, a note; `bare` etc. are addresses."""

    heard: str
    bare: str
    note: str


def make_things(folder: Path, name: str) -> dict[str, str]:
    """A gathering of its own for one test, in the data of RECOLTE_DATA."""
    amina = User.objects.get(email="amina@example.org")
    community = Community.objects.get(name="Les Passerelles")
    gathering = plan_gathering(community, f"Visite {name}", by=amina)

    def bring(name: str, content: bytes) -> Source:
        path = folder / "brought"
        path.write_bytes(content)
        source = receive(open_deposit(gathering, by=amina, agreed="", resume=True), path, name)
        assert isinstance(source, Source)
        while source.state == State.RECEIVED:  # whoever does the work: we, or the house
            work()
            source.refresh_from_db()
        source.attestation = attest(community, AGREED, by=amina)  # without the transcription that would follow
        source.save()
        return source

    heard = bring("table ronde.wav", tone(14, 3000))
    transcript = spoken(heard, *SAID)
    bare = bring("tour de la cour.wav", tone(30, 2000))
    text = "Arrivée 🎉 vers neuf heures.\n\nOn a parlé de coopération, et de la cour.\n\n- le jardin\n- la cuisine\n"
    written = bring("carnet.md", note("Carnet", text))
    for code in ("confiance", "coopération", "gouvernance"):
        make_code(community, code, by=amina)
    Person.objects.get_or_create(community=community, name="Chloé", defaults={"role": "habitante"})
    if name == "full":  # what a page looks like after some work
        codes = [make_code(community, f"mot {n}", by=amina) for n in range(9)]
        for n, code in enumerate(codes):
            code_passage(transcript, n * 9, n * 9 + 30, code, by=amina)
            code_passage(written, n * 2, n * 2 + 12, code, by=amina)
    return {"heard": heard.get_absolute_url(), "bare": bare.get_absolute_url(), "note": written.get_absolute_url()}


@pytest.fixture
def things(house: House, request: pytest.FixtureRequest) -> Things:
    name = re.sub(r"\W", "-", request.node.name)
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.test_coding", name],
        env=house.environment | {"RECOLTE_SPEECH_MODEL": "fake"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return Things(**json.loads(made.stdout))


def ready(page: Page) -> None:
    page.locator("coded-text[data-ready]").wait_for()
    if page.locator("voice-player").count():
        page.locator("voice-player[data-ready]").wait_for()
        page.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    if page.locator("spoken-text[words-url]").count():
        page.locator("spoken-text[data-ready]").wait_for()


def select(page: Page, id: str, words: str, to: str = "", last: str = "") -> None:
    """Drag the mouse over some words, perhaps up to other words in another turn."""
    page.locator(f"#{id}").scroll_into_view_if_needed()
    left, top, right, bottom = page.evaluate(PLACE, [id, words])
    if to:
        _, _, right, bottom = page.evaluate(PLACE, [to, last])
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=3)
    page.mouse.move(right, bottom, steps=3)
    page.mouse.up()
    expect(page.locator("dialog[data-use=code] [data-do=filter]")).to_be_focused()


def painted(page: Page) -> Any:
    return page.evaluate(PAINTED)


def answered(page: Page, act: Callable[[], Any]) -> Response:
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        act()
    return answer.value


def coded(page: Page, turn: str) -> Locator:
    return page.locator(f"#{turn} .codings a.code")


def code(page: Page, name: str) -> None:
    page.locator("#codes").get_by_role("button", name=name, exact=True).click()


def same_after_reload(page: Page, *ids: str) -> None:
    """What the answers have put into the page is what the server shows when it is loaded again."""
    before = page.evaluate(AS_MADE, list(ids))
    page.reload()
    ready(page)
    after = page.evaluate(AS_MADE, list(ids))
    alike = len(os.path.commonprefix([before, after]))
    assert (before[alike - 80 : alike + 200], after == before) == (after[alike - 80 : alike + 200], True)


def test_words_are_selected_coded_painted_and_undone(visit: Callable[..., Visit], things: Things) -> None:
    one = visit()
    page = one.to(things.heard)
    ready(page)
    select(page, "turn-1", "toutes 🎉 et à tous")
    expect(page.locator("dialog[data-use=code]")).to_be_visible()
    expect(page.locator("dialog[data-use=code] [data-do=filter]")).to_be_focused()
    assert page.evaluate(CHOSEN) == ["toutes 🎉 et à tous"]
    page.keyboard.type("conf")
    expect(page.locator("#codes li:visible").first).to_have_text("confiance")
    answer = answered(page, lambda: page.keyboard.press("Enter"))
    assert answer.status == 200
    expect(page.locator("dialog[data-use=code]")).to_be_hidden()
    expect(coded(page, "turn-1")).to_have_text(["confiance"])
    expect(page.locator("#said")).to_contain_text("confiance")
    assert list(painted(page).values()) == [["toutes 🎉 et à tous"]]
    item = page.locator("#turn-1 .codings li")
    start = SAID[0].index("toutes")  # Python counts code points, and so does the page
    assert (item.get_attribute("data-start"), item.get_attribute("data-end")) == (str(start), str(start + 18))
    same_after_reload(page, "turn-1")
    assert list(painted(page).values()) == [["toutes 🎉 et à tous"]]

    select(page, "turn-2", "décide ensemble")
    answered(page, lambda: code(page, "coopération"))
    expect(coded(page, "turn-2")).to_have_text(["coopération"])
    answered(page, lambda: page.keyboard.press("Control+z"))
    expect(coded(page, "turn-2")).to_have_count(0)
    assert sorted(painted(page).values()) == [["toutes 🎉 et à tous"]]
    answered(page, lambda: page.locator("#said button").click())  # put it back
    expect(coded(page, "turn-2")).to_have_text(["coopération"])
    answered(page, lambda: page.locator("#said button").click())
    expect(coded(page, "turn-2")).to_have_count(0)
    answered(page, lambda: page.keyboard.press("Control+Shift+z"))
    expect(coded(page, "turn-2")).to_have_text(["coopération"])
    same_after_reload(page, "turn-1", "turn-2")


def test_a_passage_goes_over_turns_and_a_new_word_becomes_a_code(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)
    select(page, "turn-2", "à table", "turn-4", "appris")
    page.keyboard.type("écoute de la mairie")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-use=code] .new")).to_have_attribute("open", "")
    page.keyboard.press("ArrowDown")  # of the facets, the second
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(coded(page, "turn-2")).to_have_text(["écoute de la mairie"])
    expect(page.locator(".codings a.code")).to_have_count(1)
    parts = ["à table.", SAID[2], "On a appris"]
    assert list(painted(page).values()) == [sorted(parts)]
    start = len("\n".join(SAID[:1])) + 1 + SAID[1].index("à table")
    assert page.locator("#turn-2 .codings li").get_attribute("data-start") == str(start)
    select(page, "turn-3", "La mairie")
    expect(page.locator("#codes li").first).to_have_text("écoute de la mairie")  # used last
    page.keyboard.press("Escape")
    expect(page.locator("dialog[data-use=code]")).to_be_hidden()
    assert page.evaluate(CHOSEN) == []
    # Two codes on the same words stand side by side in the margin
    select(page, "turn-3", "mairie finit")
    answered(page, lambda: code(page, "gouvernance"))
    expect(page.locator("#turn-3 .stripes > span")).to_have_count(2)
    same_after_reload(page, "turn-2", "turn-3", "turn-4")


def test_a_code_is_looked_at_and_taken_off(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)
    page.locator("#turn-4 .words").click()
    page.keyboard.press("c")
    assert page.evaluate(CHOSEN) == [SAID[3]]
    page.keyboard.type("confiance")
    answered(page, lambda: page.keyboard.press("Enter"))
    coded(page, "turn-4").click()
    menu = page.locator("dialog[data-use=coding]")
    expect(menu).to_be_visible()
    assert re.search("/extraits/.+/", str(menu.locator("a").get_attribute("href")))
    answered(page, lambda: menu.locator("[data-do=remove]").click())
    expect(coded(page, "turn-4")).to_have_count(0)
    assert painted(page) == {}
    answered(page, lambda: page.keyboard.press("Control+z"))
    expect(coded(page, "turn-4")).to_have_text(["confiance"])


def test_a_code_is_shown_before_the_answer_and_goes_when_it_fails(visit: Callable[..., Visit], things: Things) -> None:
    one = visit()
    page = one.to(things.heard)
    ready(page)
    page.route("**/coder/", lambda route: None)  # an answer that does not come
    select(page, "turn-2", "décide")
    code(page, "confiance")
    expect(page.locator("#turn-2 .codings .sending")).to_have_text("confiance")
    page.wait_for_function(f"() => ({PAINTED})()['code-1'] || Object.keys(({PAINTED})()).length === 1")
    assert list(painted(page).values()) == [["décide"]]
    other = one.context.new_page()
    other.goto(page.url)
    ready(other)
    other.route("**/coder/", lambda route: route.abort())
    select(other, "turn-3", "La mairie")
    code(other, "confiance")
    expect(other.locator("#said .problem")).to_be_visible()
    expect(other.locator("#turn-3 .codings li")).to_have_count(0)
    assert ["La mairie"] not in list(painted(other).values())
    other.close()
    one.problems.clear()  # the request was meant to fail


def test_who_speaks_is_said_for_a_range_of_turns(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)
    page.locator("#turn-2 .words").click()
    page.keyboard.press("w")
    box = page.locator("dialog[data-use=who]")
    expect(box).to_be_visible()
    page.locator("#turn-5 .words").click()
    expect(page.locator("[data-chosen]")).to_have_count(4)
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-chosen]")).to_have_count(3)
    box.locator("[data-do=filter]").focus()
    page.keyboard.type("chlo")
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".turns .speaker")).to_have_text(["Voix 1", "Chloé", "Chloé", "Chloé", "Voix 1", "Voix 1"])
    expect(box).to_be_hidden()
    # Somebody new, known by a role only, for a range taken with the keys
    page.locator("#turn-5 .words").click()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-chosen]")).to_have_count(2)
    page.keyboard.press("w")
    box.locator("summary").click()
    box.locator("[name=role]").fill("élue de quartier")
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".turns .speaker").last).to_have_text("élue de quartier")
    # And what a voice is called, once for all
    page.locator(".voices a").click()
    answered(page, lambda: box.locator("#people button", has_text="élue de quartier").click())
    expect(page.locator(".turns .speaker").first).to_have_text("élue de quartier")
    expect(page.locator(".voices")).to_have_count(0)
    same_after_reload(page, "spoken")


def test_a_turn_is_marked_only_after_it_was_played(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)
    page.locator("#turn-2 .words").click()
    button = page.locator("#turn-2 [data-do=listened]")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("v")
    expect(page.locator("#said .line")).to_be_visible()
    expect(page.locator(".heard")).to_have_count(0)
    page.evaluate(
        "() => document.querySelector('voice-player').seek(Number(document.querySelector('#turn-2').dataset.start) / 1000)"
    )
    page.keyboard.press(" ")
    end = int(str(page.locator("#turn-2").get_attribute("data-end"))) / 1000
    page.wait_for_function(f"() => document.querySelector('audio').currentTime > {end - 0.15}")
    page.keyboard.press(" ")
    page.locator("#turn-2 .time").click()  # back to its beginning
    page.evaluate("() => document.querySelector('voice-player').pause()")
    expect(button).to_have_attribute("aria-disabled", "false")
    answered(page, lambda: page.keyboard.press("v"))
    expect(page.locator("#turn-2 .heard")).to_have_count(1)
    expect(page.locator(".heard")).to_have_count(1)
    same_after_reload(page, "turn-2")


def test_a_corrected_turn_has_to_be_heard_anew(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)

    def hear() -> None:
        page.evaluate(
            "() => document.querySelector('voice-player').seek(Number(document.querySelector('#turn-2').dataset.start) / 1000)"
        )
        page.evaluate("() => document.querySelector('voice-player').play()")
        page.wait_for_function(f"() => document.querySelector('audio').currentTime > {end - 0.1}")
        page.evaluate("() => document.querySelector('voice-player').pause()")
        page.locator("#turn-2 .words").click()

    end = int(str(page.locator("#turn-2").get_attribute("data-end"))) / 1000
    button = page.locator("#turn-2 [data-do=listened]")
    hear()
    expect(button).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("e")
    page.locator("#turn-2 textarea").fill("On mange ensemble, à table.")
    answered(page, lambda: page.keyboard.press("Control+Enter"))
    page.locator("#turn-2 .words").click()
    page.evaluate("() => document.querySelector('voice-player').pause()")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("v")
    expect(page.locator("#said .line")).to_be_visible()
    expect(page.locator(".heard")).to_have_count(0)
    hear()
    expect(page.locator("#said .line")).to_have_count(0)  # the reason is gone with its cause
    expect(button).to_have_attribute("aria-disabled", "false")
    answered(page, lambda: page.keyboard.press("v"))
    expect(page.locator("#turn-2 .heard")).to_have_count(1)


def test_a_hand_that_lets_go_inside_a_word_means_the_word(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.heard)
    ready(page)
    select(page, "turn-4", "ppris à se fai")
    expect(page.locator("dialog[open] [data-show=quote]")).to_have_text("« appris à se faire »")


def test_a_turn_is_corrected_in_its_place(visit: Callable[..., Visit], things: Things) -> None:
    one = visit()
    page = one.to(things.heard)
    ready(page)
    select(page, "turn-2", "ensemble")
    answered(page, lambda: code(page, "confiance"))
    select(page, "turn-4", "confiance")
    answered(page, lambda: code(page, "confiance"))
    page.locator("#turn-2 .words").dblclick()
    field = page.locator("#turn-2 textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value(SAID[1])
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(page.locator("#turn-2 p.words")).to_be_visible()
    page.locator("#turn-2 .words").click()
    page.keyboard.press("e")
    expect(field).to_be_focused()
    field.fill("On mange tous, à table 🍲.")
    answered(page, lambda: page.keyboard.press("Control+Enter"))
    expect(page.locator("#turn-2 p.words")).to_have_text("On mange tous, à table 🍲.")
    expect(page.locator("#turn-2 .drifted")).to_have_count(1)
    expect(page.locator("#turn-4 .drifted")).to_have_count(0)
    assert "confiance" in list(painted(page).values())[0]
    # Somebody else was faster: both texts, and mine is still there
    page.locator("#turn-3 .words").dblclick()
    field = page.locator("#turn-3 textarea")
    expect(field).to_be_focused()
    other = one.context.new_page()
    other.goto(page.url)
    ready(other)
    other.locator("#turn-3 .words").dblclick()
    other.locator("#turn-3 textarea").fill("La mairie vient.")
    answered(other, lambda: other.keyboard.press("Control+Enter"))
    other.close()
    field.fill("La mairie arrive.")
    assert answered(page, lambda: page.keyboard.press("Control+Enter")).status == 409
    expect(page.locator("#turn-3 .correction blockquote")).to_have_text("La mairie vient.")
    expect(field).to_have_value("La mairie arrive.")
    answered(page, lambda: page.keyboard.press("Control+Enter"))
    expect(page.locator("#turn-3 p.words")).to_have_text("La mairie arrive.")
    same_after_reload(page, "spoken")
    one.problems = [problem for problem in one.problems if not problem.startswith("409 ")]


def test_a_moment_is_marked_by_ear(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.bare)
    ready(page)
    page.evaluate("() => document.querySelector('voice-player').seek(4)")
    page.keyboard.press("m")
    expect(page.locator("#said")).to_contain_text("0:04")
    page.evaluate("() => document.querySelector('voice-player').seek(9.5)")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 9")
    page.keyboard.press("m")
    box = page.locator("dialog[data-use=mark]")
    assert [box.locator(f"[name={name}]").input_value() for name in ("start", "end")] == ["0:04", "0:09.5"]
    page.keyboard.type("on rit dans la cour")
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".marks .note")).to_have_text(["on rit dans la cour"])
    page.locator(".code-mark").click()
    page.keyboard.type("gouv")
    answered(page, lambda: page.keyboard.press("Enter"))
    expect(page.locator(".marks .code")).to_have_text(["gouvernance"])
    page.locator(".marks .time").click()
    page.wait_for_function(
        "() => document.querySelector('audio').currentTime > 4 && document.querySelector('audio').currentTime < 6"
    )
    same_after_reload(page, "marks")


def test_a_note_is_coded(visit: Callable[..., Visit], things: Things) -> None:
    page = visit().to(things.note)
    ready(page)
    select(page, "b1", "vers neuf heures")
    page.locator("#code-person").select_option(label="Chloé")
    answered(page, lambda: code(page, "coopération"))
    expect(coded(page, "b1")).to_have_text(["coopération"])
    assert list(painted(page).values()) == [["vers neuf heures"]]
    assert page.locator("#b1 .codings li").get_attribute("data-start") == str(len("Carnet\n\nArrivée 🎉 "))
    page.locator("#b3 .words").click()
    page.keyboard.press("c")
    answered(page, lambda: page.keyboard.press("Enter"))  # the code that was used last
    expect(coded(page, "b3")).to_have_text(["coopération"])
    answered(page, lambda: page.keyboard.press("Control+z"))
    expect(coded(page, "b3")).to_have_count(0)
    same_after_reload(page, "b1", "b3")
    expect(page.locator("#code-person option:checked")).to_have_text("Chloé")


def test_on_a_phone_the_box_comes_from_below(visit: Callable[..., Visit], things: Things) -> None:
    page = visit(width=360).to(things.heard)
    ready(page)
    page.locator("#turn-2 .words").click()
    page.locator(".tools [data-do=code]").click()
    box = page.locator("dialog[data-use=code]")
    place = box.bounding_box()
    assert place and (place["x"], place["width"], place["y"] + place["height"]) == (0, 360, 780)
    answered(page, lambda: code(page, "confiance"))
    expect(coded(page, "turn-2")).to_have_text(["confiance"])


def test_the_pages_with_all_their_boxes_are_accessible(
    visit: Callable[..., Visit], things: Things, vnu: Path, tmp_path: Path
) -> None:
    one = visit()
    found: list[str] = []
    page = one.to(things.heard)
    ready(page)
    page.locator("#turn-2 .words").click()
    for key in ("c", "w", "e"):
        page.keyboard.press(key)
        page.locator("dialog[open], .correction").wait_for()
        found += [f"{key}: {fault}" for fault in faults(one)]
        page.keyboard.press("Escape")
    files = []
    turn = str(page.locator("#turn-1 a.do").get_attribute("href"))
    for number, address in enumerate(
        [things.heard, things.bare, things.note, turn, turn.rsplit("/tours", 1)[0] + "/voix/"]
    ):
        page = one.to(address)
        found += [f"{address}: {fault}" for fault in faults(one)]
        files.append(tmp_path / f"{number}.html")
        files[-1].write_bytes(one.context.request.get(page.url).body())
    assert found == []
    assert html_errors(vnu, files) == []


def test_without_scripts_all_is_done_by_forms(visit: Callable[..., Visit], things: Things) -> None:
    one = visit(scripts=False)
    page = one.to(things.heard)
    page.locator("#turn-2 a.do").click()
    page.locator("main form", has_text="").first.locator("button.agree").click()
    expect(page.locator("#turn-2 .heard")).to_have_count(1)
    page.locator("#turn-2 a.do").click()
    page.locator("textarea").fill("On décide tous, à table.")
    page.locator(".correction button").click()
    expect(page.locator("#turn-2 p.words")).to_have_text("On décide tous, à table.")
    page.locator("#turn-2 a.do").click()
    page.locator("[name=last]").select_option(index=2)
    page.locator(".people button", has_text="Chloé").click()
    expect(page.locator(".turns .speaker")).to_have_text(["Voix 1", "Chloé", "Chloé", "Chloé", "Voix 1", "Voix 1"])
    page.locator("#turn-2 a.do").click()
    page.locator("#code-name").fill("ancrage")
    page.locator("#code-name").press("Enter")
    expect(coded(page, "turn-2")).to_have_text(["ancrage"])
    page.locator("#turn-2 a.do").click()
    page.locator(".held button").click()
    expect(coded(page, "turn-2")).to_have_count(0)
    page = one.to(things.bare)
    page.locator(".marking summary").click()
    for name, value in {"start": "0:02", "end": "0:05", "note": "un silence"}.items():
        page.locator(f"form.mark [name={name}]").fill(value)
    page.locator("form.mark button").click()
    expect(page.locator(".marks .note")).to_have_text(["un silence"])
    page.locator(".code-mark").click()
    code(page, "confiance")
    expect(page.locator(".marks .code")).to_have_text(["confiance"])
    page = one.to(things.note)
    page.locator("#b2 a.do").click()
    code(page, "confiance")
    expect(coded(page, "b2")).to_have_text(["confiance"])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(make_things(Path(made), sys.argv[1])))
