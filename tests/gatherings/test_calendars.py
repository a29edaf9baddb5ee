"""Gatherings in calendars: read back with the library of the field, and never an option among them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from icalendar import Calendar, Event

from recolte.gatherings.actions import (
    add_session,
    change_gathering,
    change_session,
    close_feed,
    feed_link,
    open_feed,
    plan_gathering,
)
from recolte.gatherings.calendars import published
from recolte.gatherings.models import CalendarFeed, Gathering
from recolte.journal.models import Event as Line
from tests.gatherings.visiting import FIRST, clock, dated, programmed, session
from tests.world import World


def _events(content: str | bytes) -> list[Any]:
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    assert (str(calendar["VERSION"]), bool(calendar["PRODID"])) == ("2.0", True)
    events = [one for one in calendar.subcomponents if isinstance(one, Event)]
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"} <= set(event.keys())
        assert event.errors == []
    return events


def _path(feed: CalendarFeed) -> str:
    return "/" + feed_link(feed).split("/", 3)[3]


def test_a_gathering_of_whole_days_ends_with_the_day_after(world: World, bruno: Client) -> None:
    gathering = dated(world)
    gathering.link, gathering.mode = "https://visio.example.org/a", "hybrid"
    gathering.save()
    answer = bruno.get(f"{gathering.get_absolute_url()}rencontre.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = _events(answer.content)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2021, 9, 16), date(2021, 9, 18))
    assert (str(event["SUMMARY"]), str(event["LOCATION"]).partition(" · ")[0]) == ("Visite à l’Atelier", "Dijon")
    assert str(event["URL"]).endswith(gathering.get_absolute_url())
    assert "https://visio.example.org/a" in str(event["DESCRIPTION"])


def test_a_programme_that_fills_the_days_gives_the_times(world: World) -> None:
    (event,) = _events(published(programmed(world)))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (
        datetime(2021, 9, 16, 7, tzinfo=UTC),
        datetime(2021, 9, 17, 14, tzinfo=UTC),
    )


def test_a_programme_of_one_of_two_days_leaves_whole_days(world: World) -> None:
    dated(world)
    session(world, "Accueil", FIRST, 9, 10)
    (event,) = _events(published(world.gathering))
    assert event["DTSTART"].dt == FIRST


def test_lines_are_folded_and_words_escaped_as_the_standard_asks(world: World) -> None:
    gathering = dated(world)
    gathering.name, gathering.place = "Visite ; à l’Atelier, " + "é" * 120, "Dijon\\Quetigny"
    gathering.save()
    content = published(gathering)
    assert max(len(line.encode()) for line in content.split("\r\n")) <= 75
    (event,) = _events(content)
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (gathering.name, gathering.place)


def test_an_option_and_what_has_no_date_go_into_no_calendar(world: World, amina: Client) -> None:
    option = plan_gathering(world.community, "Option", by=world.amina, starts_on=FIRST, is_option=True)
    for gathering in (option, world.gathering):
        with pytest.raises(ValidationError):
            published(gathering)
        answer = amina.get(f"{gathering.get_absolute_url()}rencontre.ics")
        assert (answer.status_code, answer["Location"]) == (302, gathering.get_absolute_url())
    feed = open_feed(world.community, by=world.amina)
    assert _events(amina.get(_path(feed)).content) == []


def test_the_version_rises_when_what_a_calendar_says_changes_and_then_alone(world: World) -> None:
    gathering = dated(world)

    def version() -> int:
        return Gathering.objects.get(pk=gathering.pk).sequence

    change_gathering(gathering, by=world.amina, kind="seminar")
    assert version() == 0
    change_gathering(gathering, by=world.amina, place="Lille")
    assert version() == 1
    change_gathering(gathering, by=world.amina, ends_on=FIRST)
    assert version() == 2
    slot = session(world, "Accueil", FIRST, 9, 10)
    assert version() == 3
    change_session(slot, by=world.amina, title="Café")
    assert version() == 3
    change_session(slot, by=world.amina, ends_at=clock(FIRST, 11))
    assert version() == 4
    add_session(gathering, by=world.amina, title="Pause", starts_at=clock(FIRST, 10), ends_at=clock(FIRST, 11))
    assert version() == 4


def test_a_member_follows_the_confirmed_gatherings_and_their_sessions(world: World, anonymous: Client) -> None:
    gathering = programmed(world)
    plan_gathering(world.community, "Sans date", by=world.amina)
    plan_gathering(world.elsewhere, "Chez les autres", by=world.driss, starts_on=FIRST)
    feed = open_feed(world.community, by=world.bruno)
    events = _events(anonymous.get(_path(feed)).content)
    assert [str(one["SUMMARY"]) for one in events] == ["Visite à l’Atelier", "Accueil", "L’Atelier", "Bilan"]
    assert events[1]["DTSTART"].dt == datetime(2021, 9, 16, 7, tzinfo=UTC)
    assert (str(events[1]["LOCATION"]), str(events[1]["RELATED-TO"])) == (
        "La halle, 3 rue des Tanneurs",
        str(events[0]["UID"]),
    )
    assert len({str(one["UID"]) for one in events}) == 4
    assert str(events[0]["UID"]).partition("@")[0] == str(gathering.pk)


def test_the_address_of_a_calendar_is_given_replaced_and_taken_back(
    world: World, bruno: Client, anonymous: Client
) -> None:
    slug = world.community.slug
    assert bruno.get("/agenda/").context["rows"] == [(world.community, "")]
    bruno.post("/agenda/", {"community": slug, "do": "open"})
    feed = CalendarFeed.objects.get()
    first = _path(feed)
    assert bruno.get("/agenda/").context["rows"] == [(world.community, feed_link(feed))]
    assert anonymous.get(first).status_code == 200
    bruno.post("/agenda/", {"community": slug, "do": "open"})
    feed.refresh_from_db()
    assert [anonymous.get(path).status_code for path in (first, _path(feed))] == [404, 200]
    bruno.post("/agenda/", {"community": slug, "do": "close"})
    assert (anonymous.get(_path(feed)).status_code, CalendarFeed.objects.count()) == (404, 0)
    verbs = Line.objects.filter(verb__startswith="calendar_feed").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["calendar_feed.opened", "calendar_feed.opened", "calendar_feed.closed"]


def test_the_calendar_of_a_member_who_left_is_empty_handed(world: World, anonymous: Client) -> None:
    feed = open_feed(world.community, by=world.bruno)
    world.community.memberships.filter(user=world.bruno).delete()
    assert anonymous.get(_path(feed)).status_code == 404
    again = open_feed(world.community, by=world.amina)
    close_feed(again, by=world.amina)


@pytest.mark.filterwarnings("ignore")  # the library warns of what is odd in them
def test_our_events_name_nothing_that_real_calendars_do_not(world: World, data: Path) -> None:
    folder = data / "8_conformance" / "icalendar"
    if not folder.is_dir():
        pytest.skip("There are no real calendars here.")
    known: set[str] = set()
    for path in folder.glob("*.ics"):
        try:
            calendars = Calendar.from_ical(path.read_bytes(), multiple=True)
        except (ValueError, KeyError, IndexError):
            continue  # kept there because it is broken
        for calendar in calendars:
            known |= {name for one in calendar.walk("VEVENT") for name in one}
    (event,) = _events(published(programmed(world)))
    assert set(event.keys()) - known == set()
