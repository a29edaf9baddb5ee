"""The letter of the evening that goes out by itself: one for each person and day, and what tomorrow brings in it."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recolte.community.models import Letter
from recolte.gatherings import tasks
from recolte.gatherings.actions import call_off, digest, plan_gathering
from recolte.gatherings.actions.digest import draft, evenings_due, send_by_itself, send_digest, tell_evenings
from recolte.gatherings.models import Evening, Gathering
from recolte.jobs.actions import start_due
from recolte.jobs.models import Job, State
from recolte.journal.models import Event
from tests.gatherings.visiting import FIRST, LAST, PARIS, programmed
from tests.world import World, make_world, work

EIGHT = datetime(2021, 9, 16, 20, tzinfo=PARIS)


def _wanted(world: World) -> Gathering:
    gathering = programmed(world)
    tell_evenings(gathering, True, by=world.amina)
    gathering.refresh_from_db()
    return gathering


@pytest.fixture
def at_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "evenings_due", lambda _now: evenings_due(EIGHT))


def test_it_is_due_from_eight_in_the_evening_of_each_day_on_the_clock_of_the_place(world: World) -> None:
    gathering = _wanted(world)

    def due(*moment: int) -> list[date]:
        return [day for _one, day in evenings_due(datetime(2021, 9, *moment, tzinfo=UTC))]

    assert (due(16, 17, 59), due(16, 18), due(16, 21, 59), due(16, 22)) == ([], [FIRST], [FIRST], [])
    assert (due(15, 18), due(17, 18), due(18, 18)) == ([], [LAST], [])
    Gathering.objects.update(
        time_zone="Pacific/Auckland"
    )  # twelve hours before: it is eight there at eight in the morning
    assert (due(16, 7, 59), due(16, 8), due(16, 12)) == ([], [FIRST], [])
    for hindrance in ({"is_option": True}, {"called_off_at": timezone.now()}, {"tells_evenings": False}):
        kept = {name: getattr(Gathering.objects.get(), name) for name in hindrance}
        Gathering.objects.update(**hindrance)
        assert due(16, 8) == []
        Gathering.objects.update(**kept)
    Evening.objects.create(community=world.community, gathering=gathering, day=FIRST)
    assert due(16, 8) == []


def test_each_member_gets_one_letter_however_often_it_is_looked_at(world: World, at_eight: None) -> None:
    _wanted(world)
    for _beat in range(3):
        start_due()
    work()
    start_due()
    work()
    job = Job.objects.get(name=tasks.EVENING)
    assert (job.state, job.result, Letter.objects.count()) == (State.DONE, {"letters": 2}, 2)
    assert Event.objects.get(verb="digest.sent").data == {"day": "2021-09-16", "letters": 2}


def test_who_sent_it_by_hand_before_has_sent_the_letter_of_that_evening(
    world: World, amina: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathering = _wanted(world)
    now = timezone.localdate()
    Gathering.objects.update(starts_on=now, ends_on=now)
    gathering.refresh_from_db()
    url = f"{gathering.get_absolute_url()}lettre-du-soir/"
    assert amina.post(url, {"body": "Merci."}).status_code == 302
    assert send_by_itself(gathering, now) == 0
    assert (Letter.objects.count(), Evening.objects.get().day) == (2, now)
    refused = amina.post(url, {"body": "Encore."})  # it had gone out meanwhile: the page says so, and asks again
    assert (refused.status_code, refused.context["was_sent"], Letter.objects.count()) == (422, True, 2)
    assert amina.post(url, {"body": "Encore.", "again": "1"}).status_code == 302
    assert Letter.objects.count() == 4


def test_killed_in_the_middle_nothing_was_sent_and_the_next_worker_sends_it_once(
    world: World, at_eight: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def die(name: str) -> None:
        raise Killed(name)

    _wanted(world)
    with monkeypatch.context() as patched:
        patched.setattr(digest, "crashpoint", die)
        start_due()
        work()
    assert (Letter.objects.count(), Evening.objects.count()) == (0, 0)
    start_due()
    work()
    assert (Letter.objects.count(), Evening.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_send_one_letter(shared_database: None) -> None:
    gathering = _wanted(make_world())
    ready, sent = threading.Barrier(4), []

    def send() -> None:
        try:
            ready.wait()
            sent.append(send_by_itself(gathering, FIRST))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(sent), Letter.objects.count()) == ([0, 0, 0, 2], 2)


def test_it_tells_the_next_day_of_the_programme(world: World) -> None:
    gathering = _wanted(world)
    body = draft(gathering, FIRST, by=None)
    assert "\n- 15:00 – 16:00 · Bilan\n" in body
    assert "Accueil" not in body
    assert draft(gathering, FIRST - timedelta(days=1), by=None).count("(La halle)") == 2
    assert "Bilan" not in draft(gathering, LAST, by=None)
    assert body.rstrip().endswith(str(world.community))  # by itself it comes from nobody in particular


def test_it_is_off_until_somebody_wants_it(world: World, amina: Client, bruno: Client) -> None:
    url = f"{world.gathering.get_absolute_url()}preparatifs/"
    states = []
    for client, do in ((bruno, "by_itself"), (amina, "by_itself"), (amina, "by_itself"), (amina, "by_hand")):
        client.post(url, {"do": do})
        states.append(Gathering.objects.get().tells_evenings)
    assert states == [False, True, True, False]
    lines = [one.data for one in Event.objects.filter(verb="gathering.evenings_told").order_by("pk")]
    assert lines == [{"by_itself": True}, {"by_itself": False}]


def test_what_is_called_off_tells_no_evening(world: World) -> None:
    gathering = _wanted(world)
    Gathering.objects.update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    call_off(gathering, by=world.amina)
    assert send_by_itself(gathering, timezone.localdate()) == 0
    with pytest.raises(ValidationError):  # what was read before it was called off
        send_digest(gathering, "Ce soir…", by=world.amina)
    assert Evening.objects.count() == 0


def test_looking_whose_evening_it_is_asks_as_much_for_one_gathering_as_for_three(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _wanted(world)
    for name in ("Deux", "Trois"):
        dates = {"starts_on": FIRST, "ends_on": LAST}
        plan_gathering(world.community, name, by=world.amina, tells_evenings=True, **dates)
    with django_assert_num_queries(2):
        assert len(evenings_due(EIGHT)) == 3
    with django_assert_num_queries(1):
        assert evenings_due(EIGHT - timedelta(hours=1)) == []
