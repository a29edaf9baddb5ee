"""One visit, through its pages alone: from the template to the letter of its first evening."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from email.message import Message
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import REPOSITORY, House, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "Visite à la Halle des Tisserands"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
HOT = [
    "On décide à table.",
    "Du temps pour se taire.",
    "Le courage de la mairie.",
    "Les portes ouvertes.",
    "Rien à jeter.",
]


@pytest.fixture(scope="module")
def made(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("template") / "template.json"
    command = [sys.executable, "-m", "tests.browser.template", str(out)]
    subprocess.run(command, env=house.environment, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    found: dict[str, str] = json.loads(out.read_text())
    return found


@pytest.fixture
def window(house: House, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A window of somebody, in English; whoever has no link of hers has no account."""
    with ExitStack() as stack:
        visits: list[Visit] = []

        def begin(link: str = "", **how: object) -> Page:
            context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | how))  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(15_000)
            context.add_cookies([{"name": "language", "value": "en", "url": house.url}])
            visits.append(Visit(context, house))
            page = visits[-1].page
            if link:
                page.goto(link)
                page.locator("main form button").click()
                page.wait_for_url(f"{house.url}/")
            return page

        yield begin
        assert [problem for one in visits for problem in one.problems] == []


def said(letter: Message) -> str:
    """The words of a letter."""
    part = next(one for one in letter.walk() if one.get_content_type() == "text/plain")
    return bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def calendar_in(letter: Message) -> Calendar:
    part = next(one for one in letter.walk() if one.get_content_type() == "text/calendar")
    return Calendar.from_ical(bytes(part.get_payload(decode=True)))  # type: ignore[arg-type]


def words(place: Locator) -> list[str]:
    return [" ".join(one.split()) for one in place.all_inner_texts()]


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "#c96").save(out, "JPEG")
    return out.getvalue()


