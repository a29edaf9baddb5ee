"""Twenty corrections of five minutes of speech, with the keyboard alone; two people at once; without scripts."""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import django
import pytest
from playwright.sync_api import Page, expect

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    django.setup()

from recolte.community.models import Community, User
from recolte.consent.actions import attest
from recolte.engine.turns import Turn, Word
from recolte.gatherings.actions import plan_gathering
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Source, State
from recolte.transcripts.actions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript
from tests.browser.conftest import REPOSITORY, House, Visit
from tests.world import AGREED, work

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TURNS = 50
DOUBTFUL = (4, 5, 9)  # turns (from 0) with a word that the machine doubts
WORDS = ["on", "se", "retrouve", "ici", "chaque", "mardi", "pour", "décider", "ensemble", "de", "ce", "qui", "vient"]


def text_of(number: int) -> str:
    return " ".join([f"tour{number}", *WORDS])


def make(folder: Path) -> dict[str, str]:
    """Five minutes with a transcript, in the data of RECOLTE_DATA."""
    amina = User.objects.get(email="amina@example.org")
    community = Community.objects.get(name="Les Passerelles")
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(range(0, 250, 2)) * 2 * 16 * 8 * 300)
    path = folder / "brought"
    path.write_bytes(sound.getvalue())
    deposit = open_deposit(
        plan_gathering(community, f"Visite au bureau {folder.name}", by=amina), by=amina, agreed="", resume=True
    )
    source = receive(deposit, path, "cinq minutes.wav")
    assert isinstance(source, Source)
    while source.state == State.RECEIVED:
        work()
        source.refresh_from_db()
    source.attestation = attest(community, AGREED, by=amina)
    source.save()
    transcript = Transcript.objects.create(
        community=community, source=source, origin=Origin.MACHINE, language="fr", is_complete=True
    )
    turns = []
    for number in range(TURNS):
        words, at, now = [], 0, number * 6000
        for index, word in enumerate(text_of(number).split(" ")):
            doubt = 0.4 if number in DOUBTFUL and index == 3 else 0.95
            words.append(Word(at, at + len(word), now, now + 400, doubt))
            at, now = at + len(word) + 1, now + 420
        turns.append(Turn(text_of(number), "Voix 1", number * 6000, now, tuple(words)))
    turns[-1] = Turn("fin", "Voix 2", 298_000, 298_600, (Word(0, 3, 298_000, 298_600, 0.9),))
    add_turns(transcript, turns)
    changed(transcript)
    return {"desk": f"/transcriptions/{transcript.pk}/corriger/", "pk": str(transcript.pk)}


@dataclass
class Desk:
    desk: str
    pk: str

    def turns(self, page: Page) -> list[str]:
        """What stands in the transcript, on the server, turn by turn."""
        answer = page.request.get(f"{page.url.split('/transcriptions')[0]}/transcriptions/{self.pk}.json")
        return [segment["text"] for segment in answer.json()["segments"]]


