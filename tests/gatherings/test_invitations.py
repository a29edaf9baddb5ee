"""Asking people to come: a letter with a calendar, an answer without an account, reminders, new dates."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar, Event

from recolte.community.actions import join
from recolte.community.models import Letter, Person, Role, User
from recolte.gatherings.actions import (
    answer_invitation,
    answer_link,
    change_gathering,
    invite_to,
    plan_gathering,
    remind,
)
from recolte.gatherings.models import Answer, Gathering, Invitation
from recolte.gatherings.visit_forms import MANY
from recolte.journal.models import Event as Line
from recolte.ui.dates import date_format
from tests.gatherings.visiting import dated, programmed
from tests.world import World, work


def _url(gathering: Gathering) -> str:
    return f"{gathering.get_absolute_url()}invitations/"


def _path(invited: Invitation) -> str:
    return "/" + answer_link(invited).split("/", 3)[3]


def _to_come(world: World) -> Gathering:
    world.gathering.starts_on = timezone.localdate() + timedelta(days=30)
    world.gathering.save()
    return world.gathering


def _event(letter: Letter) -> Any:
    calendar = Calendar.from_ical(letter.calendar)
    (event,) = [one for one in calendar.subcomponents if isinstance(one, Event)]
    return event


def test_a_community_of_many_members_is_invited_in_one_tick(world: World, amina: Client) -> None:
    url = _url(_to_come(world))
    assert "everybody" not in amina.get(url).context["form"].fields  # two are quickly ticked
    for n in range(MANY):
        join(world.community, User.objects.create_user(f"m{n}@example.org", f"M{n}"), Role.PRACTITIONER, by=world.amina)
    assert amina.post(url, {"everybody": "on"}).status_code == 302
    assert (Invitation.objects.count(), Letter.objects.count()) == (MANY + 2, MANY + 2)
    asked_again = amina.post(url, {"everybody": "on"}).context["form"]  # nobody is left to ask
    assert (asked_again.invites, len(asked_again.non_field_errors())) == (False, 1)


def test_members_and_others_get_a_letter_with_a_calendar_and_a_link(world: World, amina: Client) -> None:
    gathering = programmed(world)
    chosen = {
        "members": [str(world.bruno.pk)],
        "others": "Camille Martin <Camille@example.org>\n\nChloé <c@example.org>",
    }
    assert amina.post(_url(gathering), chosen).status_code == 302
    asked = [(str(one.person), one.person.user, one.email, one.answer) for one in gathering.invitations.all()]
    assert asked == [
        ("Bruno", world.bruno, "bruno@example.org", ""),
        ("Camille Martin", None, "camille@example.org", ""),
        ("Chloé", None, "c@example.org", ""),
    ]
    assert Line.objects.get(verb="gathering.invited").data == {"people": 3}
    letters = {one.to: one for one in Letter.objects.all()}
    assert sorted(letters) == ["bruno@example.org", "c@example.org", "camille@example.org"]
    camille = gathering.invitations.get(email="camille@example.org")
    letter = letters["camille@example.org"]
    assert (letter.about, letter.about_id, answer_link(camille) in letter.body) == (
        "gatherings.invitation",
        str(camille.pk),
        True,
    )
    assert "METHOD:REQUEST" in letter.calendar
    event = _event(letter)
    assert (str(event["ATTENDEE"]), str(event["ORGANIZER"]), event["SEQUENCE"]) == (
        "mailto:camille@example.org",
        "mailto:amina@example.org",
        gathering.sequence,
    )
    work()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(letters)
    assert Letter.objects.exclude(body="").count() == 0


def test_who_was_invited_is_not_invited_twice(world: World) -> None:
    gathering = dated(world)
    others = [("Chloé", "c@example.org"), ("chloé", "other@example.org"), ("Amina", "AMINA@example.org")]
    made = invite_to(gathering, [world.amina], others, by=world.amina)
    assert [one.email for one in made] == ["amina@example.org", "c@example.org"]
    assert invite_to(gathering, [world.amina], others, by=world.amina) == []
    assert Line.objects.filter(verb="gathering.invited").count() == 1


def test_an_account_is_never_taken_for_somebody_of_the_same_name(world: World) -> None:
    nameless = Person.objects.create(community=world.community, name="Bruno", organisation=world.atelier)
    (invited,) = invite_to(dated(world), [world.bruno], by=world.amina)
    nameless.refresh_from_db()
    assert (invited.person != nameless, nameless.user, invited.person.user) == (True, None, world.bruno)


@pytest.mark.parametrize(
    ("others", "problems"),
    [
        ("", {"__all__": 1}),
        ("Camille", {"others": 1}),
        ("camille@example.org", {"others": 1}),
        ("Camille <camille@example>", {"others": 1}),
        ("Camille <c@example.org>\nnon sens", {"others": 1}),
    ],
)
def test_what_cannot_be_invited_is_said(world: World, amina: Client, others: str, problems: dict[str, int]) -> None:
    page = amina.post(_url(dated(world)), {"others": others})
    assert {name: len(errors) for name, errors in page.context["form"].errors.items()} == problems
    assert Invitation.objects.count() == 0


def test_nobody_is_invited_to_an_option_nor_to_what_has_no_date(world: World, amina: Client) -> None:
    for facts in ({"is_option": True, "starts_on": date(2027, 1, 12)}, {}):
        gathering = plan_gathering(world.community, f"Une autre {len(facts)}", by=world.amina, **facts)
        page = amina.post(_url(gathering), {"others": "Camille <c@example.org>"})
        assert (page.status_code, list(page.context["form"].errors)) == (200, ["__all__"])
    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_opening_the_link_changes_nothing_and_the_button_answers(world: World, anonymous: Client) -> None:
    (invited,) = invite_to(_to_come(world), [], [("Chloé", "c@example.org")], by=world.amina)
    assert anonymous.get(_path(invited)).status_code == 200
    invited.refresh_from_db()
    assert (invited.answer, invited.answered_at) == ("", None)
    for answer, remark in (("perhaps", "Si le train roule."), ("yes", "")):
        assert anonymous.post(_path(invited), {"answer": answer, "remark": remark}).status_code == 302
        invited.refresh_from_db()
        assert (invited.answer, invited.remark, invited.answered_at is not None) == (answer, remark, True)
    lines = [one.data for one in Line.objects.filter(verb="gathering.answered").order_by("pk")]
    assert lines == [{"answer": "perhaps"}, {"answer": "yes"}]


def test_an_answer_must_be_one_of_three(world: World, anonymous: Client) -> None:
    (invited,) = invite_to(_to_come(world), [], [("Chloé", "c@example.org")], by=world.amina)
    page = anonymous.post(_path(invited), {"answer": "surely"})
    invited.refresh_from_db()
    assert (page.status_code, list(page.context["form"].errors), invited.answer) == (200, ["answer"], "")


def test_after_the_gathering_there_is_nothing_to_answer(world: World, anonymous: Client) -> None:
    (invited,) = invite_to(dated(world), [], [("Chloé", "c@example.org")], by=world.amina)
    page = anonymous.post(_path(invited), {"answer": "yes"})
    invited.refresh_from_db()
    assert (page.context["is_closed"], invited.answer) == (True, "")


def test_a_link_without_its_invitation_no_longer_works(world: World, anonymous: Client) -> None:
    (invited,) = invite_to(_to_come(world), [], [("Chloé", "c@example.org")], by=world.amina)
    path = _path(invited)
    invited.delete()
    assert anonymous.get(path).status_code == 410


def test_a_remark_is_read_by_who_plans_and_who_coordinates_alone(world: World) -> None:
    gathering = _to_come(world)
    (invited,) = invite_to(gathering, [], [("Chloé", "c@example.org")], by=world.amina)
    answer_invitation(invited, Answer.YES, "Je viens avec mon chien.")
    reads = {}
    for who in ("amina", "bruno"):
        client = world.client(who)
        pages = [client.get(_url(gathering)), client.get(f"{gathering.get_absolute_url()}participants/")]
        reads[who] = ["chien" in page.content.decode() for page in pages]
    assert reads == {"amina": [True, False], "bruno": [False, False]}


def test_the_answers_are_counted_narrowed_and_taken_away(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    names = ["Ada", "Basile", "Cléo", "Dounia"]
    made = invite_to(gathering, [], [(name, f"{name[0]}@example.org") for name in names], by=world.amina)
    for invited, answer in zip(made, (Answer.YES, Answer.YES, Answer.NO), strict=False):
        answer_invitation(invited, answer, "")
    page = amina.get(_url(gathering))
    assert page.context["counts"] == {"yes": 2, "no": 1, "perhaps": 0, "none": 1}
    shown = amina.get(f"{_url(gathering)}?answer=none").context["listing"]
    assert [str(line[0].value) for line in shown.lines] == ["Dounia"]
    assert len(amina.get(f"{_url(gathering)}?as=csv&answer=yes").content.splitlines()) == 3


def test_those_without_an_answer_are_reminded_once_a_day_at_most(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    first, second = invite_to(gathering, [], [("Ada", "a@example.org"), ("Bea", "b@example.org")], by=world.amina)
    answer_invitation(first, Answer.NO, "")
    Letter.objects.all().delete()
    amina.post(f"{_url(gathering)}relancer/")
    assert [one.to for one in Letter.objects.all()] == ["b@example.org"]
    with pytest.raises(ValidationError):
        remind(gathering, by=world.amina)
    Invitation.objects.filter(pk=second.pk).update(reminded_at=timezone.now() - timedelta(hours=25))
    assert remind(gathering, by=world.amina) == 1
    assert [one.data for one in Line.objects.filter(verb="gathering.reminded")] == [{"people": 1}] * 2
    answer_invitation(second, Answer.YES, "")
    assert remind(gathering, by=world.amina) == 0


def test_new_dates_are_told_to_those_who_have_not_said_no(world: World) -> None:
    gathering = dated(world)
    people = [("Ada", "a@example.org"), ("Bea", "b@example.org"), ("Cléo", "c@example.org")]
    ada, bea, _cleo = invite_to(gathering, [], people, by=world.amina)
    answer_invitation(ada, Answer.NO, "")
    answer_invitation(bea, Answer.YES, "")
    before = {one.to: _event(one) for one in Letter.objects.all()}
    Letter.objects.all().delete()
    change_gathering(gathering, by=world.amina, place="Lille")
    assert Letter.objects.count() == 0
    change_gathering(gathering, by=world.amina, starts_on=date(2021, 9, 23), ends_on=date(2021, 9, 24))
    after = {one.to: _event(one) for one in Letter.objects.all()}
    assert sorted(after) == ["b@example.org", "c@example.org"]
    for to, event in after.items():
        assert (event["UID"], event["SEQUENCE"]) == (before[to]["UID"], before[to]["SEQUENCE"] + 2)
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2021, 9, 23), date(2021, 9, 25))


def test_an_invitation_awaits_its_answer_on_my_page(world: World, bruno: Client) -> None:
    (invited,) = invite_to(_to_come(world), [world.bruno], by=world.amina)
    assert [(one.title, one.url) for one in bruno.get("/").context["awaiting"]] == [
        (str(world.gathering), _path(invited))
    ]
    answer_invitation(invited, Answer.NO, "")
    assert bruno.get("/").context["awaiting"] == []


# Until when answers are awaited --------------------------------------------------------------------------------------


def test_letters_and_the_page_say_until_when_an_answer_is_awaited(
    world: World, amina: Client, anonymous: Client
) -> None:
    gathering = _to_come(world)
    url, day = _url(gathering), gathering.starts_on - timedelta(days=7)
    facts = {"others": "Camille <c@example.org>", "answer_by": day.isoformat()}
    assert amina.post(url, facts).status_code == 302
    gathering.refresh_from_db()
    work()
    said = date_format(day, "l j F Y")
    pages = [mail.outbox[0].body, anonymous.get(_path(Invitation.objects.get())).content.decode()]
    assert (gathering.answer_by, [said in page for page in pages]) == (day, [True, True])


def test_the_day_alone_is_changed_or_taken_away_and_never_after_the_beginning(world: World, amina: Client) -> None:
    gathering = _to_come(world)
    url, first = _url(gathering), gathering.starts_on
    days = [first - timedelta(days=3), first + timedelta(days=1), None]
    found = []
    for day in days:
        status = amina.post(url, {"answer_by": day.isoformat() if day else ""}).status_code
        gathering.refresh_from_db()
        found.append((status, gathering.answer_by))
    assert found == [(302, days[0]), (200, days[0]), (302, None)]
    assert (Letter.objects.count(), Line.objects.filter(verb="gathering.answers_awaited").count()) == (0, 2)


@pytest.mark.parametrize(("days", "told"), [(4, []), (3, ["1 "]), (0, ["1 "]), (-2, ["1 "])])
def test_those_who_organise_are_told_who_has_not_answered_when_the_day_comes_near(
    world: World, amina: Client, bruno: Client, days: int, told: list[str]
) -> None:
    today = timezone.localdate()
    gathering = _to_come(world)
    invite_to(gathering, [], [("Camille", "c@example.org"), ("Dora", "d@example.org")], by=world.amina)
    answer_invitation(Invitation.objects.get(person__name="Dora"), Answer.YES, "")
    Gathering.objects.update(starts_on=today + timedelta(days=10), ends_on=None, answer_by=today + timedelta(days=days))
    url = _url(gathering)
    found = [[one.why[:2] for one in who.get("/").context["awaiting"] if one.url == url] for who in (amina, bruno)]
    assert found == [told, []]
