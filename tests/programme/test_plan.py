"""The programme: a tree that every member reads and the team writes, whose dates keep their sources."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.journal.models import Event
from recolte.programme.actions import (
    add_axis,
    add_phase,
    change_programme,
    credit,
    remove,
    start_programme,
    tell_date,
)
from recolte.programme.models import Axis, Contribution, DatedFact, Phase, Precision, Programme
from recolte.programme.rules import can_change_programme, can_read_funding
from recolte.programme.tree import tree
from tests.world import World

START, END = DatedFact.What.START, DatedFact.What.END


@pytest.fixture
def programme(world: World) -> Programme:
    return start_programme(world.community, "Innover ensemble", variants=["L’économie citoyenne"], by=world.amina)


@pytest.fixture
def emile(world: World) -> User:
    """A practitioner of the community: a member who is not of the team."""
    emile = User.objects.create_user("emile@example.org", "Émile")
    join(world.community, emile, Role.PRACTITIONER, by=world.amina)
    return emile


@pytest.fixture
def member(emile: User) -> Client:
    client = Client()
    client.force_login(emile)
    return client


def _verbs() -> list[str]:
    ours = ("programme.", "axis.", "phase.", "date.", "contribution.")
    verbs = Event.objects.order_by("id").values_list("verb", flat=True)
    return [verb for verb in verbs if verb.startswith(ours)]


def _address(world: World) -> str:
    return f"/communaute/{world.community.slug}/demarche/"


# Who may -------------------------------------------------------------------------------------------------------------


def test_the_team_writes_and_reads_the_money_and_nobody_else(world: World, emile: User) -> None:
    users = [world.amina, world.bruno, emile, world.driss]
    assert [can_change_programme(user, world.community) for user in users] == [True, True, False, False]
    assert [can_read_funding(user, world.community) for user in users] == [True, True, False, False]


def test_a_member_reads_the_tree_and_changes_nothing(world: World, programme: Programme, member: Client) -> None:
    axis = add_axis(programme, 1, "Les outils", by=world.amina)
    page = member.get(_address(world))
    assert (page.status_code, page.context["may_change"], page.context["reads_funding"]) == (200, False, False)
    assert f"/axes/{axis.pk}/" not in page.content.decode()
    addresses = [f"/axes/{axis.pk}/", f"/demarches/{programme.pk}/", f"/demarches/{programme.pk}/axe/"]
    addresses += [
        f"/demarches/{programme.pk}/phase/",
        f"/demarches/{programme.pk}/dates/",
        f"{_address(world)}nouvelle/",
    ]
    assert [member.get(address).status_code for address in addresses] == [403] * 6
    assert member.post(f"/demarches/{programme.pk}/contributions/", {"who": "X", "role": "Y"}).status_code == 403


# The tree ------------------------------------------------------------------------------------------------------------


def test_a_programme_is_written_through_its_forms(world: World, amina: Client, bruno: Client) -> None:
    amina.post(
        f"{_address(world)}nouvelle/",
        {"title": "Innover", "variants": "Transformer\n\n  Faire   mouvement \nTransformer", "question": "Comment ?"},
    )
    programme = Programme.objects.get()
    assert (programme.title, programme.variants, programme.by) == (
        "Innover",
        ["Transformer", "Faire mouvement"],
        world.amina,
    )
    bruno.post(f"/demarches/{programme.pk}/axe/", {"number": 1, "title": "Les outils", "purpose": "Mettre en commun."})
    axis = Axis.objects.get()
    bruno.post(f"/demarches/{programme.pk}/phase/", {"axis": axis.pk, "number": 1, "title": "Visites"})
    bruno.post(f"/demarches/{programme.pk}/phase/", {"axis": "", "number": 1, "title": "Bilan"})
    bruno.post(f"/axes/{axis.pk}/", {"number": 2, "title": "Les outils", "purpose": ""})
    (plan,) = tree(world.community, named_only=True)
    assert [(branch.row.number, [one.row.title for one in branch.phases]) for branch in plan.axes] == [(2, ["Visites"])]  # type: ignore[union-attr]
    assert [str(one.row) for one in plan.phases] == [str(Phase.objects.get(axis=None))]
    assert _verbs() == ["programme.started", "axis.added", "phase.added", "phase.added", "axis.changed"]
    assert Event.objects.get(verb="axis.changed").data == {"fields": "number, purpose"}


def test_what_did_not_change_is_not_told_to_the_journal(world: World, programme: Programme, amina: Client) -> None:
    same = {"title": "Innover ensemble", "variants": "L’économie citoyenne", "question": ""}
    assert amina.post(f"/demarches/{programme.pk}/", same).status_code == 302
    assert _verbs() == ["programme.started"]


def test_two_axes_or_two_phases_of_the_same_place_have_not_the_same_number(
    world: World, programme: Programme, amina: Client
) -> None:
    axis = add_axis(programme, 1, "Les outils", by=world.amina)
    add_phase(programme, 1, axis=axis, by=world.amina)
    answers = [
        amina.post(f"/demarches/{programme.pk}/axe/", {"number": 1, "title": "Autre"}),
        amina.post(f"/demarches/{programme.pk}/phase/", {"axis": axis.pk, "number": 1}),
        amina.post(f"/demarches/{programme.pk}/phase/", {"axis": "", "number": 1}),
    ]
    assert [one.status_code for one in answers] == [422, 422, 302]
    assert [list(one.context["form"].errors) for one in answers[:2]] == [["number"], ["number"]]


def test_a_form_proposes_the_next_number(world: World, programme: Programme, amina: Client) -> None:
    axis = add_axis(programme, 3, "Les outils", by=world.amina)
    add_phase(programme, 1, axis=axis, by=world.amina)
    forms = [
        amina.get(f"/demarches/{programme.pk}/axe/").context["form"],
        amina.get(f"/demarches/{programme.pk}/phase/?axe=3").context["form"],
        amina.get(f"/demarches/{programme.pk}/phase/?axe=n%C2%B2").context["form"],
    ]
    assert [(form["number"].value(), form.initial.get("axis")) for form in forms] == [
        (4, None),
        (2, axis.pk),
        (1, None),
    ]


def test_an_axis_of_another_programme_cannot_be_chosen(world: World, programme: Programme, amina: Client) -> None:
    other = add_axis(start_programme(world.community, "Autre", by=world.amina), 1, "Ailleurs", by=world.amina)
    answer = amina.post(f"/demarches/{programme.pk}/phase/", {"axis": other.pk, "number": 1})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["axis"])


def test_what_something_hangs_on_is_not_removed(world: World, programme: Programme, amina: Client) -> None:
    axis = add_axis(programme, 1, "Les outils", by=world.amina)
    phase = add_phase(programme, 1, axis=axis, by=world.amina)
    for row in (programme, axis):
        with pytest.raises(ValidationError):
            remove(row, by=world.amina)
    assert amina.post(f"/axes/{axis.pk}/", {"do": "remove"}).headers["Location"] == f"/axes/{axis.pk}/"
    amina.post(f"/phases/{phase.pk}/", {"do": "remove"})
    amina.post(f"/axes/{axis.pk}/", {"do": "remove"})
    amina.post(f"/demarches/{programme.pk}/", {"do": "remove"})
    assert [model.objects.count() for model in (Phase, Axis, Programme)] == [0, 0, 0]
    assert _verbs()[-3:] == ["phase.removed", "axis.removed", "programme.removed"]


def test_where_nothing_is_written_the_page_says_what_it_is_for(world: World, amina: Client, member: Client) -> None:
    pages = [client.get(_address(world)).content.decode() for client in (amina, member)]
    assert ['class="empty"' in page for page in pages] == [True, True]
    assert [f"{_address(world)}nouvelle/" in page for page in pages] == [True, False]


# Dates and their sources ---------------------------------------------------------------------------------------------


def test_two_dates_of_the_same_start_are_both_shown_with_their_sources(
    world: World, programme: Programme, amina: Client, member: Client
) -> None:
    axis = add_axis(programme, 1, "Les outils", by=world.amina)
    phase = add_phase(programme, 1, axis=axis, by=world.amina)
    address = f"/demarches/{programme.pk}/dates/"
    told = {"do": "tell", "about": str(phase.pk), "what": "start", "year": 2021}
    amina.post(address, told | {"month": 3, "source": "le rapport annuel"})
    amina.post(address, told | {"month": 4, "day": 1, "source": "la convention", "address": "https://example.org/c"})
    assert _verbs()[-2:] == ["date.told", "date.told"]
    ((one,),) = [branch.dates for branch in tree(world.community, named_only=True)[0].axes[0].phases]
    assert [(fact.day, fact.precision, fact.source) for fact in one.facts] == [
        (date(2021, 3, 1), Precision.MONTH, "le rapport annuel"),
        (date(2021, 4, 1), Precision.DAY, "la convention"),
    ]
    assert one.disagree
    for page in (member.get(_address(world)).content.decode(), amina.get(address).content.decode()):
        shown = [words in page for words in ("mars 2021", "avril 2021", "le rapport annuel", "la convention")]
        assert shown == [True] * 4


@pytest.mark.parametrize(
    ("first", "second", "disagree"),
    [
        ((date(2021, 1, 1), Precision.YEAR), (date(2021, 3, 1), Precision.MONTH), False),
        ((date(2021, 3, 1), Precision.MONTH), (date(2021, 3, 31), Precision.DAY), False),
        ((date(2021, 3, 1), Precision.MONTH), (date(2021, 4, 1), Precision.DAY), True),
        ((date(2020, 1, 1), Precision.YEAR), (date(2021, 1, 1), Precision.YEAR), True),
        ((date(2021, 4, 1), Precision.DAY), (date(2021, 4, 1), Precision.DAY), False),
        ((date(2020, 2, 1), Precision.MONTH), (date(2020, 2, 29), Precision.DAY), False),
    ],
)
def test_dates_disagree_when_no_day_fits_both(
    world: World, programme: Programme, first: Any, second: Any, disagree: bool
) -> None:
    facts = [
        tell_date(programme, END, day, precision=precision, source="le site", by=world.amina)
        for day, precision in (first, second)
    ]
    assert [facts[0].disagrees_with(facts[1]), facts[1].disagrees_with(facts[0])] == [disagree, disagree]


@pytest.mark.parametrize(("precision", "words"), [("day", "14 July 2021"), ("month", "July 2021"), ("year", "2021")])
def test_a_date_is_said_as_far_as_it_is_known(precision: str, words: str) -> None:
    with translation.override("en"):
        assert str(DatedFact(day=date(2021, 7, 14), precision=precision)) == words


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": 31, "month": 2}, "day"),
        ({"day": 3}, "month"),
        ({"source": ""}, "source"),
        ({"year": ""}, "year"),
        ({"about": "ailleurs"}, "about"),
    ],
)
def test_a_date_that_cannot_be_is_refused_beside_its_cause(
    programme: Programme, amina: Client, wrong: dict[str, Any], field: str
) -> None:
    told = {"do": "tell", "about": str(programme.pk), "what": "start", "year": 2021, "source": "le site"}
    answer = amina.post(f"/demarches/{programme.pk}/dates/", told | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert DatedFact.objects.count() == 0


def test_a_date_is_taken_back_with_its_source(world: World, programme: Programme, amina: Client) -> None:
    fact = tell_date(programme, START, date(2021, 4, 1), source="le site", by=world.amina)
    other = start_programme(world.community, "Autre", by=world.amina)
    statuses = [
        amina.post(f"/demarches/{one.pk}/dates/", {"do": "take_back", "date": fact.pk}).status_code
        for one in (other, programme)
    ]
    assert (statuses, DatedFact.objects.count(), _verbs()[-1]) == ([404, 302], 0, "date.taken_back")


# Titles --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("innover", 1),
        ("Économie citoyenne", 1),
        ("ECONOMIE citoy*", 1),
        ("l'economie", 1),
        ("innover citoyenne", 1),
        ("conomie", 0),
        ("innover ailleurs", 0),
        ("", 0),
    ],
)
def test_a_programme_is_found_by_each_of_its_titles(
    world: World, programme: Programme, amina: Client, asked: str, found: int
) -> None:
    assert Programme.objects.called(asked).count() == found
    page = amina.get("/recherche/", {"q": asked})
    assert page.content.decode().count(f'href="{programme.get_absolute_url()}"') == found


def test_a_title_that_was_given_up_finds_nothing(world: World, programme: Programme) -> None:
    change_programme(programme, title="Innover ensemble", variants=["Faire mouvement"], by=world.amina)
    assert [Programme.objects.called(words).count() for words in ("citoyenne", "mouvement")] == [0, 1]


def test_a_programme_is_not_found_by_who_is_not_in_its_community(programme: Programme, driss: Client) -> None:
    assert list(driss.get("/recherche/?q=innover").context["programmes"]) == []


# Credits -------------------------------------------------------------------------------------------------------------


def _exported(client: Client, programme: Programme) -> list[list[str]]:
    body = client.get(f"/demarches/{programme.pk}/contributions/?as=csv").content.decode("utf-8-sig")
    return [line[:3] for line in csv.reader(io.StringIO(body))][1:]


def test_the_export_names_only_those_who_agreed(
    world: World, programme: Programme, amina: Client, member: Client
) -> None:
    lea = Person.objects.create(community=world.community, name="Léa")
    credit(programme, world.chloe, "accueil", named=True, by=world.amina)
    credit(programme, lea, "prise de notes", by=world.amina)
    assert _exported(amina, programme) == _exported(member, programme) == [["Chloé", "L’Atelier", "accueil"]]
    pages = [client.get(url).content.decode() for client in (amina, member) for url in
             (_address(world), f"/demarches/{programme.pk}/contributions/")]  # fmt: skip
    assert [("Chloé" in page, "Léa" in page) for page in pages] == [(True, True)] * 2 + [(True, False)] * 2


def test_a_credit_is_given_changed_and_removed(world: World, programme: Programme, amina: Client) -> None:
    address = f"/demarches/{programme.pk}/contributions/"
    for _twice in range(2):
        amina.post(address, {"who": "chloé", "role": "accueil", "axis": ""})
    one = Contribution.objects.get()
    assert (one.person, one.may_be_named) == (world.chloe, False)
    amina.post(f"/contributions/{one.pk}/", {"role": "accueil", "axis": "", "may_be_named": "on"})
    assert _exported(amina, programme) == [["Chloé", "L’Atelier", "accueil"]]
    amina.post(f"/contributions/{one.pk}/", {"do": "remove"})
    assert (Contribution.objects.count(), _exported(amina, programme)) == (0, [])
    assert _verbs()[1:] == ["contribution.credited", "contribution.changed", "contribution.removed"]


# The rail ------------------------------------------------------------------------------------------------------------


def _stop(client: Client) -> list[str]:
    return [stop.url for stop in client.get("/rencontres/").context["rail"] if stop.icon == "layers"]


def test_the_rail_leads_there_once_there_is_a_programme_and_before_for_who_coordinates(
    world: World, amina: Client, bruno: Client, member: Client
) -> None:
    assert [_stop(client) for client in (amina, bruno, member)] == [[_address(world)], [], []]
    start_programme(world.community, "Innover", by=world.amina)
    assert [_stop(client) for client in (amina, bruno, member)] == [[_address(world)]] * 3
