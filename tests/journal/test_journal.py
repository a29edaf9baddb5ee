"""The journal: append-only, and without anybody's words."""

from collections.abc import Callable

import pytest
from django.db import transaction

from recolte.journal.actions import record
from recolte.journal.models import Event
from tests.world import World


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: Event.objects.update(verb="nothing.happened"),
        lambda event: Event.objects.filter(pk=event.pk).update(by=None),
        lambda event: Event.objects.all().delete(),
        lambda event: Event.objects.filter(pk=event.pk).delete(),
        lambda event: Event.objects.bulk_update([event], ["verb"]),
        lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"verb": "nothing.happened"}),
    ],
)
def test_the_journal_is_only_added_to(world: World, change: Callable[[Event], object]) -> None:
    before = list(Event.objects.values())
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        change(Event.objects.first())
    assert list(Event.objects.values()) == before


def test_an_event_says_who_did_what_to_what(world: World) -> None:
    event = record("gathering.looked_at", world.gathering, by=world.bruno, times=3)
    assert (event.verb, event.by, event.subject, event.subject_id, event.community_id, event.data) == (
        "gathering.looked_at",
        world.bruno,
        "gatherings.gathering",
        str(world.gathering.pk),
        world.community.pk,
        {"times": 3},
    )
    assert record("community.looked_at", world.community, by=None).community_id == world.community.pk
    assert record("person.looked_at", world.bruno, by=None).community_id is None


def test_founding_a_community_is_told_in_order(world: World) -> None:
    ours = Event.objects.filter(community_id=world.community.pk).values_list("verb", "by__name")
    assert list(ours) == [
        ("community.founded", "Amina"),
        ("membership.began", "Amina"),
        ("membership.began", "Amina"),
        ("gathering.planned", "Amina"),
    ]


def test_an_event_outlives_what_and_whom_it_tells_of(world: World) -> None:
    event = Event.objects.get(verb="gathering.planned")
    world.gathering.delete()
    world.community.delete()
    kept = Event.objects.get(pk=event.pk)
    assert (kept.subject_id, kept.community_id) == (event.subject_id, event.community_id)


def test_a_person_who_is_erased_leaves_the_events_without_a_name(world: World) -> None:
    world.driss.delete()
    events = Event.objects.filter(community_id=world.elsewhere.pk)
    assert list(events.values_list("verb", "by")) == [("community.founded", None), ("membership.began", None)]
