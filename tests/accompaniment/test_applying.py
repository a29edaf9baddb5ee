"""A collective applies without an account, follows its status by its own link, completes, withdraws."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.accompaniment import rules
from recolte.accompaniment.actions.applications import (
    application_link,
    apply,
    complete,
    read_application_link,
    renew_link,
    token_of,
    withdraw,
)
from recolte.accompaniment.actions.calls import change_call, remove_call
from recolte.accompaniment.actions.choosing import choose
from recolte.accompaniment.forms import CallForm
from recolte.accompaniment.models import Application, Call, Reading, Standing, State
from recolte.community.models import Letter
from recolte.journal.models import Event
from recolte.programme.actions import add_axis, add_phase, start_programme
from tests.accompaniment.calling import CRITERIA, WRITTEN, applied, called, reads
from tests.world import World


def _sent(client: Client, call: Call, **facts: Any) -> Any:
    return client.post(f"/candidater/{call.code}/", {**WRITTEN, **facts})


def test_a_call_stands_where_its_days_say_it_does(world: World) -> None:
    today = timezone.localdate(timezone=ZoneInfo(world.community.time_zone))
    day = timedelta(days=1)
    dates = [(None, None), (today + day, None), (today, today), (today, None), (today - day, today - day)]
    calls = [called(world, opens_on=opens, closes_on=closes) for opens, closes in dates]
    wanted = [Standing.PREPARED, Standing.AHEAD, Standing.OPEN, Standing.OPEN, Standing.CLOSED]
    assert [one.standing for one in calls] == wanted
    for where in Standing:
        found = set(Call.objects.standing(where, today))
        assert found == {one for one, stands in zip(calls, wanted, strict=True) if stands == where}
    assert [bool(rules.why_closed(one)) for one in calls] == [True, True, False, False, True]


def test_the_form_of_a_call_takes_a_criterion_a_line_and_the_axis_of_its_phase(world: World) -> None:
    programme = start_programme(world.community, "Essaimer", by=world.amina)
    axis = add_axis(programme, 1, "Essaimer", by=world.amina)
    phase = add_phase(programme, 2, axis=axis, by=world.amina)
    facts = {"title": "Sites", "words": "Venez.", "phase": str(phase.pk)}
    form = CallForm(world.community, facts | {"criteria": "Un collectif : trois structures\n\n  Un lieu "})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["criteria"] == [("Un collectif", "trois structures"), ("Un lieu", "")]
    assert form.cleaned_data["axis"] == axis
    wrong = CallForm(
        world.community, facts | {"criteria": ": rien", "opens_on": "2021-02-01", "closes_on": "2021-01-01"}
    )
    assert sorted(wrong.errors) == ["closes_on", "criteria"]


def test_criteria_stay_once_somebody_has_applied_and_so_does_the_call(world: World) -> None:
    call = called(world)
    change_call(call, criteria=CRITERIA[:1], title="Six sites", by=world.amina)
    assert [one.name for one in call.criteria.all()] == ["Un collectif"]
    applied(call)
    change_call(call, criteria=CRITERIA[:1], title="Sept sites", by=world.amina)
    with pytest.raises(ValidationError):
        change_call(call, criteria=CRITERIA, by=world.amina)
    with pytest.raises(ValidationError):
        remove_call(call, by=world.amina)
    assert (Call.objects.get().title, call.criteria.count()) == ("Sept sites", 1)


def test_applying_needs_no_account_and_leads_to_the_page_of_the_status(world: World, anonymous: Client) -> None:
    call = called(world)
    answer = _sent(anonymous, call, bearers="L’Atelier\nLe Grenier")
    application = Application.objects.get()
    assert answer.headers["Location"] == f"/candidature/{token_of(application)}/"
    assert (application.bearers, application.state) == (["L’Atelier", "Le Grenier"], State.RECEIVED)
    page = anonymous.get(answer.headers["Location"])
    assert (page.status_code, page.context["choice"], page.context["can_complete"]) == (200, None, True)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_letter_carries_the_link_and_nothing_that_was_typed(world: World) -> None:
    application = applied(called(world))
    letter = Letter.objects.get()
    assert letter.to == WRITTEN["email"]
    assert application_link(application) in letter.body
    assert [word for word in WRITTEN.values() if word in letter.subject + letter.body] == []


def test_nothing_is_lost_on_a_mistake(world: World, anonymous: Client) -> None:
    answer = _sent(anonymous, called(world), email="élise", name="")
    form = answer.context["form"]
    assert (answer.status_code, sorted(form.errors)) == (422, ["email", "name"])
    assert form["words"].value() == WRITTEN["words"]
    assert Application.objects.count() == 0


def test_robots_crowds_and_flooded_addresses_are_stopped(world: World, anonymous: Client, monkeypatch: Any) -> None:
    call = called(world)
    assert _sent(anonymous, call, website="http://spam.example").status_code == 422
    statuses = [_sent(anonymous, call).status_code for _time in range(rules.MOST_A_DAY + 1)]
    assert statuses == [302] * rules.MOST_A_DAY + [422]
    monkeypatch.setattr(rules, "MOST_AN_HOUR", rules.MOST_A_DAY)
    assert _sent(anonymous, call, email="autre@example.org").status_code == 422
    assert Application.objects.count() == rules.MOST_A_DAY


def test_a_closed_call_takes_nothing_in_but_those_who_coordinate_note_what_came_late(
    world: World, anonymous: Client, amina: Client
) -> None:
    today = timezone.localdate()
    call = called(world, opens_on=today - timedelta(9), closes_on=today - timedelta(2))
    assert _sent(anonymous, call).status_code == 422
    with pytest.raises(ValidationError):
        applied(call)
    answer = amina.post(f"/appels/{call.pk}/candidature/", {**WRITTEN, "email": "", "received_on": str(today)})
    application = Application.objects.get()
    assert (answer.headers["Location"], application.by) == (application.get_absolute_url(), world.amina)
    assert (application.is_late, Letter.objects.count()) == (True, 0)
    assert amina.get(application.get_absolute_url()).context["link"] == application_link(application)


def test_a_call_that_is_being_prepared_has_no_page(world: World, anonymous: Client) -> None:
    call = called(world, opens_on=None, closes_on=None)
    assert anonymous.get(f"/candidater/{call.code}/").status_code == 404


def test_the_collective_completes_as_long_as_nothing_is_chosen(world: World, anonymous: Client) -> None:
    application = applied(called(world))
    page = f"/candidature/{token_of(application)}/completer/"
    answer = anonymous.post(page, {**WRITTEN, "words": "Avec la mairie aussi.", "email": "autre@example.org"})
    application.refresh_from_db()
    assert (answer.status_code, application.words, application.email) == (
        302,
        "Avec la mairie aussi.",
        WRITTEN["email"],
    )
    assert application.changed_at is not None
    assert complete(application, words="Avec la mairie aussi.") is False
    reads(world.amina, application)
    choose(
        application,
        State.WAITING,
        word="Plus tard.",
        reasons="Peu de place.",
        by=world.amina,
        deviation="Peu de place.",
    )
    assert anonymous.get(page).status_code == 302
    with pytest.raises(ValidationError):
        complete(application, words="Encore.")


def test_withdrawing_erases_every_word_and_leaves_a_trace(world: World, anonymous: Client) -> None:
    application = applied(called(world), bearers=["L’Atelier"], expects="Du temps.")
    reads(world.amina, application)
    choose(application, State.WAITING, word="Plus tard.", reasons="Peu.", deviation="Peu.", by=world.amina)
    token = token_of(application)
    assert anonymous.post(f"/candidature/{token}/", {"do": "withdraw"}).status_code == 302
    application.refresh_from_db()
    left = [application.words, application.expects, application.name, application.territory, application.contact]
    assert left + [application.email, *application.bearers] == [""] * 6
    assert application.choices.values_list("outcome", "word", "reasons", "deviation").get() == ("waiting", "", "", "")
    assert (application.state, Reading.objects.count(), Letter.objects.count()) == (State.WITHDRAWN, 0, 0)
    page = anonymous.get(f"/candidature/{token}/")
    assert (page.status_code, page.context["choice"]) == (200, None)
    withdraw(application)
    events = Event.objects.filter(verb="application.withdrawn")
    assert [(one.by, one.subject_id) for one in events] == [(None, str(application.pk))]


def test_another_link_ends_the_one_before(world: World) -> None:
    application = applied(called(world))
    old = token_of(application)
    renew_link(application, by=world.amina)
    assert read_application_link(old) is None
    assert read_application_link(token_of(application)) == application
    assert read_application_link(old[:-1]) is None
    assert Letter.objects.count() == 2


def test_a_member_notes_without_limits(world: World) -> None:
    call = called(world)
    for _time in range(rules.MOST_A_DAY + 1):
        apply(call, by=world.amina, **WRITTEN)
    assert Application.objects.count() == rules.MOST_A_DAY + 1
