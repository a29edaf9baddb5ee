"""The second step (an authenticator, recovery codes, passkeys), and what happens after too many wrong codes."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from recolte.community.actions import invitation_link, invite
from recolte.community.adapter import SecondStepAdapter
from recolte.community.models import Role, User
from recolte.community.rules import has_second_step, lacks_second_step
from recolte.community.signing_in import forget_second_step
from recolte.community.tries import IN_A_ROW, Closed, closed_for, of_address, of_second_step
from recolte.journal.models import Event
from tests.world import World

CODE = re.compile(r"^([A-Z0-9-]{6,})$", re.MULTILINE)
SECRET = re.compile(r'class="secret">([A-Z2-7]{16,})<')
RECOVERY = re.compile(r'class="secret">(\d{8})<')
WRONG = "000000"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def totp(secret: str, steps: int = 0) -> str:
    """What an authenticator shows now, or that many steps of thirty seconds later (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_authenticator(client: Client) -> tuple[str, list[str]]:
    """Add an authenticator by the page: its secret, and the recovery codes that come with it."""
    found = SECRET.search(client.get("/compte/connexion/application/").content.decode())
    assert found
    answer = client.post("/compte/connexion/application/", {"code": totp(found[1])})
    assert (answer.status_code, answer["Location"]) == (302, "/compte/connexion/codes/")
    return found[1], RECOVERY.findall(client.get("/compte/connexion/codes/").content.decode())


def with_letter(email: str, **more: str) -> tuple[Client, Any]:
    """A new browser that has given the code of the letter, and where that leads."""
    client = Client()
    client.post("/connexion/", {"email": email, **more})
    return client, client.post("/connexion/code/", {"code": CODE.findall(mail.outbox[-1].body)[0], **more})


def who(client: Client) -> str | None:
    user = client.get("/aide/").context["user"]
    return str(user) if user.is_authenticated else None


def letters() -> list[str]:
    """What the last letters of the post were about, but for those with a code."""
    return [one.subject for one in mail.outbox if not CODE.search(one.body)]


def verbs() -> list[str]:
    return list(Event.objects.filter(verb__regex=r"^(sign_in|second_step)\.").values_list("verb", flat=True))


# The authenticator ---------------------------------------------------------------------------------------------------


def test_the_code_of_an_authenticator_is_asked_for_after_that_of_the_letter(world: World, bruno: Client) -> None:
    secret, _ = with_authenticator(bruno)
    client, answer = with_letter("bruno@example.org", next="/rencontres/")
    assert (answer["Location"], who(client)) == ("/connexion/deuxieme-etape/", None)
    assert "passkey-form" not in client.get("/connexion/deuxieme-etape/").content.decode()  # they have none
    page = client.post("/connexion/deuxieme-etape/", {"code": WRONG})
    assert (page.status_code, list(page.context["form"].errors), who(client)) == (200, ["code"], None)
    answer = client.post("/connexion/deuxieme-etape/", {"code": totp(secret)})
    assert (answer.status_code, answer["Location"], who(client)) == (302, "/rencontres/", "Bruno")


def test_its_secret_lies_encrypted_and_another_key_lets_nobody_in(world: World, bruno: Client, settings: Any) -> None:
    secret, _ = with_authenticator(bruno)
    kept = Authenticator.objects.get(type="totp")
    assert (secret in str(kept.data), SecondStepAdapter().decrypt(kept.data["secret"])) == (False, secret)
    settings.SECRET_KEY = "another"
    assert kept.wrap().validate_code(totp(secret)) is False


def test_a_code_is_right_once(world: World, bruno: Client) -> None:
    secret, _ = with_authenticator(bruno)
    code, seen = totp(secret), []
    for _ in range(2):
        client, _ = with_letter("bruno@example.org")
        client.post("/connexion/deuxieme-etape/", {"code": code})
        seen.append(who(client))
    assert seen == ["Bruno", None]


def test_a_wrong_code_adds_no_authenticator(world: World, bruno: Client) -> None:
    bruno.get("/compte/connexion/application/")
    page = bruno.post("/compte/connexion/application/", {"code": WRONG})
    assert (page.status_code, has_second_step(world.bruno)) == (200, False)


def test_taking_it_away_asks_who_one_is_and_takes_the_recovery_codes_along(world: World, bruno: Client) -> None:
    secret, _ = with_authenticator(bruno)
    later = world.client("bruno")
    away = "/compte/connexion/application/retirer/"
    assert later.get(away)["Location"].startswith("/compte/confirmer/?next=")
    assert later.post(f"/compte/confirmer/?next={away}", {"code": totp(secret), "next": away})["Location"] == away
    assert later.post(away)["Location"] == "/compte/connexion/"
    assert Authenticator.objects.count() == 0
    assert len(letters()) == 1  # that it went


# Recovery codes ------------------------------------------------------------------------------------------------------


def test_recovery_codes_are_shown_once_and_each_is_right_once(world: World, bruno: Client) -> None:
    _, codes = with_authenticator(bruno)
    again = bruno.get("/compte/connexion/codes/")
    assert (len(set(codes)), RECOVERY.findall(again.content.decode())) == (10, [])
    assert [code in str(Authenticator.objects.get(type="recovery_codes").data) for code in codes] == [False] * 10
    seen = []
    for _ in range(2):
        client, _ = with_letter("bruno@example.org")
        client.post("/connexion/deuxieme-etape/", {"code": codes[0]})
        seen.append(who(client))
    assert seen == ["Bruno", None]
    assert bruno.get("/compte/connexion/").context["codes_left"] == [9]


def test_new_recovery_codes_replace_the_old_ones(world: World, bruno: Client) -> None:
    _, old = with_authenticator(bruno)
    assert bruno.post("/compte/connexion/codes/nouveaux/")["Location"] == "/compte/connexion/codes/"
    page = bruno.get("/compte/connexion/codes/")
    new = RECOVERY.findall(page.content.decode())
    assert (len(new), set(new) & set(old), "no-store" in page["Cache-Control"]) == (10, set(), True)


# Ways around ---------------------------------------------------------------------------------------------------------


def test_an_invitation_does_not_go_around_the_second_step(world: World, bruno: Client) -> None:
    with_authenticator(bruno)
    link = invitation_link(invite(world.elsewhere, "bruno@example.org", Role.PRACTITIONER, by=world.driss))
    client = Client()
    answer = client.post("/" + link.split("/", 3)[3], {"name": "Bruno"})
    assert (answer["Location"], who(client)) == ("/connexion/deuxieme-etape/", None)


def test_an_invitation_opens_no_account_that_was_closed(world: World) -> None:
    User.objects.filter(pk=world.bruno.pk).update(is_active=False)
    link = invitation_link(invite(world.elsewhere, "bruno@example.org", Role.PRACTITIONER, by=world.driss))
    client = Client()
    answer = client.post("/" + link.split("/", 3)[3], {"name": "Bruno"})
    assert (answer["Location"], who(client)) == ("/connexion/", None)


def test_a_passkey_that_is_none_signs_nobody_in(world: World, anonymous: Client) -> None:
    asked = anonymous.get("/connexion/cle/", headers={"accept": "application/json"}).json()["request_options"]
    assert (asked["publicKey"]["userVerification"], asked["publicKey"].get("allowCredentials") or []) == (
        "required",
        [],
    )
    for credential in ("", "{}", '{"id": "x", "rawId": "eA", "type": "public-key", "response": {}}'):
        answer = anonymous.post("/connexion/cle/", {"credential": credential})
        assert (answer.status_code, answer["Location"], who(anonymous)) == (302, "/connexion/", None)


def test_one_can_begin_again_with_another_address_from_either_step(world: World, bruno: Client) -> None:
    with_authenticator(bruno)
    asked = Client()
    asked.post("/connexion/", {"email": "bruno@example.org"})
    second, _ = with_letter("bruno@example.org")
    for client, step in ((asked, "/connexion/code/"), (second, "/connexion/deuxieme-etape/")):
        assert 'action="/deconnexion/"' in client.get(step).content.decode()
        assert client.post("/deconnexion/", {"next": "/connexion/"})["Location"] == "/connexion/"
        assert client.get("/connexion/").status_code == 200


# Those who coordinate ------------------------------------------------------------------------------------------------


def test_who_coordinates_is_invited_to_add_a_second_step_until_they_have_one(world: World, amina: Client) -> None:
    def awaits(client: Client) -> bool:
        return "/compte/connexion/" in [one.url for one in client.get("/").context["awaiting"]]

    assert (awaits(amina), awaits(world.client("bruno"))) == (True, False)
    with_authenticator(amina)
    assert (awaits(amina), lacks_second_step(world.amina)) == (False, False)


def test_where_it_is_asked_of_them_nothing_else_opens_before(world: World, settings: Any) -> None:
    settings.SECOND_STEP_FOR_COORDINATORS = True
    amina, bruno = world.client("amina"), world.client("bruno")
    members = f"/communaute/{world.community.slug}/"
    assert [bruno.get(path).status_code for path in ("/", members)] == [200, 200]
    for answer in (amina.get("/"), amina.get(members), amina.post(members, {"email": "x@example.org"})):
        assert (answer.status_code, answer["Location"]) == (302, "/compte/connexion/")
    assert [amina.get(path).status_code for path in ("/compte/connexion/", "/aide/", "/deconnexion/")] == [200] * 3
    with_authenticator(amina)
    assert amina.get(members).status_code == 200


# Too many wrong codes ------------------------------------------------------------------------------------------------


@pytest.fixture
def real_cache(settings: Any, db: None) -> None:
    """The cache that the house uses."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let time pass, for what counts the tries."""

    def pass_by(span: timedelta) -> None:
        moment = timezone.now() + span
        monkeypatch.setattr("recolte.community.tries.timezone.now", lambda: moment)

    return pass_by


def _wrong_codes(email: str, codes: int = 2) -> list[str]:
    """Ask for codes and give wrong ones, three for each, in new browsers: what was said each time."""
    said = []
    for _ in range(codes):
        client = Client()
        client.post("/connexion/", {"email": email})
        for _ in range(3):
            answer = client.post("/connexion/code/", {"code": "BBBBBBBB"})
            errors = answer.context["form"].errors.as_data() if answer.status_code == 200 else {}
            said += [errors["code"][0].code if errors else "over"]
    return said


def test_wrong_codes_in_a_row_close_an_address_across_several_letters(
    world: World, real_cache: None, later: Any, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": ""}
    assert _wrong_codes("bruno@example.org") == ["incorrect_code"] * 2 + ["over", "incorrect_code", "closed", "over"]
    page = Client().post("/connexion/", {"email": "Bruno@example.org"})
    assert [error.code for error in page.context["form"].errors.as_data()["email"]] == ["closed"]
    client, answer = with_letter("amina@example.org")  # nobody else is concerned
    assert (answer["Location"], who(client)) == ("/", "Amina")
    assert (len(letters()), verbs()) == (1, ["sign_in.closed"])
    assert Event.objects.get(verb="sign_in.closed").data == {"at": "letter"}
    later(timedelta(minutes=61))
    client, answer = with_letter("bruno@example.org")
    assert who(client) == "Bruno"


def test_the_right_code_is_not_accepted_while_it_is_closed(world: World) -> None:
    client = Client()
    client.post("/connexion/", {"email": "bruno@example.org"})
    code = CODE.findall(mail.outbox[-1].body)[0]
    _wrong_codes("bruno@example.org")
    page = client.post("/connexion/code/", {"code": code})
    assert (page.context["form"].errors.as_data()["code"][0].code, who(client)) == ("closed", None)


def test_the_right_code_ends_the_row(world: World) -> None:
    assert "closed" not in _wrong_codes("bruno@example.org", codes=1)
    with_letter("bruno@example.org")
    assert "closed" not in _wrong_codes("bruno@example.org", codes=1)


def test_an_unknown_address_is_closed_alike_and_nobody_is_told(world: World) -> None:
    assert _wrong_codes("nobody@example.org") == _wrong_codes("bruno@example.org")
    page = Client().post("/connexion/", {"email": "nobody@example.org"})
    assert [error.code for error in page.context["form"].errors.as_data()["email"]] == ["closed"]
    assert ([one.to for one in mail.outbox if not CODE.search(one.body)], verbs()) == (
        [["bruno@example.org"]],
        ["sign_in.closed"],
    )


def test_wrong_codes_at_the_second_step_close_it_and_the_right_letter_does_not_open_it(
    world: World, bruno: Client
) -> None:
    secret, _ = with_authenticator(bruno)
    before, said = len(letters()), []
    for _ in range(2):
        client, _ = with_letter("bruno@example.org")
        for _ in range(3):
            page = client.post("/connexion/deuxieme-etape/", {"code": WRONG})
            said.append(page.context["form"].errors.as_data()["code"][0].code)
    assert said == ["incorrect_code"] * 4 + ["closed"] * 2
    page = client.post("/connexion/deuxieme-etape/", {"code": totp(secret)})
    assert (page.status_code, who(client)) == (200, None)
    assert (len(letters()) - before, Event.objects.get(verb="sign_in.closed").data) == (1, {"at": "second_step"})


def test_it_is_closed_for_longer_and_longer(world: World) -> None:
    assert [closed_for(closings) for closings in (19, 20)] == [timedelta(days=1), timedelta(days=30)]
    tries, seen = of_address("bruno@example.org"), []
    for _ in range(2):
        for _ in range(IN_A_ROW):
            tries.begin()
        with pytest.raises(Closed) as closed:
            tries.wrong()
        seen.append(round((closed.value.until - timezone.now()) / timedelta(hours=1)))
        cache.delete(f"{tries.key}:closed")  # as it goes by itself, that much later
    assert seen == [1, 24]


def test_asking_many_times_at_once_gives_no_more_tries(
    shared_database: None, real_cache_shared: None, world: World
) -> None:
    tries = of_second_step(world.bruno)

    def begin(_: int) -> bool:
        try:
            tries.begin()
        except Closed:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(begin, range(12))) <= IN_A_ROW


@pytest.fixture
def real_cache_shared(shared_database: None, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    call_command("createcachetable")


def test_many_wrong_codes_from_one_connection_are_refused_whatever_the_address(world: World) -> None:
    said = [code for number in range(4) for code in _wrong_codes(f"nobody{number}@example.org", codes=1)]
    assert (said.count("rate_limited"), said[:3]) == (1, ["incorrect_code", "incorrect_code", "over"])


# Opening it again ----------------------------------------------------------------------------------------------------


def test_who_coordinates_opens_it_again_and_nobody_else(world: World, amina: Client, bruno: Client) -> None:
    driss = world.client("driss")
    _wrong_codes("bruno@example.org")
    page = f"/communaute/{world.community.slug}/membres/{world.bruno.pk}/"
    assert amina.get(page).context["closed_until"] == of_address("bruno@example.org").closed_until()
    assert bruno.get(page).context["closed_until"] is None
    assert [one.post(page, {"do": "open_again"}).status_code for one in (bruno, driss)] == [403, 404]
    assert of_address("bruno@example.org").closed_until()
    assert amina.post(page, {"do": "open_again"}).status_code == 302
    assert (of_address("bruno@example.org").closed_until(), verbs()) == (
        None,
        ["sign_in.closed", "sign_in.opened_again"],
    )


def test_the_command_opens_it_again_and_takes_a_lost_second_step_away(
    world: World, bruno: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    with_authenticator(bruno)
    _wrong_codes("bruno@example.org")
    call_command("unlock", "Bruno@example.org")
    assert (of_address("bruno@example.org").closed_until(), has_second_step(world.bruno)) == (None, True)
    call_command("unlock", "bruno@example.org", "--second-step")
    assert (has_second_step(world.bruno), forget_second_step(world.bruno, by=None)) == (False, 0)
    client, answer = with_letter("bruno@example.org")
    assert (answer["Location"], who(client)) == ("/", "Bruno")
    assert verbs()[-2:] == ["sign_in.opened_again", "second_step.forgotten"]
