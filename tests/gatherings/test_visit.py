"""The file of a visit: options and facts, places, the programme, and its copy for another visit."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from recolte.consent.models import Consent
from recolte.gatherings.actions import (
    add_place,
    add_speaker,
    change_gathering,
    copy_gathering,
    invite_to,
    move_earlier,
    note_presence,
    plan_gathering,
)
from recolte.gatherings.actions.checklist import add_to_checklist, tick
from recolte.gatherings.actions.collection import plan_collection
from recolte.gatherings.actions.feedback import answer, ask
from recolte.gatherings.actions.stays import add_lodging, add_stay
from recolte.gatherings.clock import moved
from recolte.gatherings.models import Gathering, HotQuestions, Mode, Place, Session, SessionSpeaker
from recolte.gatherings.rules import can_change
from recolte.gatherings.stay_forms import StayForm
from recolte.gatherings.visit_forms import SessionForm
from recolte.journal.models import Event
from tests.gatherings.visiting import FIRST, LAST, PARIS, clock, dated, programmed, session
from tests.world import World


def _slots(gathering: Gathering) -> list[tuple[str, str, str]]:
    those = Session.objects.filter(gathering=gathering).select_related("gathering")
    return [(one.title, f"{one.starts:%d %H:%M}", f"{one.ends:%H:%M}") for one in those]


def _verbs(prefix: str) -> list[str]:
    return list(Event.objects.filter(verb__startswith=prefix).order_by("pk").values_list("verb", flat=True))


# Options and facts ---------------------------------------------------------------------------------------------------


def test_an_option_is_shown_as_one_wherever_it_is_listed_until_it_is_confirmed(world: World, amina: Client) -> None:
    facts = {"name": "Visite à l’UFISC", "kind": "learning_visit", "starts_on": "2027-01-12", "is_option": "on"}
    amina.post(f"/communaute/{world.community.slug}/rencontre/", facts)
    option = Gathering.objects.get(name="Visite à l’UFISC")
    url = option.get_absolute_url()
    pages = ["/", "/rencontres/", url, f"{url}programme/", f"{url}participants/"]

    def shown() -> list[int]:
        found = [html.fromstring(amina.get(page).content) for page in pages]
        return [len(page.xpath("//main//*[contains(@class, 'state')]/*[contains(@class, 'icon')]")) for page in found]

    assert (option.is_option, shown()) == (True, [1, 1, 1, 1, 1])
    amina.post(f"{url}confirmer/")
    option.refresh_from_db()
    assert (option.is_option, shown()) == (False, [0, 0, 0, 0, 0])
    amina.post(f"{url}confirmer/")
    assert _verbs("gathering.confirmed") == ["gathering.confirmed"]


def test_a_gathering_is_changed_on_its_own_page(world: World, amina: Client) -> None:
    url = f"{world.gathering.get_absolute_url()}modifier/"
    facts = {"name": "Visite à l’Atelier", "kind": "seminar", "mode": "hybrid", "link": "visio.example.org/a"}
    answer = amina.post(url, {**facts, "place": "Lille", "starts_on": "2021-09-16", "ends_on": "2021-09-17"})
    world.gathering.refresh_from_db()
    now = world.gathering
    assert (answer.status_code, answer["Location"]) == (302, now.get_absolute_url())
    assert (now.kind, now.mode, now.link, now.place) == ("seminar", Mode.HYBRID, "https://visio.example.org/a", "Lille")
    event = Event.objects.get(verb="gathering.changed")
    assert (event.by, event.data) == (world.amina, {"fields": "ends_on, kind, link, mode, place, starts_on"})
    amina.post(url, {**facts, "place": "Lille", "starts_on": "2021-09-16", "ends_on": "2021-09-17"})
    assert _verbs("gathering.changed") == ["gathering.changed"]


def test_another_gathering_keeps_its_name(world: World, amina: Client) -> None:
    plan_gathering(world.community, "Séminaire", by=world.amina)
    page = amina.post(f"{world.gathering.get_absolute_url()}modifier/", {"name": "séminaire", "kind": "seminar"})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["name"])


def test_who_planned_it_and_who_coordinates_may_change_a_gathering(world: World) -> None:
    own = plan_gathering(world.community, "La mienne", by=world.bruno)
    people = [world.amina, world.bruno, world.driss]
    assert [can_change(one, world.gathering) for one in people] == [True, False, False]
    assert [can_change(one, own) for one in people] == [True, True, False]
    world.community.memberships.filter(user=world.bruno).delete()
    assert can_change(world.bruno, own) is False


def test_the_programme_moves_along_with_the_first_day(world: World) -> None:
    gathering = programmed(world)
    change_gathering(gathering, by=world.amina, starts_on=date(2021, 11, 4), ends_on=date(2021, 11, 5))
    assert _slots(gathering) == [
        ("Accueil", "04 09:00", "10:00"),
        ("L’Atelier", "04 10:00", "12:00"),
        ("Bilan", "05 15:00", "16:00"),
    ]


# Places and sessions -------------------------------------------------------------------------------------------------


def test_places_are_added_changed_and_removed(world: World, amina: Client) -> None:
    url = world.gathering.get_absolute_url()
    amina.post(f"{url}lieu/", {"name": "La halle", "address": "3 rue des Tanneurs", "latitude": "47.32", "longitude": "5.04"})  # fmt: skip
    place = Place.objects.get()
    assert (place.gathering, place.map_url) == (
        world.gathering,
        "https://www.openstreetmap.org/?mlat=47.320000&mlon=5.040000#map=16/47.320000/5.040000",
    )
    amina.post(f"/lieux/{place.pk}/", {"name": "La grande halle"})
    place.refresh_from_db()
    assert (place.name, place.address, place.map_url) == ("La grande halle", "", "")
    slot = session(world, "Accueil", FIRST, 9, 10, place=place)
    amina.post(f"/lieux/{place.pk}/", {"do": "remove"})
    slot.refresh_from_db()
    assert (Place.objects.count(), slot.place) == (0, None)
    assert _verbs("place.") == ["place.added", "place.changed", "place.removed"]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"latitude": "91", "longitude": "5"}, ["latitude"]),
        ({"latitude": "47"}, ["longitude"]),
        ({"name": ""}, ["name"]),
    ],
)
def test_a_place_that_is_nowhere_is_refused(
    amina: Client, world: World, facts: dict[str, str], wrong: list[str]
) -> None:
    page = amina.post(f"{world.gathering.get_absolute_url()}lieu/", {"name": "La halle", **facts})
    assert (list(page.context["form"].errors), Place.objects.count()) == (wrong, 0)


def test_a_session_is_added_with_the_clock_of_the_place_and_who_speaks(world: World, amina: Client) -> None:
    gathering = dated(world)
    facts = {"title": "L’Atelier", "kind": "presentation", "day": "2021-09-16", "starts": "10:00", "ends": "12:00"}
    words = {"speakers": "Chloé\n\n Quelqu’un de  la mairie \n", "follows_outline": "on", "guiding": "Et demain ?"}
    answer = amina.post(f"{gathering.get_absolute_url()}sequence/", {**facts, **words})
    made = Session.objects.get()
    assert answer["Location"] == f"{reverse('gathering_programme', args=[gathering.pk])}#session-{made.pk}"
    assert (made.starts_at, made.ends_at) == (datetime(2021, 9, 16, 8, tzinfo=UTC), datetime(2021, 9, 16, 10, tzinfo=UTC))  # fmt: skip
    speakers = [(one.person, one.words, one.is_confirmed) for one in made.speakers.all()]
    assert speakers == [(world.chloe, "", False), (None, "Quelqu’un de la mairie", False)]
    assert [text for _title, text in made.outline] == ["", "", "", "", "Et demain ?"]


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"ends": "09:30"}, ["ends"]),
        ({"ends": "10:00"}, ["ends"]),
        ({"day": "2021-09-18"}, ["day"]),
        ({"title": " "}, ["title"]),
        ({"kind": "party"}, ["kind"]),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    world: World, amina: Client, facts: dict[str, str], wrong: list[str]
) -> None:
    usual = {"title": "A", "kind": "visit", "day": "2021-09-16", "starts": "10:00", "ends": "12:00"}
    page = amina.post(f"{dated(world).get_absolute_url()}sequence/", {**usual, **facts})
    assert (list(page.context["form"].errors), Session.objects.count()) == (wrong, 0)


def test_a_session_is_changed_and_removed(world: World, amina: Client) -> None:
    dated(world)
    made = session(world, "Accueil", FIRST, 9, 10)
    url = f"/sequences/{made.pk}/"
    form = amina.get(url).context["form"]
    assert (form.initial["day"], f"{form.initial['starts']:%H:%M}") == (FIRST, "09:00")
    facts = {"title": "Accueil café", "kind": "welcome", "day": "2021-09-17", "starts": "08:30", "ends": "09:00"}
    amina.post(url, facts)
    assert _slots(world.gathering) == [("Accueil café", "17 08:30", "09:00")]
    amina.post(url, {"do": "remove"})
    assert (_slots(world.gathering), _verbs("session.")) == (
        [],
        ["session.added", "session.changed", "session.removed"],
    )


def test_a_session_changes_places_with_the_one_before_it(world: World, amina: Client) -> None:
    dated(world)
    session(world, "Repas", FIRST, 12, 14)
    late = session(world, "Atelier", FIRST, 15, 18)
    amina.post(f"/sequences/{late.pk}/avancer/")
    assert _slots(world.gathering) == [("Atelier", "16 12:00", "15:00"), ("Repas", "16 16:00", "18:00")]
    late.refresh_from_db()
    move_earlier(late, by=world.amina)  # nothing is before it
    assert (_slots(world.gathering)[0][0], _verbs("session.moved")) == ("Atelier", ["session.moved"])


def test_the_first_session_of_a_day_does_not_move_into_the_day_before(world: World) -> None:
    dated(world)
    session(world, "Soirée", FIRST, 20, 22)
    morning = session(world, "Petit déjeuner", LAST, 8, 9)
    move_earlier(morning, by=world.amina)
    assert _slots(world.gathering) == [("Soirée", "16 20:00", "22:00"), ("Petit déjeuner", "17 08:00", "09:00")]


def test_a_speaker_is_to_be_confirmed_until_somebody_says_so(world: World, amina: Client) -> None:
    dated(world)
    made = session(world, "L’Atelier", FIRST, 9, 10)
    amina.post(f"/sequences/{made.pk}/intervenants/", {"who": "CHLOÉ"})
    speaker = SessionSpeaker.objects.get()
    assert (speaker.person, speaker.is_confirmed) == (world.chloe, False)
    for do, is_confirmed in (("confirm", True), ("reopen", False)):
        amina.post(f"/intervenants/{speaker.pk}/", {"do": do})
        speaker.refresh_from_db()
        assert speaker.is_confirmed == is_confirmed
    amina.post(f"/intervenants/{speaker.pk}/", {"do": "remove"})
    settled = ["session_speaker.added", *["session_speaker.settled"] * 2, "session_speaker.removed"]
    assert (made.speakers.count(), _verbs("session_speaker.")) == (0, settled)


def test_the_programme_shows_each_day_with_its_slots_in_order(world: World, bruno: Client) -> None:
    gathering = programmed(world)
    session(world, "Petit déjeuner", LAST, 8, 9)
    page = bruno.get(f"{gathering.get_absolute_url()}programme/")
    days = [(str(day), [one.title for one in those]) for day, those in page.context["days"]]
    assert days == [("2021-09-16", ["Accueil", "L’Atelier"]), ("2021-09-17", ["Petit déjeuner", "Bilan"])]
    shown = html.fromstring(page.content)
    assert [one.text_content().strip() for one in shown.xpath("//*[@class='slot']//h3")] == [
        "Accueil",
        "L’Atelier",
        "Petit déjeuner",
        "Bilan",
    ]
    assert len(shown.xpath("//*[@class='outline']/li")) == 5
    assert shown.xpath("//main//form") == []  # Bruno neither planned it nor coordinates


def _opening(client: Client, gathering: Gathering) -> tuple[str, list[date], bool]:
    """The first tab, the days of the programme in their order, and whether the way to bring something stands there."""
    page = client.get(reverse("gathering_programme", args=[gathering.pk]))
    shown = html.fromstring(page.content)
    days = [day for day, _sessions in page.context["days"]]
    return (
        shown.xpath("//nav[@class='tabs']/a/@href")[0],
        days,
        bool(shown.xpath("//main//a[contains(@href, '#bring')]")),
    )


@pytest.mark.parametrize(
    ("now", "with_programme", "later_first", "may_bring"),
    [
        (datetime(2021, 9, 15, 23, 59, tzinfo=PARIS), True, False, False),
        (datetime(2021, 9, 16, 0, 1, tzinfo=PARIS), True, False, True),
        (datetime(2021, 9, 17, 12, tzinfo=PARIS), True, True, True),
        (datetime(2021, 9, 18, 0, 1, tzinfo=PARIS), False, False, False),
    ],
)
def test_a_gathering_opens_with_its_programme_then_with_today_then_with_what_came_in(
    world: World,
    bruno: Client,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    with_programme: bool,
    later_first: bool,
    may_bring: bool,
) -> None:
    gathering = programmed(world)
    monkeypatch.setattr(Gathering, "today", now.date())
    first = reverse("gathering_programme", args=[gathering.pk]) if with_programme else gathering.get_absolute_url()
    days = [LAST, FIRST] if later_first else [FIRST, LAST]
    assert (gathering.landing, _opening(bruno, gathering)) == (first, (first, days, may_bring))
    assert first in html.fromstring(bruno.get("/rencontres/").content).xpath("//table//a/@href")


def test_what_has_no_date_opens_with_what_came_in_and_what_does_not_take_place_asks_for_nothing(world: World) -> None:
    assert world.gathering.landing == world.gathering.get_absolute_url()
    world.gathering.starts_on = world.gathering.today
    assert world.gathering.is_on
    world.gathering.is_option = True
    assert (world.gathering.is_on, world.gathering.opens_with_programme) == (False, True)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (FIRST, LAST, "du jeudi 16 septembre au vendredi 17 septembre 2021"),
        (date(2021, 12, 31), date(2022, 1, 1), "du vendredi 31 décembre 2021 au samedi 1er janvier 2022"),
        (FIRST, None, "jeudi 16 septembre 2021"),
        (FIRST, FIRST, "jeudi 16 septembre 2021"),
        (None, None, ""),
    ],
)
def test_the_year_is_told_once_unless_there_are_two(
    world: World, amina: Client, first: date | None, last: date | None, told: str
) -> None:
    Gathering.objects.update(starts_on=first, ends_on=last)
    gathering = Gathering.objects.get()
    for page in (gathering.landing, f"{gathering.get_absolute_url()}dossiers/restitution/"):
        assert told in html.fromstring(amina.get(page).content).text_content()
    with translation.override("fr"):
        assert gathering.dates == told


def test_the_only_place_and_the_only_bed_are_chosen_already(world: World) -> None:
    gathering, chosen = dated(world), []
    for name in ("La halle", "La mairie"):
        add_place(gathering, by=world.amina, name=name)
        add_lodging(gathering, by=world.amina, name=name)
        initial = SessionForm(gathering).initial["place"], StayForm(gathering).initial["lodging"]
        chosen.append([str(one) if one else "" for one in initial])
    assert chosen == [["La halle", "La halle"], ["", ""]]


# The copy ------------------------------------------------------------------------------------------------------------


def test_a_programme_is_copied_in_one_go_without_what_belongs_to_people(world: World, bruno: Client) -> None:
    gathering = programmed(world)
    note_presence(gathering, [world.chloe], by=world.amina)
    facts = {"name": "Visite à Lille", "first_day": "2021-11-18", "with_places": "on"}
    answer = bruno.post(f"{gathering.get_absolute_url()}copier/", facts)
    new = Gathering.objects.get(name="Visite à Lille")
    assert (answer.status_code, answer["Location"]) == (302, reverse("gathering_programme", args=[new.pk]))
    assert (str(new.starts_on), str(new.ends_on), new.by) == ("2021-11-18", "2021-11-19", world.bruno)
    assert _slots(new) == [
        ("Accueil", "18 09:00", "10:00"),
        ("L’Atelier", "18 10:00", "12:00"),
        ("Bilan", "19 15:00", "16:00"),
    ]
    told = new.sessions.get(title="L’Atelier")
    assert (told.follows_outline, told.objectives, told.place) == (True, "Relier.", new.places.get())
    assert [(str(one), one.is_confirmed) for one in told.speakers.all()] == [
        ("Chloé", False),
        ("Quelqu’un de la mairie", False),
    ]
    assert (new.attendances.count(), new.invitations.count(), gathering.sessions.count()) == (0, 0, 3)
    event = Event.objects.get(verb="gathering.copied")
    assert (event.by, event.subject_id, event.data) == (world.bruno, str(new.pk), {"source": str(gathering.pk)})


def test_what_is_to_be_thought_of_and_brought_back_comes_along_and_what_is_peoples_does_not(world: World) -> None:
    gathering = programmed(world)
    told = gathering.sessions.get(title="L’Atelier")
    wanted = {told: {"recording": "", "notes": "Chloé"}, None: {"documents": "Quelqu’un de la mairie"}}
    plan_collection(gathering, wanted, by=world.amina)
    tick(add_to_checklist(gathering, "le pain", "2_during", by=world.amina), by=world.amina)
    add_stay(gathering, world.chloe, by=world.amina, diet="végétarienne")
    invite_to(gathering, [world.bruno], by=world.amina)
    answer(ask(gathering, ["Quoi ?"], by=world.amina), world.chloe, ["Tout."])
    consents = Consent.objects.count()
    new = copy_gathering(gathering, "Visite à Lille", FIRST, by=world.amina)
    assert sorted((str(one.session or ""), one.what, one.who) for one in new.collection.all()) == [
        ("", "documents", ""),
        ("L’Atelier", "notes", ""),
        ("L’Atelier", "recording", ""),
    ]
    assert {one.session.gathering_id for one in new.collection.all() if one.session} == {new.pk}
    assert [(one.moment, one.what, one.done_at, one.done_by) for one in new.checklist.all()] == [
        ("2_during", "le pain", None, None)
    ]
    counts = [new.stays.count(), new.invitations.count(), HotQuestions.objects.filter(gathering=new).count()]
    assert (counts, Consent.objects.count()) == ([0, 0, 0], consents)
    assert (gathering.collection.count(), gathering.checklist.get().done_by) == (3, world.amina)


def test_a_copy_may_leave_the_places_behind_and_be_an_option(world: World) -> None:
    gathering = programmed(world)
    new = copy_gathering(gathering, "Ailleurs", FIRST, by=world.amina, with_places=False, is_option=True)
    assert (new.is_option, new.place, new.places.count()) == (True, "", 0)
    assert list(new.sessions.values_list("place", flat=True)) == [None, None, None]


def test_a_gathering_without_a_programme_is_copied_too(world: World) -> None:
    new = copy_gathering(world.gathering, "Ailleurs", FIRST, by=world.amina)
    assert (new.starts_on, new.ends_on, new.sessions.count()) == (FIRST, None, 0)


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(day=days, minute=st.integers(0, 24 * 60 - 1), lasts=st.integers(1, 600), shift=st.integers(-4000, 4000))
def test_a_moved_slot_keeps_its_times_of_the_clock(day: date, minute: int, lasts: int, shift: int) -> None:
    starts = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=minute // 60, minute=minute % 60)
    starts = starts.astimezone(UTC)
    ends = starts + timedelta(minutes=lasts)
    first, last = moved(starts, ends, shift, PARIS)
    wanted = _wall(starts) + timedelta(days=shift)
    assert last > first
    if _exists(wanted):
        assert _wall(first) == wanted
    if _exists(wanted) and _exists(_wall(ends) + timedelta(days=shift)) and last - first != ends - starts:
        assert _wall(last) == _wall(ends) + timedelta(days=shift)
    again = moved(first, last, -shift, PARIS)
    if _exists(wanted) and _exists(_wall(starts)) and not _is_twice(_wall(starts)):
        assert again[0] == starts


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(PARIS).replace(tzinfo=None)


def _exists(wall: datetime) -> bool:
    """Whether the clock ever shows this: not in the hour that spring swallows."""
    return _wall(wall.replace(tzinfo=PARIS).astimezone(UTC)) == wall


def _is_twice(wall: datetime) -> bool:
    return wall.replace(tzinfo=PARIS).utcoffset() != wall.replace(tzinfo=PARIS, fold=1).utcoffset()


def test_a_summer_slot_copied_into_winter_is_at_the_same_hour() -> None:
    starts, ends = clock(date(2021, 9, 16), 9), clock(date(2021, 9, 16), 10)
    first, last = moved(starts.astimezone(UTC), ends.astimezone(UTC), 63, ZoneInfo("Europe/Paris"))
    assert (first, last) == (datetime(2021, 11, 18, 8, tzinfo=UTC), datetime(2021, 11, 18, 9, tzinfo=UTC))


def test_two_people_of_one_name_in_another_community_are_not_taken_for_each_other(world: World) -> None:
    dated(world)
    made = session(world, "L’Atelier", FIRST, 9, 10)
    world.chloe.community = world.elsewhere
    world.chloe.save()
    assert (add_speaker(made, "Chloé", by=world.amina).person, made.speakers.get().words) == (None, "Chloé")
