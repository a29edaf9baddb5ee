"""A gathering of which only months are known: told as such, sorted among the others, and in no calendar."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.models import Gathering
from tests.world import World

OCTOBER, NOVEMBER = date(2021, 10, 1), date(2021, 11, 30)


def _plan(world: World, amina: Client, **facts: str) -> int:
    url = f"/communaute/{world.community.slug}/rencontre/"
    return amina.post(url, {"name": "Capitaliser", "kind": "capitalisation_seminar", **facts}).status_code


def test_months_are_entered_and_told_in_words(world: World, amina: Client) -> None:
    assert _plan(world, amina, months_from="2021-10", months_to="2021-11") == 302
    made = Gathering.objects.get(name="Capitaliser")
    assert (made.starts_on, made.months_from, made.months_to) == (None, OCTOBER, NOVEMBER)
    assert made.months == "octobre – novembre 2021"
    assert made.months in amina.get(f"/rencontres/{made.pk}/").content.decode()
    change = f"/rencontres/{made.pk}/modifier/"
    facts = {"name": made.name, "kind": made.kind, "mode": made.mode}
    for months, told in (
        ({"months_from": "2021-10"}, "octobre 2021"),
        ({"months_from": "12/2021", "months_to": "2022-01"}, "décembre 2021 – janvier 2022"),
        ({"months_from": "2021-10", "starts_on": "2021-10-14"}, ""),
    ):
        assert amina.post(change, facts | months).status_code == 302
        assert Gathering.objects.get(pk=made.pk).months == told
    assert Gathering.objects.get(pk=made.pk).starts_on == date(2021, 10, 14)


def test_months_that_say_nothing_are_asked_again(world: World, amina: Client) -> None:
    wrong = ({"months_from": "octobre"}, {"months_to": "2021-10"}, {"months_from": "2021-11", "months_to": "2021-10"})
    for facts in wrong:
        _plan(world, amina, **facts)
    assert not Gathering.objects.filter(name="Capitaliser").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        facts = {"starts_on": OCTOBER, "months_from": OCTOBER, "months_to": NOVEMBER}
        plan_gathering(world.community, "Les deux", by=world.amina, **facts)


def test_it_stands_in_its_place_and_in_no_calendar(world: World, amina: Client) -> None:
    today = timezone.localdate()
    near = plan_gathering(world.community, "Bientôt", by=world.amina, starts_on=today + timedelta(3))
    ahead = {"months_from": today + timedelta(40), "months_to": today + timedelta(70)}
    months = plan_gathering(world.community, "Au printemps", by=world.amina, **ahead)
    far = plan_gathering(world.community, "Plus tard", by=world.amina, starts_on=today + timedelta(90))
    past = plan_gathering(world.community, "Passé", by=world.amina, months_from=OCTOBER, months_to=NOVEMBER)
    page = amina.get(f"/communaute/{world.community.slug}/ou-en-est-on/").context
    assert (page["past"], page["coming"]) == ([past], [near, months, far])
    assert list(page["undated"]) == [world.gathering]
    assert amina.get(f"/rencontres/{months.pk}/rencontre.ics").status_code == 302
    those = Gathering.objects.filter(community=world.community)
    assert (list(those.held(today)), past.is_over, months.is_over) == ([past], True, False)
    assert set(those.standing("ahead", today)) == {near, months, far, world.gathering}
    listed = {state: amina.get(f"/rencontres/?state={state}").context["listing"].count for state in ("held", "ahead")}
    assert listed == {"held": 1, "ahead": 4}
    assert [one.name for one in amina.get("/rencontres/?year=2021").context["listing"].rows] == ["Passé"]
    assert amina.get("/rencontres/?sort=from&as=csv").status_code == 200
