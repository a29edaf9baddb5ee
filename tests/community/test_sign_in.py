"""Signing in: a code by e-mail, or a one-time link printed on the machine. Nobody has a password."""

import re
import time
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from recolte.community.actions import SIGN_IN_LINK_LASTS, sign_in_link
from recolte.community.adapter import AccountAdapter
from recolte.community.models import User
from recolte.ui.command import CommandError
from tests.world import World

CSRF = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
NONCE = re.compile(r'nonce="[^"]*"')


@pytest.fixture(autouse=True)
def no_limits_reached() -> None:
    cache.clear()


def _ask(client: Client, email: str, **more: str) -> None:
    answer = client.post("/connexion/", {"email": email, **more})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/connexion/code/")


def _code() -> str:
    (code,) = re.findall(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE)
    return code


def _who(client: Client) -> str | None:
    user = client.get("/").context["user"]
    return str(user) if user.is_authenticated else None


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_a_code_sent_by_mail_signs_in(world: World, anonymous: Client) -> None:
    _ask(anonymous, "Bruno@Example.org")
    assert ([letter.to for letter in mail.outbox], _who(anonymous)) == ([["bruno@example.org"]], None)
    assert anonymous.get("/connexion/code/").status_code == 200
    answer = anonymous.post("/connexion/code/", {"code": _code()})
    assert (answer.status_code, answer["Location"], _who(anonymous)) == (302, "/", "Bruno")


def test_the_letter_is_ours_and_carries_the_code(world: World, anonymous: Client) -> None:
    _ask(anonymous, "bruno@example.org")
    assert (_code() in mail.outbox[0].subject, "Récolte" in mail.outbox[0].subject) == (True, True)


def test_a_wrong_code_does_not(world: World, anonymous: Client) -> None:
    _ask(anonymous, "bruno@example.org")
    page = anonymous.post("/connexion/code/", {"code": "AAAAAA"})
    assert (page.status_code, list(page.context["form"].errors), _who(anonymous)) == (200, ["code"], None)


def test_after_a_few_wrong_codes_the_right_one_is_over(world: World, anonymous: Client) -> None:
    _ask(anonymous, "bruno@example.org")
    for _ in range(3):
        anonymous.post("/connexion/code/", {"code": "AAAAAA"})
    anonymous.post("/connexion/code/", {"code": _code()})
    assert _who(anonymous) is None


def test_a_code_works_once(world: World, anonymous: Client) -> None:
    _ask(anonymous, "bruno@example.org")
    code = _code()
    anonymous.post("/connexion/code/", {"code": code})
    anonymous.post("/deconnexion/")
    assert _who(anonymous) is None
    anonymous.post("/connexion/code/", {"code": code})
    assert _who(anonymous) is None


def test_a_code_is_of_the_browser_that_asked_for_it(world: World, anonymous: Client) -> None:
    _ask(anonymous, "bruno@example.org")
    thief = Client()
    thief.post("/connexion/code/", {"code": _code()})
    assert _who(thief) is None


def test_an_unknown_address_is_answered_like_a_known_one(world: World) -> None:
    pages = []
    for email in ("bruno@example.org", "nobody@example.org"):
        client = Client()
        _ask(client, email)
        wrong = client.post("/connexion/code/", {"code": "AAAAAA"})
        both = [client.get("/connexion/code/"), wrong]
        assert [page.status_code for page in both] == [200, 200]
        pages.append([NONCE.sub("", CSRF.sub("", page.content.decode())).replace(email, "…") for page in both])
    assert pages[0] == pages[1]
    assert User.objects.count() == 3


def test_nobody_signs_up_alone(world: World, anonymous: Client) -> None:
    _ask(anonymous, "nobody@example.org")
    assert [line for letter in mail.outbox for line in re.findall(r"^[A-Z0-9-]{6,}$", letter.body, re.MULTILINE)] == []
    for path in ("/connexion/", "/signup/", "/accounts/signup/"):
        anonymous.post(path, {"email": "nobody@example.org", "password1": "x", "password2": "x"})
    assert User.objects.count() == 3


