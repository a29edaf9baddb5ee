"""What was announced and does not take place: a gathering called off and taken up again, an invitation withdrawn."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar, Event
from lxml import html

from recolte.community.models import Letter
from recolte.gatherings.actions import (
    answer_invitation,
    answer_link,
    call_off,
    change_gathering,
    confirm_gathering,
    feed_link,
    invite_again,
    invite_to,
    note_presence,
    open_feed,
    remind,
    take_up_gathering,
    withdraw_invitation,
)
from recolte.gatherings.actions.checklist import begin_checklist
from recolte.gatherings.actions.collection import begin_collection
from recolte.gatherings.models import Answer, Gathering, Invitation, turnouts
from recolte.gatherings.rules import why_door_is_closed
from recolte.journal.models import Event as Line
from recolte.sources.models import Kind
from tests.gatherings.visiting import session
from tests.world import World, kept, work

BECAUSE = "La salle a brûlé ; personne n’est blessé."
PEOPLE = [("Ada", "a@example.org"), ("Bea", "b@example.org"), ("Cléo", "c@example.org")]


def _to_come(world: World) -> Gathering:
    world.gathering.starts_on = timezone.localdate() + timedelta(days=30)
    world.gathering.save()
    return world.gathering


def _sent() -> dict[str, tuple[str, Any]]:
    """The letters that wait, by address, each with the method of its calendar and its event; then they are no more."""
    found = {}
    for letter in Letter.objects.all():
        calendar = Calendar.from_ical(letter.calendar)
        assert calendar.errors == []
        (event,) = [one for one in calendar.subcomponents if isinstance(one, Event)]
        assert event.errors == []
        found[letter.to] = (str(calendar["METHOD"]), event)
    Letter.objects.all().delete()
    return found


def _path(invited: Invitation) -> str:
    return "/" + answer_link(invited).split("/", 3)[3]


def test_all_those_invited_are_told_and_it_leaves_their_calendars(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    ada, bea, cleo = invite_to(gathering, [], PEOPLE, by=world.amina)
    answer_invitation(ada, Answer.NO, "")
    answer_invitation(bea, Answer.YES, "")
    withdraw_invitation(cleo, by=world.amina)
    before = _sent()
    gathering.refresh_from_db()
    page = amina.get(f"{gathering.get_absolute_url()}annuler/")
    assert (page.context["invited"], page.context["why_not"]) == (2, "")
    assert amina.post(f"{gathering.get_absolute_url()}annuler/", {"because": BECAUSE}).status_code == 302
    bodies = [BECAUSE in letter.body for letter in Letter.objects.all()]
    after = _sent()
    assert ({to: method for to, (method, _event) in after.items()}, bodies) == (
        {"a@example.org": "CANCEL", "b@example.org": "CANCEL"},
        [True, True],
    )
    for to, (_method, event) in after.items():
        assert (event["UID"], event["SEQUENCE"]) == (before[to][1]["UID"], gathering.sequence + 1)
        assert (str(event["STATUS"]), str(event["COMMENT"])) == ("CANCELLED", BECAUSE)
        assert (str(event["ATTENDEE"]), str(event["ORGANIZER"])) == (f"mailto:{to}", "mailto:amina@example.org")
    assert Line.objects.get(verb="gathering.called_off").data == {"people": 2}


def test_the_letter_goes_out_as_a_cancellation(world: World) -> None:
    invite_to(_to_come(world), [], PEOPLE[:1], by=world.amina)
    Letter.objects.all().delete()
    call_off(world.gathering, by=world.amina)
    work()
    ((_name, _content, kind),) = mail.outbox[-1].attachments
    assert kind == "text/calendar; charset=utf-8; method=CANCEL"


def test_what_is_taken_up_again_asks_with_a_higher_version_and_keeps_the_answers(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    (ada, bea) = invite_to(gathering, [], PEOPLE[:2], by=world.amina)
    answer_invitation(ada, Answer.YES, "")
    call_off(gathering, BECAUSE, by=world.amina)
    cancelled = _sent()
    gathering.refresh_from_db()
    change_gathering(gathering, by=world.amina, starts_on=timezone.localdate() + timedelta(days=60))
    assert _sent() == {}  # whoever believes it called off is told of no new dates
    assert amina.post(f"{gathering.get_absolute_url()}reprendre/").status_code == 302
    again = _sent()
    assert {to: method for to, (method, _event) in again.items()} == dict.fromkeys(cancelled, "REQUEST")
    for to, (_method, event) in again.items():
        assert event["UID"] == cancelled[to][1]["UID"]
        assert event["SEQUENCE"] > cancelled[to][1]["SEQUENCE"]
        assert (str(event["STATUS"]), event["DTSTART"].dt) == ("CONFIRMED", timezone.localdate() + timedelta(days=60))
    gathering.refresh_from_db()
    ada.refresh_from_db()
    assert (gathering.called_off_at, gathering.called_off_because, ada.answer) == (None, "", "yes")
    assert take_up_gathering(gathering, by=world.amina) == 0  # pressed twice
    assert Line.objects.filter(verb="gathering.taken_up").count() == 1
    bea.refresh_from_db()
    assert bea.answer == ""


def test_neither_an_option_nor_what_is_over_is_called_off(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    Gathering.objects.update(is_option=True)
    with pytest.raises(ValidationError):
        call_off(gathering, by=world.amina)
    confirm_gathering(gathering, by=world.amina)
    Gathering.objects.update(starts_on=date(2021, 9, 16))
    with pytest.raises(ValidationError):
        call_off(gathering, by=world.amina)
    page = amina.post(f"{gathering.get_absolute_url()}annuler/", {"because": ""})
    gathering.refresh_from_db()
    assert (page.status_code, bool(page.context["why_not"]), gathering.called_off_at) == (422, True, None)


def test_nobody_is_asked_reminded_or_let_in_while_it_is_off(world: World, bruno: Client, anonymous: Client) -> None:
    gathering = _to_come(world)
    (ada, of_bruno) = invite_to(gathering, [world.bruno], PEOPLE[:1], by=world.amina)
    call_off(gathering, by=world.amina)
    gathering.refresh_from_db()
    for refused in (
        lambda: remind(gathering, by=world.amina),
        lambda: invite_to(gathering, [], PEOPLE, by=world.amina),
    ):
        with pytest.raises(ValidationError):
            refused()
    page = anonymous.post(_path(ada), {"answer": "yes"})
    ada.refresh_from_db()
    assert (page.status_code, page.context["is_closed"], ada.answer) == (200, True, "")
    assert bruno.get("/").context["awaiting"] == []
    Gathering.objects.update(starts_on=timezone.localdate())
    assert why_door_is_closed(Gathering.objects.get()) != ""
    assert of_bruno.gathering_id == gathering.pk


def test_a_gathering_that_was_called_off_is_never_one_that_was_held(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    note_presence(gathering, [world.chloe], by=world.amina)
    held = Gathering.objects.held(timezone.localdate() + timedelta(days=31))
    assert (held.count(), len(turnouts([world.community]))) == (1, 1)
    status = f"/communaute/{world.community.slug}/ou-en-est-on/"
    assert amina.get(status).context["next"] == gathering
    call_off(gathering, by=world.amina)
    assert (held.all().count(), turnouts([world.community])) == (0, [])
    page = amina.get(status).context
    assert (page["next"], page["coming"]) == (None, [gathering])
    line = amina.get("/rencontres/").context["listing"].lines[0]
    assert line[1].value not in ("", None)
    Gathering.objects.update(starts_on=date(2021, 9, 16))
    page = amina.get(status).context
    assert (page["past"], page["earlier"]) == ([gathering], 0)


def test_what_is_called_off_asks_for_nothing_and_shows_what_came_in(world: World, amina: Client) -> None:
    came = kept(world, "accueil.jpeg", Kind.PHOTO)
    gathering = _to_come(world)
    begin_collection(gathering, by=world.amina)
    begin_checklist(gathering, by=world.amina)
    page = gathering.get_absolute_url()
    asking = {f"{page}{end}" for end in ("hebergement/", "preparatifs/", "couverture/", "dossiers/")}

    def offered(address: str) -> set[str]:
        return set(html.fromstring(amina.get(address).content).xpath("//main//a/@href"))

    before = offered(page)
    call_off(gathering, by=world.amina)
    after = offered(page) | offered(f"{page}participants/")
    assert (asking - before, asking & after, came.get_absolute_url() in after) == (set(), set(), True)
    assert amina.get(page).context["may_bring"] is False


def test_followed_calendars_show_it_as_cancelled_without_its_sessions(world: World, anonymous: Client) -> None:
    gathering = _to_come(world)
    session(world, "Accueil", gathering.starts_on or date.today(), 9, 10)
    path = "/" + feed_link(open_feed(world.community, by=world.bruno)).split("/", 3)[3]

    def shown() -> list[tuple[str, str]]:
        events = Calendar.from_ical(anonymous.get(path).content).walk("VEVENT")
        return [(str(one["SUMMARY"]), str(one["STATUS"])) for one in events]

    assert shown() == [("Visite à l’Atelier", "CONFIRMED"), ("Accueil", "CONFIRMED")]
    call_off(gathering, by=world.amina)
    assert shown() == [("Visite à l’Atelier", "CANCELLED")]


def test_one_invitation_is_withdrawn_and_sent_again(world: World, amina: Client, anonymous: Client) -> None:
    gathering = _to_come(world)
    ada, bea = invite_to(gathering, [], PEOPLE[:2], by=world.amina)
    answer_invitation(ada, Answer.YES, "Je viens à vélo.")
    asked = _sent()
    page = f"/invites/{ada.pk}/"
    assert amina.post(page, {"because": "Il n’y a plus de lits."}).status_code == 302
    told = _sent()
    ((to, (method, event)),) = told.items()
    assert (to, method, event["UID"]) == ("a@example.org", "CANCEL", asked[to][1]["UID"])
    assert event["SEQUENCE"] == asked[to][1]["SEQUENCE"] + 1
    assert (event.get("STATUS"), str(event["COMMENT"])) == (None, "Il n’y a plus de lits.")  # it stands for the others
    context = amina.get(f"{gathering.get_absolute_url()}invitations/").context
    assert (context["counts"], context["listing"].count) == ({"yes": 0, "no": 0, "perhaps": 0, "none": 1}, 2)
    assert list(amina.get(f"{gathering.get_absolute_url()}participants/").context["coming"]) == []
    assert anonymous.post(_path(ada), {"answer": "no"}).context["is_closed"] is True
    withdraw_invitation(ada, by=world.amina)  # pressed twice
    assert _sent() == {}
    assert amina.post(page, {"do": "again"}).status_code == 302
    ((to, (method, again)),) = _sent().items()
    assert (to, method, again["SEQUENCE"]) == ("a@example.org", "REQUEST", event["SEQUENCE"] + 1)
    ada.refresh_from_db()
    assert (ada.answer, ada.remark, ada.withdrawn_at, ada.withdrawn_because) == ("", "", None, "")
    invite_again(bea, by=world.amina)
    assert _sent() == {}
    verbs = Line.objects.filter(verb__startswith="invitation.").order_by("pk").values_list("verb", "data")
    facts = {"gathering": str(gathering.pk)}
    assert list(verbs) == [("invitation.withdrawn", facts), ("invitation.renewed", facts)]


def test_who_was_withdrawn_can_be_invited_again_by_the_form(world: World) -> None:
    gathering = _to_come(world)
    (ada,) = invite_to(gathering, [], PEOPLE[:1], by=world.amina)
    withdraw_invitation(ada, by=world.amina)
    (again,) = invite_to(gathering, [], [("ada", "ada@example.org")], by=world.amina)
    assert (again.pk, again.email, again.is_withdrawn) == (ada.pk, "ada@example.org", False)
    assert Invitation.objects.count() == 1
