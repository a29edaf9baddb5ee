"""Lodging: read by those who prepare and by whom it is about, and forgotten after the gathering."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.actions.stays import add_lodging, add_stay, erase_outlived
from recolte.gatherings.models import Gathering, Lodging, Stay
from recolte.jobs.actions import start
from recolte.jobs.models import Job
from recolte.journal.models import Event
from tests.world import World, make_world, work

WORDS = ["sans gluten", "fauteuil roulant", "ronfle beaucoup", "chez Mireille", "12 rue des Lilas", "Mireille et Paul"]


def _lodged(world: World, ended: int, name: str = "Visite de Caen") -> Gathering:
    """A gathering that ended so many days ago, with two nights of Chloé and Bruno at somebody's home."""
    ends = timezone.localdate() - timedelta(ended)
    gathering = plan_gathering(world.community, name, by=world.amina, starts_on=ends - timedelta(1), ends_on=ends)
    facts = {"kind": "home", "beds": 3, "cost": 60}
    home = add_lodging(gathering, name=WORDS[3], address=WORDS[4], shared_by=WORDS[5], by=world.amina, **facts)
    nights = {"arrives_on": ends - timedelta(2), "leaves_on": ends}
    for guest in (world.chloe, world.bruno):
        told = {"diet": WORDS[0], "access_needs": WORDS[1], "remark": WORDS[2]}
        add_stay(gathering, guest, by=world.amina, lodging=home, share=15, **told, **nights)
    return gathering


def test_after_thirty_days_only_totals_are_left(world: World) -> None:
    old, recent = _lodged(world, 31), _lodged(world, 30, "Visite de Lille")
    start("gatherings.erase_stays", old.pk)
    work()
    assert Job.objects.get(name="gatherings.erase_stays").result == {"erased": 2}
    for stay in Stay.objects.filter(gathering=old):
        kept = (stay.user, stay.person, stay.diet, stay.access_needs, stay.remark, stay.nights, stay.share)
        assert kept == (None, None, "", "", "", 2, 15)
    home = Lodging.objects.get(gathering=old)
    assert (home.name, home.address, home.shared_by, home.beds, home.cost) == ("", "", "", 3, 60)
    assert Stay.objects.filter(gathering=recent, diet=WORDS[0], erased_at=None).count() == 2
    (event,) = Event.objects.filter(verb="stay.erased")
    assert (event.subject_id, event.by, event.data) == (str(old.pk), None, {"stays": 2, "lodgings": 1})


def test_no_stay_is_noted_once_the_gathering_is_over_but_ones_own_can_be_corrected(
    world: World, amina: Client, bruno: Client
) -> None:
    page = f"/rencontres/{_lodged(world, 20).pk}/hebergement/"
    mine = {"do": "mine", "diet": "mange de tout"}
    amina.post(page, mine)
    amina.post(page, {"do": "stay", "guest": str(world.amina.pk)})
    bruno.post(page, mine)
    told = [(one.user, one.diet) for one in Stay.objects.order_by("id")]
    assert told == [(None, WORDS[0]), (world.bruno, "mange de tout")]


def test_the_name_of_a_public_place_is_kept(world: World) -> None:
    gathering = _lodged(world, 40)
    add_lodging(gathering, kind="hostel", name="Auberge de jeunesse", shared_by="Paul", by=world.amina)
    erase_outlived()
    hostel = Lodging.objects.get(kind="hostel")
    assert (hostel.name, hostel.shared_by) == ("Auberge de jeunesse", "")


def test_erasing_again_does_nothing(world: World) -> None:
    _lodged(world, 31)
    assert [erase_outlived(), erase_outlived()] == [2, 0]
    assert Event.objects.filter(verb="stay.erased").count() == 1


def test_a_gathering_without_dates_ends_with_the_stay_itself(world: World) -> None:
    long_ago = date(2021, 9, 16)
    dated = add_stay(world.gathering, world.chloe, by=world.amina, arrives_on=long_ago, leaves_on=long_ago)
    undated = add_stay(world.gathering, world.bruno, by=world.amina)
    assert list(Stay.objects.outlived(timezone.localdate())) == [dated]
    Stay.objects.filter(pk=undated.pk).update(created_at=timezone.now() - timedelta(32))
    assert set(Stay.objects.outlived(timezone.localdate())) == {dated, undated}


