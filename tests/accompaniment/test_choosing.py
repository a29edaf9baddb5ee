"""Read by each alone, chosen with reasons, without those who are tied; probable is not secured."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.accompaniment.actions.applications import complete, withdraw
from recolte.accompaniment.actions.choosing import choose
from recolte.accompaniment.actions.funding import add_option
from recolte.accompaniment.actions.reading import say_tied, write_reading
from recolte.accompaniment.departures import departures
from recolte.accompaniment.models import Application, Choice, FundingOption, Level, Reading, State
from recolte.accompaniment.rules import sees_readings, set_aside, why_not_choose, why_not_read
from recolte.accompaniment.sentences import ALL_MET, FULL, LATE, NOT_MET, PARTLY
from recolte.community.actions import join
from recolte.community.belonging import affiliate
from recolte.community.models import Letter, Person, Role, User
from recolte.gatherings.actions.committee import add_item, decide, lean_on
from recolte.gatherings.linked import linked, read_address
from recolte.journal.verifying import verify
from recolte.programme.actions import add_axis, add_funding, start_programme
from recolte.programme.models import FundingLine, Sure
from recolte.programme.reports import Scope, figures
from tests.accompaniment.calling import applied, called, reads
from tests.world import World

REASONS = {"word": "Votre collectif tient debout.", "reasons": "Trois structures, un lieu."}


def _broken() -> list[str]:
    return [str(one) for walk in verify() for one in walk.broken]


def _what_lacks(application: Application, outcome: State, by: User, **facts: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        choose(application, outcome, **{**REASONS, **facts}, by=by)
    return sorted(caught.value.message_dict)


def test_the_first_reading_tells_the_collective_and_others_are_seen_after_ones_own(world: World, bruno: Client) -> None:
    application = applied(called(world))
    reads(world.amina, application, Level.PARTLY)
    application.refresh_from_db()
    assert (application.state, Letter.objects.count()) == (State.READING, 2)
    assert [sees_readings(one, application) for one in (world.amina, world.bruno)] == [True, False]
    page = bruno.get(application.get_absolute_url())
    assert (page.context["by_criterion"], page.context["hidden"]) == ([], 1)
    level, words = (f"{name}-{application.call.criteria.all()[0].pk}" for name in ("level", "words"))
    other = f"level-{application.call.criteria.all()[1].pk}"
    said = {"do": "read", level: "met", words: "Cinq structures.", other: "unknown", "words": "Solide."}
    assert bruno.post(application.get_absolute_url(), said).status_code == 302
    shown = bruno.get(application.get_absolute_url()).context["by_criterion"]
    found = [[(str(one["reading"].by), one["row"].level) for one in line["found"]] for line in shown]
    assert found == [[("Amina", "partly"), ("Bruno", "met")], [("Amina", "partly"), ("Bruno", "unknown")]]
    assert Letter.objects.count() == 2


def test_a_reading_answers_each_criterion_by_hand_and_says_why_one_cannot_tell(world: World, amina: Client) -> None:
    application = applied(called(world))
    first, *others = application.call.criteria.all()
    here = application.get_absolute_url()
    form = amina.get(here).context["reading"]
    assert [form[f"level-{one.pk}"].value() for one in (first, *others)] == [""] * (1 + len(others))
    said = {"do": "read", f"words-{first.pk}": "Cinq structures.", "words": ""}
    page = amina.post(here, said)
    assert list(page.context["reading"].errors) == [f"level-{one.pk}" for one in (first, *others)]
    assert page.context["reading"][f"words-{first.pk}"].value() == "Cinq structures."
    said |= {f"level-{one.pk}": "unknown" for one in (first, *others)}
    page = amina.post(here, said)
    assert list(page.context["reading"].errors) == [f"words-{one.pk}" for one in others]
    for found in ({first: (Level.MET, "")}, {one: (Level.UNKNOWN, " ") for one in (first, *others)}):
        with pytest.raises(ValidationError):
            write_reading(application, "", found, by=world.amina)
    assert (Reading.objects.count(), sees_readings(world.amina, application)) == (0, False)
    assert why_not_choose(world.amina, application)
    assert amina.post(here, said | {"words": "Le dossier n’en dit rien."}).status_code == 302
    assert sees_readings(world.amina, application)


def test_a_reading_is_older_than_what_the_collective_added(world: World) -> None:
    application = applied(called(world))
    reading = reads(world.amina, application)
    assert not reading.is_outdated
    complete(application, words="Autre chose.")
    assert Reading.objects.select_related("application").get().is_outdated


def test_who_is_tied_neither_reads_on_nor_chooses(world: World) -> None:
    application = applied(called(world))
    reads(world.amina, application)
    with pytest.raises(ValidationError):
        say_tied(application, True, " ", by=world.amina)
    say_tied(application, True, "J’y travaille.", by=world.amina)
    assert Reading.objects.count() == 0
    assert why_not_read(world.amina, application) and why_not_choose(world.amina, application)
    assert not sees_readings(world.amina, application)
    with pytest.raises(ValidationError):
        choose(application, State.WAITING, **REASONS, by=world.amina)
    with pytest.raises(ValidationError):
        say_tied(application, False, "Plus maintenant.", by=world.amina)
    assert list(Application.objects.unread_by(world.amina)) == []
    assert list(Application.objects.unread_by(world.bruno)) == [application]


def test_nothing_more_is_written_of_what_was_withdrawn(world: World) -> None:
    application = applied(called(world))
    withdraw(application)
    with pytest.raises(ValidationError):
        say_tied(application, True, "J’y travaille.", by=world.amina)
    assert not application.ties.exists()


def test_who_belongs_to_a_structure_that_bears_it_is_asked_first(world: World, bruno: Client) -> None:
    mine = Person.objects.create(community=world.community, name="Bruno", user=world.bruno)
    affiliate(mine, "L’Atelier", by=world.amina)
    application = applied(called(world), bearers=["l’atelier"])
    assert why_not_read(world.bruno, application) and not why_not_read(world.amina, application)
    page = bruno.get(application.get_absolute_url())
    assert (page.context["apparent"], page.context["reading"]) == (world.atelier, None)
    said = {"do": "untied", "word": "J’ai quitté l’atelier en mai."}
    assert set_aside(application) == [world.bruno]
    reads(world.amina, application)
    with pytest.raises(ValidationError) as refused:
        choose(application, State.WAITING, **REASONS, deviation="—", took_part=[world.bruno], by=world.amina)
    assert list(refused.value.message_dict) == ["took_part"]
    assert bruno.post(application.get_absolute_url(), said).status_code == 302
    assert not why_not_read(world.bruno, application) and set_aside(application) == []


def test_a_choice_has_reasons_and_nobody_who_is_tied(world: World) -> None:
    carla = User.objects.create_user("carla@example.org", "Carla")
    join(world.community, carla, Role.COMMITTEE, by=world.amina)
    application = applied(called(world))
    with pytest.raises(ValidationError):  # unread
        choose(application, State.ACCOMPANIED, **REASONS, by=world.amina)
    reads(world.amina, application)
    with pytest.raises(ValidationError):  # who researches reads, and does not choose
        choose(application, State.ACCOMPANIED, **REASONS, by=world.bruno)
    say_tied(application, True, "Ma sœur en est.", by=carla)
    assert _what_lacks(application, State.ACCOMPANIED, world.amina, word=" ", reasons="", took_part=[carla]) == [
        "reasons", "took_part", "word",
    ]  # fmt: skip
    decision = decide(add_item(world.gathering, "Les sites", by=world.amina), "Oui.", date(2021, 9, 27), by=world.amina)
    choice = choose(
        application, State.ACCOMPANIED, **REASONS, took_part=[world.bruno], decision=decision, by=world.amina
    )
    assert set(choice.took_part.all()) == {world.amina, world.bruno}
    assert (list(choice.set_aside.all()), choice.decision, choice.deviates_from) == ([carla], decision, [])
    application.refresh_from_db()
    letter = Letter.objects.order_by("-id")[0]
    assert (application.state, REASONS["word"] in letter.body, REASONS["reasons"] in letter.body) == (
        "accompanied", True, False,
    )  # fmt: skip
    client = Client()
    for reader, sees in ((carla, False), (world.bruno, True)):
        client.force_login(reader)
        page = client.get(application.get_absolute_url()).content.decode()
        assert (REASONS["word"] in page, REASONS["reasons"] in page) == (True, sees)
    assert _broken() == []
    choice.took_part.add(carla)
    Choice.objects.update(reasons="")
    Application.objects.update(state=State.DECLINED)
    assert len(_broken()) == 3


def test_what_departs_from_the_call_is_explained(world: World) -> None:
    today = timezone.localdate()
    call = called(world, sites=1)
    first = applied(call)
    reads(world.amina, first, Level.MET)
    assert [departures(first, one) for one in (State.ACCOMPANIED, State.DECLINED)] == [[], [ALL_MET]]
    choose(first, State.ACCOMPANIED, **REASONS, by=world.amina)
    second = applied(call, name="Le Gué", received_on=today + timedelta(30), by=world.amina)
    reads(world.amina, second, Level.MET)
    assert [departures(second, one) for one in (State.WAITING, State.DECLINED)] == [[], [ALL_MET]]
    reads(world.amina, second, Level.MET, Level.NOT_MET)
    reads(world.bruno, second, Level.PARTLY, Level.PARTLY)
    partly, not_met = (one.pk for one in call.criteria.all()[:2])
    codes = [f"{NOT_MET}{not_met}", f"{PARTLY}{partly}", LATE, FULL]
    assert [departures(second, one) for one in (State.ACCOMPANIED, State.DECLINED)] == [codes, []]
    assert _what_lacks(second, State.ACCOMPANIED, world.amina) == ["deviation"]
    choice = choose(second, State.ACCOMPANIED, **REASONS, deviation="Un terrain s’est libéré.", by=world.amina)
    assert (choice.deviates_from, choice.deviation) == (codes, "Un terrain s’est libéré.")


def test_a_choice_is_revised_with_a_reason_and_the_earlier_one_stays(world: World, amina: Client) -> None:
    application = applied(called(world))
    reads(world.amina, application, Level.MET, Level.PARTLY)
    page = f"{application.get_absolute_url()}choix/"
    assert amina.post(page, {**REASONS, "outcome": "waiting"}).status_code == 302
    assert amina.post(page, {**REASONS, "outcome": "accompanied"}).status_code == 422
    again = {**REASONS, "outcome": "accompanied", "revised_because": "Un site s’est retiré."}
    assert amina.post(page, again).status_code == 422  # a criterion that is met in part asks for a word too
    again["deviation"] = "La commune y travaille."
    assert amina.post(page, again).status_code == 302
    assert list(Choice.objects.values_list("outcome", flat=True)) == ["accompanied", "waiting"]
    shown = [one["row"].outcome for one in amina.get(application.get_absolute_url()).context["choices"]]
    assert shown == ["accompanied", "waiting"]


def test_a_decision_of_the_committee_may_rest_on_an_application(world: World) -> None:
    application = applied(called(world))
    address = read_address(application.get_absolute_url())
    assert address == ("application", application.pk)
    decision = decide(add_item(world.gathering, "Les sites", by=world.amina), "Oui.", date(2021, 9, 27), by=world.amina)
    lean_on(decision, address, by=world.amina)
    assert [linked(one, [address]) == {} for one in (world.bruno, world.driss)] == [False, True]


def test_practitioners_read_the_call_and_not_the_applications(world: World) -> None:
    paul = User.objects.create_user("paul@example.org", "Paul")
    join(world.community, paul, Role.PRACTITIONER, by=world.amina)
    call = called(world)
    application = applied(call)
    client = Client()
    client.force_login(paul)
    page = client.get(call.get_absolute_url())
    assert (page.status_code, page.context["listing"]) == (200, None)
    assert client.get(application.get_absolute_url()).status_code == 404


def test_the_list_is_narrowed_and_taken_away(world: World, amina: Client) -> None:
    call = called(world)
    applied(call)
    reads(world.amina, applied(call, name="Le Gué", territory="Belbourg"))
    page = amina.get(f"{call.get_absolute_url()}?state=reading&territory=Belbourg").context["listing"]
    assert [line[0].value for line in page.lines] == ["Le Gué"]
    file = amina.get(f"{call.get_absolute_url()}?as=csv&q=gué").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()][1:] == ["Le Gué"]


def test_probable_is_not_secured(world: World, amina: Client, bruno: Client) -> None:
    axis = add_axis(start_programme(world.community, "Essaimer", by=world.amina), 1, "Essaimer", by=world.amina)
    call = called(world, axis=axis)
    page = f"/appels/{call.pk}/financements/"
    assert amina.get(page).context["form"].initial["axis"] == axis.pk
    line = {"funder": "Fondation du Lac", "purpose": "Un site", "as_of": "2021-10-01", "source": "leur lettre"}
    for amount, state in (("1 000", "secured"), ("400", "probable"), ("60", "probable"), ("", "sought")):
        answer = bruno.post(page, {**line, "amount": amount, "state": state, "axis": str(axis.pk)})
        assert answer.status_code == 302, answer.context["form"].errors
    add_funding(world.community, world.atelier, "Autre chose", amount=Decimal(9), state=Sure.SECURED, by=world.amina)
    totals = {one.state.value: (one.amount, one.count) for one in amina.get(page).context["totals"]}
    assert totals == {"secured": (1000, 1), "probable": (460, 2), "sought": (0, 1)}
    assert FundingOption.objects.filter(source="leur lettre", as_of=date(2021, 10, 1)).count() == 4
    gone = FundingOption.objects.all()[0]
    change = {**line, "amount": "2000", "state": "secured", "source": "la convention"}
    assert amina.post(gone.get_absolute_url(), change).status_code == 302
    gone.refresh_from_db()
    assert (gone.source, FundingLine.objects.get(pk=gone.line_id).amount) == ("la convention", 2000)
    assert amina.post(gone.get_absolute_url(), {"do": "remove"}).status_code == 302
    assert (FundingOption.objects.count(), FundingLine.objects.count()) == (3, 5)
    again = {"do": "tie", "tie-line": str(gone.line_id), "tie-as_of": "2021-11-01"}
    assert [amina.post(page, again).status_code for _time in range(2)] == [302, 422]
    assert FundingOption.objects.get(line=gone.line_id).as_of == date(2021, 11, 1)


def test_the_report_to_a_funder_counts_the_collectives_accompanied(world: World) -> None:
    axis = add_axis(start_programme(world.community, "Essaimer", by=world.amina), 1, "Essaimer", by=world.amina)
    call = called(world, axis=axis)
    add_option(call, world.atelier, "Un site", as_of=date(2021, 10, 1), axis=axis, by=world.amina)
    for name, outcome in (("Un", State.ACCOMPANIED), ("Deux", State.WAITING)):
        application = applied(call, name=name)
        reads(world.amina, application, Level.UNKNOWN)
        choose(application, outcome, **REASONS, by=world.amina)
    told = [one.value for one in figures(Scope(world.community, axes=[axis])) if "/appels/" in one.url]
    assert told == [1]


def test_what_waits_is_on_the_rail_and_on_ones_page(world: World, amina: Client, bruno: Client, driss: Client) -> None:
    call = called(world, closes_on=timezone.localdate() + timedelta(days=2))
    application = applied(call)

    def told(client: Client) -> tuple[list[int], list[str]]:
        page = client.get("/").context
        ours = (call.get_absolute_url(), application.get_absolute_url())
        waiting = [one.url for one in page["awaiting"] if one.url in ours]
        return [stop.count for stop in page["rail"] if stop.icon == "accompany"], waiting

    assert told(amina) == ([1], [application.get_absolute_url(), call.get_absolute_url()])
    assert told(bruno) == ([1], [application.get_absolute_url()])
    assert told(driss) == ([], [])
    reads(world.bruno, application)
    assert told(bruno) == ([0], [])