@pytest.fixture
def desk(house: House) -> Desk:
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.test_desk"],
        env=house.environment | {"RECOLTE_SPEECH_MODEL": "fake"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return Desk(**json.loads(made.stdout))


def at_turn(page: Page, number: int) -> None:
    """The desk shows this turn, and its keyboard is ready."""
    expect(page.locator(".desk-head b")).to_have_text(re.compile(rf"\s{number}\s"))
    expect(page.locator("#desk-text")).to_be_focused()


def test_twenty_corrections_with_the_keyboard_alone(visit: Callable[..., Visit], desk: Desk) -> None:
    one = visit()
    page = one.to(desk.desk)
    page.locator("voice-player[data-ready]").wait_for()
    keys, expected = page.keyboard, [text_of(number) for number in range(TURNS - 1)] + ["fin"]

    for number in range(10):  # 1–10: words added at the end, saved by going on
        at_turn(page, number + 1)
        keys.type(f" bien {number}")
        expected[number] += f" bien {number}"
        keys.press("Alt+ArrowDown")
    at_turn(page, 11)
    assert desk.turns(page) == expected

    for _ in range(2):  # back to the doubtful words: each is selected, and typed over
        keys.press("Alt+ArrowUp")
    at_turn(page, 9)
    keys.press("Alt+d")  # none in this turn: the next one that has one
    at_turn(page, 10)
    for number in (9, 4, 5):
        at_turn(page, number + 1)
        keys.press("Alt+d")
        assert page.evaluate("() => getSelection().toString()") == "retrouve"
        keys.type("réunit")
        expected[number] = expected[number].replace("retrouve", "réunit")
        keys.press("Alt+d")  # 11–13
    at_turn(page, 6)

    keys.press("Alt+ArrowDown")
    at_turn(page, 7)
    keys.press("Control+Home")
    for _ in range(3):
        keys.press("Control+ArrowRight")
    keys.press("Alt+s")  # 14: parted
    at_turn(page, 8)
    first, second = " ".join(expected[6].split(" ")[:3]), " ".join(expected[6].split(" ")[3:])
    expected[6:7] = [first, second]
    keys.press("Alt+2")  # 15: the second half is of the other voice
    expect(page.locator('input[name="speaker"]:checked + kbd')).to_have_text("2")
    keys.press("Alt+j")  # 16: joined with the next one
    expected[7:9] = [f"{expected[7]} {expected[8]}"]
    expect(page.locator("#desk-text")).to_have_value(expected[7])
    keys.press("Alt+i")  # 17: a turn between
    expect(page.locator("#desk[data-adds]")).to_be_visible()
    keys.type("Ah oui ?")
    keys.press("Control+Enter")
    at_turn(page, 9)
    expected.insert(8, "Ah oui ?")
    assert desk.turns(page) == expected
    keys.type(" Non.")  # 18, and taken back
    keys.press("Alt+ArrowDown")
    at_turn(page, 10)
    keys.press("Alt+z")
    at_turn(page, 9)
    assert desk.turns(page) == expected
    keys.type(" Si.")  # 19: saved by itself after a moment
    expected[8] += " Si."
    expect(page.locator('[data-show="saving"]')).to_have_text(
        page.locator("turn-desk").get_attribute("data-saved") or ""
    )
    assert desk.turns(page) == expected

    while page.locator('button[value="merge"]').count():
        number = page.locator("#desk").get_attribute("data-turn")
        keys.press("Alt+ArrowDown")
        expect(page.locator("#desk")).not_to_have_attribute("data-turn", number or "")
    expect(page.locator("#desk-text")).to_have_value("fin")
    keys.type(" !")  # 20
    expected[-1] += " !"
    keys.press("Escape")  # the turn was being played: silence, and once more from its beginning
    keys.press("Alt+ArrowLeft")
    keys.press("Escape")
    page.wait_for_function("() => document.querySelector('voice-player').time > 298.55")
    keys.press("Control+Enter")
    expect(page.locator("#desk .state").first).to_have_class("state agreed")
    assert desk.turns(page) == expected
    assert one.problems == []


def test_two_people_at_the_same_turn_lose_nothing(visit: Callable[..., Visit], desk: Desk) -> None:
    one, two = visit(), visit("bruno")
    page, other = one.to(desk.desk), two.to(desk.desk)
    for each, words in ((page, "Amina"), (other, "Bruno")):
        expect(each.locator("#desk-text")).to_be_focused()
        each.keyboard.type(f" dit {words}")
    page.keyboard.press("Alt+ArrowDown")
    at_turn(page, 2)
    other.keyboard.press("Alt+ArrowDown")
    expect(other.locator("#desk blockquote")).to_have_text(f"{text_of(0)} dit Amina")
    expect(other.locator("#desk-text")).to_have_value(f"{text_of(0)} dit Bruno")
    other.keyboard.type(" et Amina")
    other.keyboard.press("Alt+ArrowDown")
    at_turn(other, 2)
    assert desk.turns(page)[0] == f"{text_of(0)} dit Bruno et Amina"
    assert [problem[:4] for problem in two.problems] == ["409 "]
    two.problems.clear()


def test_the_desk_works_without_scripts_and_tells_what_was_changed(visit: Callable[..., Visit], desk: Desk) -> None:
    one = visit(scripts=False)
    page = one.to(desk.desk)
    page.locator("#desk-text").fill("tour0 on se réunit\nici chaque mardi")
    page.locator('button[value="split"]').click()
    assert desk.turns(page)[:3] == ["tour0 on se réunit", "ici chaque mardi", text_of(1)]
    page.locator('button[value="undo"]').click()
    assert desk.turns(page)[:2] == ["tour0 on se réunit ici chaque mardi", text_of(1)]
    page.locator('a[href$="/changements/"]').click()
    expect(page.locator(".changes > li")).to_have_count(3)
    expect(page.locator(".changes > li").last.locator("del").first).to_have_text("retrouve")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(json.dumps(make(Path(made))))