@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_no_byte_of_what_was_told_is_left_in_the_database(shared_database: None, tmp_path: Path) -> None:
    world = make_world()
    _lodged(world, 31)
    assert {word: _is_on_disk(word, tmp_path) for word in WORDS} == dict.fromkeys(WORDS, True)
    erase_outlived()
    assert {word: _is_on_disk(word, tmp_path) for word in WORDS} == dict.fromkeys(WORDS, False)


def _is_on_disk(word: str, folder: Path) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return any(word.encode() in path.read_bytes() for path in folder.glob("shared.sqlite3*"))


# Who reads


def _page(world: World, gathering: Gathering, who: str) -> str:
    return world.client(who).get(f"/rencontres/{gathering.pk}/hebergement/").content.decode()


def test_others_read_nothing_but_their_own(world: World) -> None:
    gathering = _lodged(world, 3)
    Stay.objects.filter(gathering=gathering, user=world.bruno).update(diet="mange de tout", access_needs="", remark="")
    seen = {
        who: [word for word in WORDS if word in _page(world, gathering, who)] for who in ("amina", "bruno", "driss")
    }
    assert seen == {"amina": WORDS, "bruno": ["chez Mireille", "12 rue des Lilas"], "driss": []}
    assert "mange de tout" in _page(world, gathering, "bruno")
    chloes = Stay.objects.get(person=world.chloe)
    place = Lodging.objects.get()
    bruno = world.client("bruno")
    urls = [f"/hebergement/{chloes.pk}/", f"/hebergement/lieux/{place.pk}/"]
    assert [(bruno.get(url).status_code, bruno.post(url, {"do": "remove"}).status_code) for url in urls] == [
        (403, 403)
    ] * 2


def test_one_fills_in_corrects_and_takes_back_ones_own_nights(world: World, bruno: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/hebergement/"
    facts = {"do": "mine", "arrives_on": "2021-09-15", "leaves_on": "2021-09-17", "diet": "végétarien"}
    assert bruno.post(url, facts | {"leaves_on": "2021-09-14"}).status_code == 422
    bruno.post(url, facts)
    bruno.post(url, facts | {"diet": "de tout"})
    stay = Stay.objects.get()
    assert (stay.user, stay.nights, stay.diet) == (world.bruno, 2, "de tout")
    assert bruno.post(url, {"do": "lodging", "kind": "home", "name": "x"}).status_code == 403
    assert bruno.post(f"/hebergement/{stay.pk}/", {"do": "remove"}).status_code == 302
    assert Stay.objects.count() == 0


def test_those_who_prepare_lodge_somebody(world: World, amina: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/hebergement/"
    amina.post(url, {"do": "lodging", "kind": "rented", "name": "La grande maison", "beds": "6", "cost": "240.50"})
    place = Lodging.objects.get()
    facts: dict[str, Any] = {"arrives_on": "2021-09-15", "leaves_on": "2021-09-17", "share": "20"}
    assert amina.post(url, {"do": "stay", "guest": "personne"}).status_code == 422
    amina.post(url, {"do": "stay", "guest": str(world.chloe.pk), **facts})
    page = amina.get(url).context
    stay = Stay.objects.get()
    assert (page["places"], page["without"]) == ([(place, [])], [stay])
    amina.post(f"/hebergement/{stay.pk}/", {"lodging": str(place.pk), **facts})
    page = amina.get(url).context
    assert (page["places"], page["without"]) == ([(place, [stay])], [])
    assert {name: str(value) for name, value in page["totals"].items()} == {
        "people": "1",
        "beds": "6",
        "nights": "2",
        "cost": "240.50",
        "shares": "20.00",
    }
    amina.post(f"/hebergement/lieux/{place.pk}/", {"kind": "rented", "name": "La petite maison"})
    place.refresh_from_db()
    assert (place.name, place.beds) == ("La petite maison", None)
    amina.post(f"/hebergement/lieux/{place.pk}/", {"do": "remove"})
    assert amina.get(url).context["without"] == [stay]


def test_the_journal_keeps_no_word_of_a_stay(world: World) -> None:
    _lodged(world, 31)
    erase_outlived()
    assert [data for data in Event.objects.values_list("data", flat=True) if any(w in str(data) for w in WORDS)] == []
