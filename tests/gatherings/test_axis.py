"""The axis of the programme that a gathering serves: chosen, shown, listed, counted."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from recolte.gatherings.actions import change_gathering, copy_gathering, plan_gathering
from recolte.gatherings.models import Gathering
from recolte.journal.models import Event
from recolte.programme.actions import add_axis, add_funding, start_programme
from recolte.programme.models import Axis
from recolte.programme.tree import tree
from tests.world import World, kept


@pytest.fixture
def axis(world: World) -> Axis:
    return add_axis(start_programme(world.community, "Innover ensemble", by=world.amina), 1, "Semer", by=world.amina)


@pytest.fixture
def elsewhere(world: World) -> Axis:
    return add_axis(start_programme(world.elsewhere, "Ailleurs", by=world.driss), 1, "Autre", by=world.driss)


def _fields(gathering: Gathering, **more: Any) -> dict[str, Any]:
    return {"name": gathering.name, "kind": gathering.kind, "mode": gathering.mode, "place": gathering.place, **more}


def test_without_axes_the_form_does_not_ask_for_one(world: World, amina: Client) -> None:
    form = amina.get(f"/communaute/{world.community.slug}/rencontre/").context["form"]
    assert "axis" not in form.fields


def test_a_gathering_is_planned_for_an_axis_of_its_community(world: World, amina: Client, axis: Axis) -> None:
    address = f"/communaute/{world.community.slug}/rencontre/"
    amina.post(address, {"name": "Séminaire", "kind": "seminar", "mode": "on_site", "axis": str(axis.pk)})
    assert Gathering.objects.get(name="Séminaire").axis == axis


def test_an_axis_of_another_community_cannot_be_chosen(
    world: World, amina: Client, axis: Axis, elsewhere: Axis
) -> None:
    address = f"{world.gathering.get_absolute_url()}modifier/"
    page = amina.post(address, _fields(world.gathering, axis=str(elsewhere.pk)))
    assert list(page.context["form"].errors) == ["axis"]
    world.gathering.refresh_from_db()
    assert world.gathering.axis is None


def test_the_axis_is_changed_shown_and_comes_along_with_a_copy(world: World, amina: Client, axis: Axis) -> None:
    address = f"{world.gathering.get_absolute_url()}modifier/"
    amina.post(address, _fields(world.gathering, axis=str(axis.pk)))
    world.gathering.refresh_from_db()
    changed = Event.objects.filter(verb="gathering.changed").values_list("data", flat=True)
    assert [facts["fields"] for facts in changed] == ["axis"]
    assert f'href="{axis.get_absolute_url()}"' in amina.get(world.gathering.get_absolute_url()).content.decode()
    assert copy_gathering(world.gathering, "Encore", date(2022, 1, 1), by=world.amina).axis == axis


def test_the_list_of_gatherings_is_filtered_by_axis(world: World, amina: Client, axis: Axis, elsewhere: Axis) -> None:
    seminar = plan_gathering(world.community, "Séminaire", by=world.amina, axis=axis)
    listing = amina.get(f"/rencontres/?axis={axis.pk}").context["listing"]
    assert [row.pk for row in listing.rows] == [seminar.pk]
    assert str(elsewhere.pk) not in amina.get("/rencontres/").content.decode()


def test_the_programme_shows_the_gatherings_of_each_axis(world: World, axis: Axis) -> None:
    change_gathering(world.gathering, by=world.amina, axis=axis, starts_on=date(2021, 9, 16))
    plan_gathering(world.community, "Sans axe", by=world.amina)
    ((branch,),) = [plan.axes for plan in tree(world.community, named_only=True)]
    assert [(one.name, one.url, one.day) for one in branch.hung] == [
        (world.gathering.name, world.gathering.get_absolute_url(), date(2021, 9, 16))
    ]


def test_a_gathering_survives_its_axis(world: World, axis: Axis) -> None:
    change_gathering(world.gathering, by=world.amina, axis=axis)
    axis.delete()
    world.gathering.refresh_from_db()
    assert world.gathering.axis is None


def test_a_funder_reads_what_was_held_and_recorded_for_the_axes_it_pays_for(
    world: World, amina: Client, axis: Axis
) -> None:
    other = add_axis(axis.programme, 2, "Récolter", by=world.amina)
    for paid in (axis, other):
        add_funding(world.community, world.atelier, f"ligne {paid.number}", axis=paid, amount=100, by=world.amina)
    change_gathering(world.gathering, by=world.amina, axis=axis, starts_on=date(2021, 9, 16))
    facts = {"by": world.amina, "axis": axis}
    plan_gathering(world.community, "Un jour", starts_on=date(2199, 1, 1), **facts)
    plan_gathering(world.community, "Peut-être", starts_on=date(2021, 1, 1), is_option=True, **facts)
    for name, agreed in [("un.wav", "Tous, à voix haute."), ("deux.wav", "Tous, à voix haute."), ("secret.wav", "")]:
        source = kept(world, name, agreed=agreed)
        source.duration_ms = 45 * 60_000
        source.save()
    figures = {one.key: one for one in amina.get(f"/financeurs/{world.atelier.pk}/").context["figures"]}
    assert (figures["rencontres"].value, figures["heures"].shown) == (1, "1,5\xa0h")
    found = [amina.get(figures[key].url).context["listing"].count for key in ("rencontres", "visites", "heures")]
    assert found == [1, 1, 2]
    assert f"axis={axis.pk},{other.pk}" in figures["rencontres"].url
