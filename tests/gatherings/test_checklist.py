"""What is to be thought of around a gathering, and the letter of its evening."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from recolte.community.models import Letter
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.actions.checklist import begin_checklist
from recolte.gatherings.actions.committee import add_item, decide
from recolte.gatherings.actions.digest import was_sent
from recolte.gatherings.checklists import OWN, usual
from recolte.gatherings.day import told
from recolte.gatherings.models import ChecklistItem, Gathering, Kind
from recolte.journal.models import Event
from recolte.sources.models import Source
from tests.world import World, kept, work


def test_each_kind_begins_with_what_is_usual_for_it(world: World) -> None:
    for kind in Kind:
        gathering = plan_gathering(world.community, kind.label, by=world.amina, kind=kind)
        begin_checklist(gathering, by=world.amina)
        begin_checklist(gathering, by=world.amina)  # pressed twice
        wanted = [(moment, str(what)) for moment, what in usual(gathering)]
        assert [(item.moment, item.what) for item in gathering.checklist.all()] == wanted
        assert {str(what) for _moment, what in OWN.get(kind, [])} <= {what for _moment, what in wanted}
    assert Event.objects.filter(verb="checklist.begun").count() == len(Kind)


def test_one_ticks_unticks_adds_and_removes(world: World, amina: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/preparatifs/"
    assert amina.post(url, {"do": "add", "what": "", "moment": "1_before"}).status_code == 422
    for what in ("le pain", "les clés"):
        amina.post(url, {"do": "add", "what": what, "moment": "2_during"})
    bread, keys = ChecklistItem.objects.all()
    amina.post(url, {"do": "tick", "item": str(bread.pk)})
    page = amina.get(url).context
    bread.refresh_from_db()
    assert (bread.done_by, page["left"], [items for _label, items in page["moments"]]) == (
        world.amina,
        1,
        [[bread, keys]],
    )
    amina.post(url, {"do": "tick", "item": str(bread.pk)})
    amina.post(url, {"do": "remove", "item": str(keys.pk)})
    assert amina.post(url, {"do": "remove", "item": str(keys.pk)}).status_code == 404
    assert [(item.what, item.done_at) for item in ChecklistItem.objects.all()] == [("le pain", None)]


def test_members_read_the_list_and_change_nothing(world: World, bruno: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/preparatifs/"
    assert (bruno.get(url).status_code, bruno.post(url, {"do": "begin"}).status_code) == (200, 403)


def test_the_day_is_told_in_counts_of_what_may_be_told(world: World) -> None:
    today = world.gathering.today
    assert told(world.gathering, today) == []
    kept(world, "son.wav")
    kept(world, "à elle seule.wav", agreed="")
    old = kept(world, "hier.wav")
    Source.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(2))
    decide(add_item(world.gathering, "Point", by=world.amina), "Oui.", today, by=world.amina)
    lines = told(world.gathering, today)
    assert [line[:2] for line in lines] == ["1 ", "1 "]


def test_the_letter_of_the_evening_is_drafted_then_sent_to_all_members(world: World, amina: Client) -> None:
    kept(world, "confidence.wav")
    today = world.gathering.today
    Gathering.objects.update(starts_on=today, ends_on=today)
    url = f"/rencontres/{world.gathering.pk}/lettre-du-soir/"
    form = amina.get(url).context["form"]
    body = form.initial["body"]
    assert (world.gathering.get_absolute_url() in body, "confidence" in body) == (True, False)
    assert amina.post(url, {"body": ""}).status_code == 422
    assert amina.post(url, {"body": f"{body}\nMerci à tous."}).status_code == 302
    assert Letter.objects.count() == 2
    work()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["amina@example.org", "bruno@example.org"]
    assert {"Merci à tous." in letter.body for letter in mail.outbox} == {True}
    event = Event.objects.get(verb="digest.sent")
    assert event.data == {"day": world.gathering.today.isoformat(), "letters": 2}
    assert was_sent(world.gathering, world.gathering.today)
    assert amina.get(url).context["was_sent"] is True


@pytest.mark.parametrize(
    ("first", "last", "facts", "day"),
    [
        (1, 2, {}, None),  # it has not begun
        (-1, 0, {}, 0),
        (-2, -1, {}, -1),  # the morning after
        (-3, -2, {}, None),
        (0, 0, {"called_off_at": timezone.now()}, None),
        (0, 0, {"is_option": True}, None),
        (None, None, {}, None),
    ],
)
def test_the_letter_of_the_evening_is_of_a_day_of_the_gathering(
    world: World, amina: Client, first: int | None, last: int | None, facts: dict[str, Any], day: int | None
) -> None:
    today = world.gathering.today
    days = [None if one is None else today + timedelta(one) for one in (first, last)]
    Gathering.objects.update(starts_on=days[0], ends_on=days[1], **facts)
    url = f"/rencontres/{world.gathering.pk}/lettre-du-soir/"
    amina.post(url, {"body": "Merci."})
    sent = [event.data["day"] for event in Event.objects.filter(verb="digest.sent")]
    assert sent == ([] if day is None else [(today + timedelta(day)).isoformat()])
    assert bool(amina.get(url).context["why_not"]) is (day is None)
