"""What guests leave by a QR code, without an account: who sees it, what it counts for, when the address closes."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from lxml import html

from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.gatherings.actions import change_gathering
from recolte.sources.actions import close_door, deposit_link, open_door
from recolte.sources.models import Deposit, DepositDoor, Kind, Refusal, Source
from recolte.sources.rules import MOST_AN_HOUR
from tests.world import World, kept, note, tone, work

TICKED = {Purpose.RECORD, Purpose.TRANSCRIBE, Purpose.GROUP}


@pytest.fixture
def door(world: World) -> DepositDoor:
    return open_door(world.gathering, 14, by=world.amina)


@pytest.fixture
def guest() -> Client:
    return Client()


@pytest.fixture
def emile(world: World) -> User:
    """A practitioner: a member who is not of the team."""
    emile = User.objects.create_user("emile@example.org", "Émile")
    join(world.community, emile, Role.PRACTITIONER, by=world.amina)
    return emile


def _address(door: DepositDoor) -> str:
    return f"/deposer/{deposit_link(door).rsplit('/', 2)[1]}/"


def _leave(guest: Client, door: DepositDoor, **said: Any) -> HttpResponse:
    answer = guest.post(_address(door), {"name": "Inès", **said})
    work()
    return answer


def _readers(world: World, source: Source, *more: User) -> list[str]:
    everybody = [world.amina, world.bruno, world.driss, *more]
    return [user.name for user in everybody if Source.objects.readable_by(user).filter(pk=source.pk).exists()]


def _consents(person: Person) -> set[str]:
    return set(person.consents.standing().values_list("purpose", flat=True))


def test_a_word_is_kept_under_the_name_of_who_left_it(world: World, guest: Client, door: DepositDoor) -> None:
    page = _leave(guest, door, words="J’ai aimé le four à pain.", structure="L’Atelier", has_ticked="on")
    source = Source.objects.get()
    assert page.context["came"] == [source]
    assert (source.kind, source.deposit.by, source.deposit.who, source.is_agreed) == (
        Kind.DOCUMENT,
        None,
        "Inès",
        False,
    )
    assert [block["text"] for block in source.blocks] == ["Inès", "J’ai aimé le four à pain."]
    (person,) = source.people.all()
    assert (person.name, person.organisation, _consents(person)) == ("Inès", world.atelier, TICKED)


def test_files_come_in_and_what_cannot_is_said(guest: Client, door: DepositDoor) -> None:
    files = {
        "recording": SimpleUploadedFile("voix.wav", tone(1)),
        "file": SimpleUploadedFile("vide.md", b""),
        "photo": SimpleUploadedFile("carnet.md", note()),
    }
    page = _leave(guest, door, **files)
    assert [source.name for source in page.context["came"]] == ["carnet.md", "voix.wav"]
    assert [(one.name, one.problem) for one in page.context["refused"]] == [("vide.md", Refusal.objects.get().problem)]


def test_without_the_tick_nothing_is_agreed(guest: Client, door: DepositDoor) -> None:
    _leave(guest, door, words="Un mot.")
    assert (Deposit.objects.get().has_ticked, _consents(Person.objects.get(name="Inès"))) == (False, set())


def test_who_writes_the_name_of_somebody_known_agrees_to_nothing_for_them(
    world: World, guest: Client, door: DepositDoor
) -> None:
    heard = kept(world, "table-ronde.wav")
    heard.people.add(world.chloe)
    _leave(guest, door, name="Chloé", words="Moi, Chloé.", has_ticked="on")
    assert (Deposit.objects.get(by=None).person, _consents(world.chloe)) == (world.chloe, set())


def test_a_tick_undoes_no_withdrawal(world: World, guest: Client, door: DepositDoor) -> None:
    agree_to(world.chloe, [Purpose.RECORD], how=Consent.How.PAPER, by=world.amina)
    withdraw(world.chloe, [Purpose.RECORD], how=Consent.How.PAPER, by=world.amina)
    _leave(guest, door, name="chloé", words="Un mot.", has_ticked="on")
    assert (_consents(world.chloe), _readers(world, Source.objects.get())) == (set(), [])


def test_only_who_organises_sees_it_until_they_attest(
    world: World, amina: Client, guest: Client, door: DepositDoor, emile: User
) -> None:
    _leave(guest, door, words="Un mot.", has_ticked="on")
    source = Source.objects.get()
    assert _readers(world, source, emile) == ["Amina"]
    world.client("bruno").post(f"{world.gathering.get_absolute_url()}autorisation/invites/", {"statement": "Tous."})
    assert _readers(world, source, emile) == ["Amina"]
    assert amina.get(world.gathering.get_absolute_url()).context["board"].left == [source]
    amina.post(f"{world.gathering.get_absolute_url()}autorisation/invites/", {"statement": "Inès, sur la page."})
    assert _readers(world, source, emile) == ["Amina", "Bruno", "Émile"]


def test_what_was_not_ticked_is_read_by_the_team_alone_once_attested(
    world: World, amina: Client, guest: Client, door: DepositDoor, emile: User
) -> None:
    _leave(guest, door, words="Un mot.")
    amina.post(f"{world.gathering.get_absolute_url()}autorisation/invites/", {"statement": "Inès, de vive voix."})
    assert _readers(world, Source.objects.get(), emile) == ["Amina", "Bruno"]


def test_what_guests_left_awaits_those_who_organise_and_the_page_says_who_sees_it(
    world: World, guest: Client, door: DepositDoor, emile: User, amina: Client, bruno: Client
) -> None:
    change_gathering(world.gathering, by=world.amina, name="Visite à la Halle")
    _leave(guest, door, words="Une parole.", recording=SimpleUploadedFile("voix.wav", tone(), "audio/wav"))
    _leave(guest, door, words="Une autre.")
    url = f"{world.gathering.get_absolute_url()}#guests-agreement"

    def awaited(client: Client) -> list[tuple[str, str]]:
        return [(one.title, one.why[:2]) for one in client.get("/").context["awaiting"] if one.url == url]

    assert awaited(amina) == [("Visite à la Halle", "2 ")]
    assert awaited(bruno) == []
    for source in Source.objects.all():
        page = amina.get(source.get_absolute_url())
        assert [link.get("href") for link in html.fromstring(page.content).xpath("//main//*[@class='notice']//a")] == [
            url
        ]
    amina.post(f"{world.gathering.get_absolute_url()}autorisation/invites/", {"statement": "Toutes, à voix haute."})
    assert awaited(amina) == []


def test_who_planned_the_gathering_sees_it_too(world: World, guest: Client, door: DepositDoor, emile: User) -> None:
    world.gathering.by = emile
    world.gathering.save()
    _leave(guest, door, words="Un mot.")
    assert _readers(world, Source.objects.get(), emile) == ["Amina", "Émile"]


def test_attesting_what_is_mine_attests_nothing_of_the_guests(
    world: World, amina: Client, guest: Client, door: DepositDoor
) -> None:
    own = kept(world, "brouillon.md", Kind.DOCUMENT, agreed="")
    _leave(guest, door, words="Un mot.")
    amina.post(f"{world.gathering.get_absolute_url()}autorisation/", {"statement": "Tous les présents."})
    assert list(Source.objects.exclude(attestation=None)) == [own]


@pytest.mark.parametrize("said", [{}, {"words": "  "}, {"words": "Un mot.", "name": ""}])
def test_nothing_or_nobody_leaves_nothing(guest: Client, door: DepositDoor, said: dict[str, str]) -> None:
    assert (_leave(guest, door, **said).status_code, Deposit.objects.count()) == (422, 0)


def test_too_much_at_once_is_refused(guest: Client, door: DepositDoor, monkeypatch: Any) -> None:
    monkeypatch.setattr("recolte.sources.forms.MOST_BYTES", 10)
    answer = _leave(guest, door, file=SimpleUploadedFile("carnet.md", note()))
    assert (answer.status_code, Deposit.objects.count()) == (422, 0)


def test_the_address_takes_only_so_many_in_an_hour(world: World, guest: Client, door: DepositDoor) -> None:
    facts = {"community": world.community, "gathering": world.gathering, "person": world.chloe}
    Deposit.objects.bulk_create(Deposit(**facts) for _one in range(MOST_AN_HOUR))
    assert (_leave(guest, door, words="Un mot.").status_code, Source.objects.count()) == (422, 0)
    Deposit.objects.filter(~Q(person=None)).update(began_at=timezone.now() - timedelta(hours=2))
    assert (_leave(guest, door, words="Un mot.").status_code, Source.objects.count()) == (200, 1)


@pytest.mark.parametrize(("ended", "taken"), [(13, 1), (16, 0)])
def test_it_takes_things_in_until_some_days_after_the_gathering(
    world: World, guest: Client, door: DepositDoor, ended: int, taken: int
) -> None:
    DepositDoor.objects.update(opened_at=timezone.now() - timedelta(days=60))
    change_gathering(world.gathering, by=world.amina, starts_on=timezone.localdate() - timedelta(days=ended))
    _leave(guest, door, words="Un mot.")
    assert Source.objects.count() == taken


def test_a_new_address_ends_the_one_before_and_closing_ends_it(world: World, guest: Client, door: DepositDoor) -> None:
    old = _address(door)
    new = open_door(world.gathering, 7, by=world.amina)
    assert [guest.get(address).status_code for address in (old, _address(new))] == [410, 200]
    address = _address(new)
    close_door(new, by=world.amina)
    open_door(world.gathering, 7, by=world.amina)
    assert [guest.get(one).status_code for one in (old, address, "/deposer/autre/")] == [410, 410, 410]


def test_who_organises_opens_and_closes_the_address_on_a_page(world: World, amina: Client) -> None:
    page = f"{world.gathering.get_absolute_url()}recueillir/"
    amina.post(page, {"days": "3"})
    door = DepositDoor.objects.get()
    shown = amina.get(page).content.decode()
    assert (door.days, deposit_link(door) in shown, len(re.findall("<svg[^>]*code-qr", shown))) == (3, True, 1)
    amina.post(page, {"close": "1"})
    assert DepositDoor.objects.count() == 0


def test_the_same_file_from_a_member_and_a_guest_stays_the_members(
    world: World, guest: Client, door: DepositDoor, tmp_path: Path
) -> None:
    own = kept(world, "carnet.md", Kind.DOCUMENT, content=note())
    _leave(guest, door, file=SimpleUploadedFile("a.md", note()))
    assert [(one.pk, list(one.people.all())) for one in Source.objects.all()] == [(own.pk, [])]