def test_whose_account_is_closed_does_not_come_in(world: World, anonymous: Client) -> None:
    world.bruno.is_active = False
    world.bruno.save()
    anonymous.post("/connexion/", {"email": "bruno@example.org"})
    codes = [code for letter in mail.outbox for code in re.findall(r"^([A-Z0-9-]{6,})$", letter.body, re.MULTILINE)]
    for code in codes:
        anonymous.post("/connexion/code/", {"code": code})
    assert _who(anonymous) is None
    assert Client().get(_path(sign_in_link(world.bruno))).status_code == 410


@pytest.mark.parametrize(
    ("next", "leads"),
    [
        ("/rencontres/", "/rencontres/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_back_but_never_away(world: World, anonymous: Client, next: str, leads: str) -> None:
    anonymous.get("/connexion/", {"next": next})
    _ask(anonymous, "bruno@example.org", next=next)
    answer = anonymous.post("/connexion/code/", {"code": _code(), "next": next})
    assert (answer.status_code, answer["Location"]) == (302, leads)


@pytest.mark.parametrize(
    ("next", "leads"), [("/rencontres/", "/rencontres/"), ("https://evil.example/", "/"), ("//evil.example/", "/")]
)
def test_changing_the_language_leads_back_but_never_away(world: World, amina: Client, next: str, leads: str) -> None:
    answer = amina.post("/langue/setlang/", {"language": "en", "next": next})
    assert (answer.status_code, answer["Location"]) == (302, leads)
    assert '<html lang="en"' in amina.get("/").content.decode()


def test_a_page_asked_for_without_an_account_is_found_after_signing_in(world: World, anonymous: Client) -> None:
    page = world.gathering.get_absolute_url()
    asked = anonymous.get(page)
    assert asked["Location"] == f"/connexion/?next={page}"
    anonymous.get(asked["Location"])
    _ask(anonymous, "bruno@example.org", next=page)
    assert anonymous.post("/connexion/code/", {"code": _code(), "next": page})["Location"] == page


def test_signing_out_needs_the_button(amina: Client) -> None:
    assert (amina.get("/deconnexion/").status_code, _who(amina)) == (200, "Amina")
    assert (amina.post("/deconnexion/")["Location"], _who(amina)) == ("/", None)


def test_a_sign_in_link_needs_the_button_and_works_once(world: World) -> None:
    path = _path(sign_in_link(world.amina))
    first, second = Client(), Client()
    assert ([first.get(path).status_code for _ in range(2)], _who(first)) == ([200, 200], None)
    assert (first.post(path)["Location"], _who(first)) == ("/", "Amina")
    assert ([second.get(path).status_code, second.post(path).status_code], _who(second)) == ([410, 410], None)


def test_another_sign_in_ends_the_link(world: World) -> None:
    path = _path(sign_in_link(world.amina))
    anonymous = Client()
    _ask(anonymous, "amina@example.org")
    anonymous.post("/connexion/code/", {"code": _code()})
    assert Client().get(path).status_code == 410


def test_a_sign_in_link_ends_after_two_hours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path, now = _path(sign_in_link(world.amina)), time.time()
    seen = []
    for later in (-60, 60):
        moment = now + SIGN_IN_LINK_LASTS.total_seconds() + later
        monkeypatch.setattr("django.core.signing.time.time", lambda moment=moment: moment)
        seen.append(Client().get(path).status_code)
    assert seen == [200, 410]


def test_an_invitation_is_no_sign_in_link(world: World) -> None:
    token = _path(sign_in_link(world.amina)).split("/")[-2]
    assert Client().get(f"/invitation/{token}/").status_code == 410


def test_the_command_prints_a_link_that_signs_in(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("signin", "Amina@example.org")
    client = Client()
    client.post(_path(capsys.readouterr().out.strip()))
    assert _who(client) == "Amina"
    with pytest.raises(CommandError, match="nobody@example.org"):
        call_command("signin", "nobody@example.org")


def test_the_limit_of_codes_holds_for_all_processes_together(world: World, settings: Any) -> None:
    """Three codes a minute for an address, whichever browser or process asks."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable")
    for _ in range(3):
        _ask(Client(), "bruno@example.org")
    page = Client().post("/connexion/", {"email": "bruno@example.org"})
    assert (page.status_code, len(mail.outbox)) == (200, 3)
    assert [str(error) for errors in page.context["form"].errors.values() for error in errors] == [
        str(AccountAdapter.error_messages["too_many_login_attempts"])
    ]