def test_one_visit_from_the_template_to_the_letter_of_its_evening(
    house: House, made: dict[str, str], window: Callable[..., Page]
) -> None:
    lena, guest = window(made["sign_in"]), window(**PHONE)
    today = datetime.now(ZoneInfo("Europe/Paris")).date()

    # A copy of the template, to begin today: what is to be thought of and brought back comes along
    lena.goto(f"{house.url}{made['template']}copier/")
    lena.locator("[name=name]").fill(NAME)
    lena.locator("[name=first_day]").fill(today.isoformat())
    lena.locator("main form button.main").click()
    lena.wait_for_url("**/programme/")
    visit = lena.url.removesuffix("programme/")
    slots = lena.locator(".slot")
    assert words(slots.locator("h3")) == ["La structure se présente", "Bilan à chaud"]
    assert words(slots.locator(".time")) == ["10:00 – 12:00", "15:00 – 16:00"]
    assert words(slots.locator(".who li")) == ["Quelqu’un de la structure to be confirmed"]

    # A place, another hour for a session, and its speaker said yes
    lena.goto(f"{visit}lieu/")
    lena.locator("[name=name]").fill("La grande salle")
    lena.locator("[name=address]").fill("2 quai des Tisserands")
    lena.locator("main form button.main").click()
    lena.wait_for_url("**/programme/#places")
    lena.locator(".slot h3 a").first.click()
    lena.wait_for_url("**/sequences/**")
    lena.locator("#speakers ~ * button[value=confirm]").click()
    expect(lena.locator("#speakers ~ * button[value=reopen]")).to_be_visible()
    lena.locator("[name=starts]").fill("09:30")
    lena.locator("[name=place]").select_option(label="La grande salle")
    lena.locator("main form button.main").click()
    lena.wait_for_url("**/programme/#session-**")
    assert words(slots.locator(".time")) == ["09:30 – 12:00", "15:00 – 16:00"]
    assert words(slots.locator(".who li")) == ["Quelqu’un de la structure confirmed"]
    assert words(slots.first.locator(".facts")) == ["presentation La grande salle"]

    # Two people are invited: a member, and Ada, who has no account; each answers by their letter
    lena.goto(f"{visit}invitations/")
    lena.get_by_label("Malo").check()
    lena.locator("[name=others]").fill("Ada Lorme <ada@example.org>")
    lena.locator("main form button.main").click()
    expect(lena.locator(".listing tbody tr")).to_have_count(2)
    letters = house.letters({"malo@example.org", "ada@example.org"})
    events = {to: calendar_in(letter).walk("VEVENT")[0] for to, letter in letters.items()}
    assert {to: (str(one["SUMMARY"]), one["DTSTART"].dt.astimezone(ZoneInfo("Europe/Paris")).strftime("%H:%M"))
            for to, one in events.items()} == dict.fromkeys(letters, (NAME, "09:30"))  # fmt: skip
    for to, answer in (("ada@example.org", "yes"), ("malo@example.org", "perhaps")):
        link = re.search(r"http\S+/reponse/\S+", said(letters[to]))
        assert link
        guest.goto(link[0])
        guest.locator(f"[name=answer][value={answer}]").check()
        guest.locator("main form button.main").click()
        guest.locator(".state-now").wait_for()
    lena.reload()
    assert words(lena.locator(".listing tbody th")) == ["Ada Lorme", "Malo"]
    assert words(lena.locator(".listing tbody td:nth-child(2) span:last-child")) == ["yes", "perhaps"]

    # Ada sleeps there
    lena.goto(f"{visit}hebergement/")
    lena.locator("#place-id_name, [id='place-name']").fill("Chez Mireille")
    lena.locator("[id='place-beds']").fill("3")
    lena.locator("button[value=lodging]").click()
    lena.get_by_role("heading", name="Chez Mireille").wait_for()
    lena.locator("summary", has=lena.locator("#add-stay")).click()
    stay = lena.locator("form", has=lena.locator("button[value=stay]"))
    stay.locator("[name=guest]").select_option(label="Ada Lorme")
    stay.locator("[name=lodging]").select_option(label="Chez Mireille")
    stay.locator("[name=arrives_on]").fill(today.isoformat())
    stay.locator("[name=leaves_on]").fill((today + timedelta(days=1)).isoformat())
    stay.locator("button[value=stay]").click()
    lena.locator(".things .title", has_text="Ada Lorme").wait_for()
    assert words(lena.locator("dl.details dd")) == ["1", "3", "1"]

    # What is to be brought back came from the template, by nobody yet: Léna says who takes the notes, and adds a recording
    lena.goto(f"{visit}a-recueillir/")
    telling = lena.locator("section", has=lena.get_by_role("heading", name="La structure se présente"))
    ticked = "() => [...document.querySelectorAll('main section')].map((one) => [...one.querySelectorAll(':checked')].map((box) => box.value))"
    assert lena.evaluate(ticked) == [["notes", "photos"], ["notes"], []]
    telling.locator("input[type=text]").fill("Ada Lorme")
    lena.locator("main form button.main").click()
    lena.wait_for_url("**/couverture/")
    board = lena.locator("dl.coverage").first.locator("div")
    assert words(board) == ["Recording nothing", "Notes expected from Ada Lorme", "Photos expected", "Documents nothing",
                            "Agreements nothing", "Listening nothing"]  # fmt: skip

    # On the day: four people say at the door that they are there
    lena.goto(f"{visit}accueil/")
    door = lena.locator("p.address").inner_text()
    for name in ("Ada Lorme", "Brahim", "Colette", "Doria"):
        guest.goto(door)
        guest.locator("[name=name]").fill(name)
        guest.locator("main form button.main").click()
        guest.locator(".state-now").wait_for()
    lena.goto(f"{visit}participants/")
    assert words(lena.locator("#there ~ .listing tbody th")) == ["Ada Lorme", "Brahim", "Colette", "Doria"]

    # Ada leaves a word and a photo; Léna attests that it was agreed, and says what they belong to
    lena.goto(f"{visit}recueillir/")
    lena.locator("main form button.main").click()
    guest.goto(lena.locator("p.address").inner_text())
    guest.locator("[name=words]").fill("Ici, on ne vote pas : on attend d’être d’accord.")
    guest.locator("[name=photo]").set_input_files({"name": "halle.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    guest.locator("[name=name]").fill("Ada Lorme")
    guest.locator("[name=has_ticked]").check()
    guest.locator("main form button.main").click()
    expect(guest.locator(".things .title")).to_have_text(["A word from Ada Lorme.md", "halle.jpg"])
    lena.goto(house.url)
    waiting = lena.locator(".awaiting li", has_text=NAME)
    assert words(waiting) == [f"{NAME} 1 deposit by guests waits for you to attest the agreement"]
    waiting.locator("a").click()
    lena.wait_for_url("**/#guests-agreement")
    lena.locator("#guests-agreement [name=statement]").fill("Ada, en me montrant la photo.")
    lena.locator("#guests-agreement button").click()
    expect(lena.locator("#guests-agreement")).to_have_count(0)
    lena.goto(f"{visit}couverture/")
    for choice in lena.locator("#sources select").all():
        choice.select_option(label="La structure se présente")
    lena.locator("#sources button.main").click()
    expect(lena.locator("#sources")).to_have_count(0)
    assert words(board) == ["Recording nothing", "Notes 1 note", "Photos 1 photo", "Documents nothing",
                            "Agreements 1 person answered", "Listening nothing"]  # fmt: skip

    # Hot questions: four answers are shown to nobody, the fifth shows all of them
    lena.goto(f"{visit}a-chaud/")
    lena.locator("button[value=ask]").click()
    lena.locator("button[value=answer]").wait_for()
    lena.locator("[name=answer_0]").fill(HOT[0])
    lena.locator("button[value=answer]").click()
    expect(lena.locator("button[value=answer]")).to_have_count(0)
    for name, text in zip(("Ada Lorme", "Brahim", "Colette", "Doria"), HOT[1:], strict=True):
        assert words(lena.locator("main q")) == []
        lena.locator("[name=person]").select_option(label=name)
        lena.locator("button[value=link]").click()
        guest.goto(lena.locator(".notice code").inner_text())
        guest.locator("[name=answer_0]").fill(text)
        guest.locator("button[value=answer]").click()
        expect(guest.locator("button[value=answer]")).to_have_count(0)
        lena.goto(f"{visit}a-chaud/")
    assert sorted(words(lena.locator("main q"))) == sorted(HOT)

    # What was thought of is ticked
    lena.goto(f"{visit}preparatifs/")
    items = lena.locator("main .things li")
    assert words(items.locator(".title")) == ["Réserver la salle", "Recueillir les accords"]
    items.first.locator("button[value=tick]").first.click()
    expect(items.first.locator(".facts")).to_contain_text("done by Léna")
    assert words(lena.locator("main .lead")) == ["1 thing is left."]

    # The letter of the evening is drafted, completed and sent
    lena.get_by_role("link", name="Write the letter of the evening").click()
    lena.wait_for_url("**/lettre-du-soir/")
    letter = lena.locator("[name=body]")
    drafted = letter.input_value()
    told = [line for line in drafted.splitlines() if line.startswith("- ")]
    assert told == ["- 2 things were brought in.", "- 15:00 – 16:00 · Bilan à chaud"]
    letter.fill(f"{drafted}\nBonne nuit à toutes et à tous.")
    lena.locator("main form button.main").click()
    lena.wait_for_url("**/preparatifs/")
    expect(lena.locator("main [role=status] .notice")).to_have_text("2 letters are in the post.")
    sent = house.letters({"lena@example.org"})["lena@example.org"]
    assert said(sent).split() == f"{drafted}\nBonne nuit à toutes et à tous.".split()
