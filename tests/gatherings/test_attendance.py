"""Who was there: ticked, said at the door, counted over time."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from lxml import html

from recolte.community.models import Community, Person
from recolte.gatherings.actions import come_in, door_link, invite_to, note_presence, plan_gathering
from recolte.gatherings.models import Attendance, Gathering, Invitation, Turnout, attendees, presences, turnouts
from recolte.journal.models import Event
from tests.gatherings.visiting import FIRST, LAST, PARIS, dated
from tests.world import World


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Any:
    def at(day: date, hour: int = 10, minute: int = 0) -> None:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def _door(gathering: Gathering) -> str:
    return "/" + door_link(gathering).split("/", 3)[3]


def _there(gathering: Gathering) -> list[tuple[str, str]]:
    return [(str(one.person), one.how) for one in gathering.attendances.select_related("person")]


def test_members_those_invited_and_those_there_are_ticked(world: World, amina: Client) -> None:
    gathering = dated(world)
    invite_to(gathering, [], [("Camille", "c@example.org")], by=world.amina)
    url = f"{gathering.get_absolute_url()}participants/"
    form = amina.get(url).context["form"]
    assert [label for _pk, label in form.fields["there"].choices] == ["Amina", "Bruno", "Camille"]
    Invitation.objects.update(withdrawn_at=timezone.now())
    form = amina.get(url).context["form"]
    assert [label for _pk, label in form.fields["there"].choices] == ["Amina", "Bruno"]
    Invitation.objects.update(withdrawn_at=None)
    camille = Person.objects.get(name="Camille")
    amina.post(url, {"there": [str(camille.pk), str(world.bruno.pk)]})
    assert _there(gathering) == [("Bruno", "noted"), ("Camille", "noted")]
    assert Person.objects.get(name="Bruno").user == world.bruno
    amina.post(url, {"there": [str(Person.objects.get(name="Bruno").pk)], "was": [str(camille.pk)]})
    assert _there(gathering) == [("Bruno", "noted")]
    lines = [one.data for one in Event.objects.filter(verb="attendance.noted").order_by("pk")]
    assert lines == [{"came": 2, "gone": 0}, {"came": 0, "gone": 1}]


def test_the_list_of_who_was_there_is_taken_away_by_those_who_keep_it(
    world: World, amina: Client, bruno: Client
) -> None:
    gathering = dated(world)
    note_presence(gathering, [world.chloe], by=world.amina)
    url = f"{gathering.get_absolute_url()}participants/?as=csv"
    lines = [amina.get(f"{url}&q={words}").content.decode().splitlines()[1:] for words in ("chlo", "atelier", "nobody")]
    assert [[line.split(",")[0] for line in found] for found in lines] == [["Chloé"], ["Chloé"], []]
    assert bruno.get(url)["Content-Type"].split(";")[0] == "text/html"


def test_who_came_in_while_the_list_was_open_stays(world: World, amina: Client, now: Any) -> None:
    gathering = dated(world)
    now(FIRST)
    come_in(gathering, "Camille")
    amina.post(f"{gathering.get_absolute_url()}participants/", {"there": [str(world.bruno.pk)]})
    assert _there(gathering) == [("Bruno", "noted"), ("Camille", "themselves")]


def test_guests_are_added_by_name_and_structure(world: World, amina: Client) -> None:
    gathering = dated(world)
    amina.post(
        f"{gathering.get_absolute_url()}participants/invites/", {"guests": "Dora, La Commune\n\nchloé\nDORA, Autre"}
    )
    assert _there(gathering) == [("Chloé", "noted"), ("Dora", "noted")]
    assert str(Person.objects.get(name="Dora").organisation) == "La Commune"


def test_at_the_door_a_name_is_enough_and_counts_once(world: World, anonymous: Client, now: Any) -> None:
    gathering = dated(world)
    now(FIRST)
    assert anonymous.get(_door(gathering)).context["closed"] == ""
    for name in ("Dora", " dora ", "Chloé"):
        page = anonymous.post(_door(gathering), {"name": name, "structure": "La Commune"})
        assert page.context["name"] == name.strip().capitalize()
    assert _there(gathering) == [("Chloé", "themselves"), ("Dora", "themselves")]
    assert Event.objects.filter(verb="attendance.said", by=None).count() == 2
    assert str(Person.objects.get(name="Chloé").organisation) == "L’Atelier"
    assert list(anonymous.post(_door(gathering), {"name": "  "}).context["form"].errors) == ["name"]


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (FIRST - timedelta(days=2), False),
        (FIRST - timedelta(days=1), True),
        (LAST, True),
        (LAST + timedelta(days=1), True),
        (LAST + timedelta(days=2), False),
    ],
)
def test_the_door_is_open_from_the_day_before_to_the_day_after(
    world: World, anonymous: Client, now: Any, day: date, is_open: bool
) -> None:
    gathering = dated(world)
    now(day, 23, 59)
    page = anonymous.post(_door(gathering), {"name": "Dora"})
    assert (page.status_code, bool(page.context["closed"]), gathering.attendances.count()) == (
        200,
        not is_open,
        is_open,
    )


def test_the_door_of_an_option_or_of_a_gathering_without_a_date_is_closed(world: World) -> None:
    option = plan_gathering(world.community, "Option", by=world.amina, starts_on=timezone.localdate(), is_option=True)
    for gathering in (option, world.gathering):
        with pytest.raises(ValidationError):
            come_in(gathering, "Dora")
    assert (Attendance.objects.count(), Person.objects.filter(name="Dora").count()) == (0, 0)


def test_the_sheet_for_the_door_carries_the_address_as_a_drawing(world: World, amina: Client) -> None:
    page = amina.get(f"{world.gathering.get_absolute_url()}accueil/")
    shown = html.fromstring(page.content)
    assert shown.xpath("string(//p[@class='address'])") == door_link(world.gathering)
    (drawing,) = shown.xpath("//div[@class='qr']/svg")
    assert (len(drawing.xpath(".//path")) > 0, drawing.xpath("//div[@class='qr']//@style")) == (True, [])


def _lived(world: World, community: Community, sizes: list[int]) -> None:
    """Gatherings to which the first so many people of the community came."""
    people = [Person.objects.create(community=community, name=f"P{n}") for n in range(max(sizes))]
    for number, size in enumerate(sizes):
        note_presence(plan_gathering(community, f"Rencontre {number}", by=world.amina), people[:size], by=world.amina)


def test_a_core_circle_and_more_than_a_hundred_people_over_time_are_counted(world: World) -> None:
    _lived(world, world.community, [120, 15, 15, 15])
    _lived(world, world.elsewhere, [2])
    assert [(one.name, one.times) for one in attendees(presences(world.community)).order_by("-times", "id")[14:16]] == [
        ("P14", 4),
        ("P15", 1),
    ]
    assert turnouts([world.community, world.elsewhere]) == [
        Turnout(world.community, 4, 120, 15),
        Turnout(world.elsewhere, 1, 2, 0),
    ]


def test_the_list_says_how_many_came(world: World, bruno: Client) -> None:
    assert bruno.get("/rencontres/").context["turnouts"] == []
    _lived(world, world.community, [3, 1, 1])
    page = bruno.get("/rencontres/?sort=-present")
    assert page.context["turnouts"] == [Turnout(world.community, 3, 3, 1)]
    assert [one.present for one in page.context["listing"].page_obj] == [3, 1, 1, 0]


def test_the_list_narrows_by_kind_and_year_and_is_taken_away(world: World, bruno: Client) -> None:
    for year, kind in ((2020, "seminar"), (2021, "seminar"), (2021, "workshop")):
        plan_gathering(world.community, f"{kind} {year}", by=world.amina, kind=kind, starts_on=date(year, 5, 1))

    def names(query: str) -> list[str]:
        return [one.name for one in bruno.get(f"/rencontres/?{query}").context["listing"].page_obj]

    assert names("year=2021&sort=name") == ["seminar 2021", "workshop 2021"]
    assert names("kind=seminar&sort=name") == ["seminar 2020", "seminar 2021"]
    assert names("q=Dijon") == ["Visite à l’Atelier"]
    assert len(bruno.get("/rencontres/?as=csv&year=2021").content.splitlines()) == 3


def test_only_a_list_that_can_be_searched_has_a_box(world: World, amina: Client) -> None:
    plan_gathering(world.community, "Une autre", by=world.amina)
    boxes = "//input[@id='listing-q']"
    assert len(html.fromstring(amina.get("/rencontres/").content).xpath(boxes)) == 1
    letters = amina.get(f"/communaute/{world.community.slug}/courrier/?state=sent")
    assert html.fromstring(letters.content).xpath(boxes) == []
