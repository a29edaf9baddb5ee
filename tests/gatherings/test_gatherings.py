"""Gatherings: named once, planned by any member, listed from the next to the first."""

from datetime import date

import pytest
from django.test import Client

from recolte.gatherings.actions import find_or_plan_gathering, plan_gathering
from recolte.gatherings.models import Gathering, Kind
from recolte.gatherings.rules import can_plan
from recolte.journal.models import Event
from recolte.sources.models import Kind as SourceKind
from tests.world import World, kept


def _url(world: World) -> str:
    return f"/communaute/{world.community.slug}/rencontre/"


def test_the_page_of_a_gathering_leads_to_the_ecosystem_as_it_was_on_its_first_day(world: World, bruno: Client) -> None:
    page = world.gathering.get_absolute_url()
    home = f"/communaute/{world.community.slug}/ecosysteme/?le="
    assert home not in bruno.get(page).content.decode()
    world.gathering.starts_on = date(2021, 9, 16)
    world.gathering.save()
    assert bruno.get(page).content.decode().count(f'{home}2021-09-16"') == 1


def test_any_member_plans_a_gathering(world: World, bruno: Client) -> None:
    facts = {"kind": "seminar", "place": "Lille", "starts_on": "2021-10-21", "ends_on": "2021-10-22"}
    answer = bruno.post(_url(world), {"name": "  Séminaire   d’automne ", **facts})
    gathering = Gathering.objects.get(name="Séminaire d’automne")
    assert (answer.status_code, answer["Location"]) == (302, gathering.get_absolute_url())
    assert (gathering.kind, gathering.place, gathering.by, gathering.community) == (
        Kind.SEMINAR,
        "Lille",
        world.bruno,
        world.community,
    )
    assert (str(gathering.starts_on), str(gathering.ends_on)) == ("2021-10-21", "2021-10-22")
    event = Event.objects.get(verb="gathering.planned", subject_id=str(gathering.pk))
    assert (event.by, event.data) == (world.bruno, {})


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"name": "Visite à l’Atelier"}, ["name"]),
        ({"name": "visite  à l’atelier"}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "x" * 161}, ["name"]),
        ({"kind": "party"}, ["kind"]),
        ({"starts_on": "2021-10-22", "ends_on": "2021-10-21"}, ["ends_on"]),
        ({"starts_on": "demain"}, ["starts_on"]),
    ],
)
def test_what_cannot_be_planned_is_said(world: World, amina: Client, facts: dict[str, str], wrong: list[str]) -> None:
    page = amina.post(_url(world), {"name": "Une autre", "kind": "seminar", **facts})
    assert (page.status_code, list(page.context["form"].errors), Gathering.objects.count()) == (200, wrong, 1)


def test_a_gathering_of_one_day_is_fine(world: World, amina: Client) -> None:
    day = {"starts_on": "2021-10-21", "ends_on": "2021-10-21"}
    assert amina.post(_url(world), {"name": "Une autre", "kind": "seminar", **day}).status_code == 302


def test_a_gathering_is_found_however_its_name_is_written(world: World) -> None:
    assert find_or_plan_gathering(world.community, " VISITE  à l’atelier", by=world.amina) == world.gathering
    new = find_or_plan_gathering(world.community, "Visite à l’Atelier bis", by=world.amina)
    assert (new != world.gathering, new.time_zone) == (True, world.community.time_zone)
    assert find_or_plan_gathering(world.elsewhere, "Visite à l’Atelier", by=world.driss) != world.gathering


def test_who_may_plan(world: World) -> None:
    people = {"amina": world.amina, "bruno": world.bruno, "driss": world.driss}
    may = {name: can_plan(user, world.community) for name, user in people.items()}
    assert may == {"amina": True, "bruno": True, "driss": False}


def test_gatherings_without_a_date_come_first_then_the_latest(world: World, amina: Client) -> None:
    for name, day in (("Ancienne", "2021-04-19"), ("Récente", "2021-10-21")):
        plan_gathering(world.community, name, by=world.amina, starts_on=day)
    listed = [gathering.name for gathering in amina.get("/rencontres/").context["listing"].page_obj]
    assert listed == ["Visite à l’Atelier", "Récente", "Ancienne"]


def test_the_list_counts_what_the_reader_may_see(world: World) -> None:
    kept(world, "son.wav")
    kept(world, "note.md", SourceKind.DOCUMENT)
    kept(world, "à elle.wav", agreed="")
    kept(world, "à lui.wav", agreed="", by=world.bruno)
    kept(world, "à lui aussi.wav", agreed="", by=world.bruno)
    pages = {who: world.client(who).get("/rencontres/") for who in ("amina", "bruno", "driss")}
    counts = {who: [one.brought for one in page.context["listing"].page_obj] for who, page in pages.items()}
    assert counts == {"amina": [3], "bruno": [4], "driss": []}
