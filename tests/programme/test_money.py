"""The money: totals a state that are never added together, a report to each funder; agreements, and what is told of their ends."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from recolte.community.actions import join
from recolte.community.models import Organisation, Role, User
from recolte.jobs.actions import start
from recolte.journal.models import Event
from recolte.programme import reports
from recolte.programme.actions import (
    add_agreement,
    add_axis,
    add_funding,
    change_agreement,
    change_funding,
    remind_of_ends,
    start_programme,
)
from recolte.programme.models import Agreement, Axis, FundingLine, Standing, Sure, money
from recolte.programme.reports import Figure, Scope, Unit, reports_on
from tests.world import World, work

TODAY = date(2026, 3, 1)


@pytest.fixture
def foundation(world: World) -> Organisation:
    return Organisation.objects.create(community=world.community, name="Fondation du Lac")


@pytest.fixture
def axis(world: World) -> Axis:
    return add_axis(start_programme(world.community, "Innover", by=world.amina), 1, "Les outils", by=world.amina)


@pytest.fixture
def lines(world: World, foundation: Organisation, axis: Axis) -> list[FundingLine]:
    facts: list[tuple[Organisation, str, Any, Sure, Axis | None]] = [
        (foundation, "visites", Decimal("12000.50"), Sure.SECURED, axis),
        (foundation, "site", Decimal("3000"), Sure.SECURED, None),
        (foundation, "suite", None, Sure.PROBABLE, None),
        (world.atelier, "hébergement", Decimal("800"), Sure.PROBABLE, axis),
    ]
    return [
        add_funding(world.community, funder, purpose, amount=amount, state=state, axis=axis_of, by=world.amina)
        for funder, purpose, amount, state, axis_of in facts
    ]


@pytest.fixture
def member(world: World) -> Client:
    emile = User.objects.create_user("emile@example.org", "Émile")
    join(world.community, emile, Role.PRACTITIONER, by=world.amina)
    client = Client()
    client.force_login(emile)
    return client


def _address(world: World, what: str = "financements") -> str:
    return f"/communaute/{world.community.slug}/{what}/"


def _totals(found: Any) -> list[tuple[str, Decimal, int, int]]:
    return [(one.state.value, one.amount, one.count, one.unknown) for one in found]


# Lines and totals ----------------------------------------------------------------------------------------------------


def test_there_is_one_total_a_state_and_no_sum_of_them(world: World, lines: list[FundingLine], amina: Client) -> None:
    page = amina.get(_address(world))
    expected = [
        ("secured", Decimal("15000.50"), 2, 0),
        ("probable", Decimal("800"), 2, 1),
        ("sought", Decimal(0), 0, 0),
    ]
    assert _totals(page.context["totals"]) == expected
    assert "15 800" not in page.content.decode().replace("\xa0", " ")


def test_a_total_leads_to_the_lines_that_it_counts(world: World, lines: list[FundingLine], amina: Client) -> None:
    for total in FundingLine.objects.all().totals():
        listing = amina.get(f"{_address(world)}?state={total.state.value}").context["listing"]
        assert listing.count == total.count or not total.count


def test_a_total_of_which_nothing_is_known_is_not_said_to_be_nothing(world: World) -> None:
    add_funding(world.community, world.atelier, "suite", state=Sure.SOUGHT, by=world.amina)
    with translation.override("en"):
        said = [total.money for total in FundingLine.objects.all().totals()]
    assert said == ["€0.00", "€0.00", "not known yet"]


def test_the_list_is_searched_in_what_for_note_and_funder(
    world: World, lines: list[FundingLine], amina: Client
) -> None:
    page = amina.get(f"{_address(world)}?q=lac")
    assert [page.context["listing"].count, 'name="q" id="listing-q"' in page.content.decode()] == [3, True]


def test_what_becomes_surer_moves_from_one_total_to_the_other(world: World, lines: list[FundingLine]) -> None:
    change_funding(lines[3], state=Sure.SECURED, by=world.bruno)
    totals = _totals(FundingLine.objects.all().totals())
    assert totals[:2] == [("secured", Decimal("15800.50"), 3, 0), ("probable", Decimal(0), 1, 1)]
    event = Event.objects.get(verb="funding.changed")
    assert (event.data, event.by) == ({"fields": "state"}, world.bruno)


def test_other_members_read_neither_lines_nor_reports_nor_agreements(
    world: World, lines: list[FundingLine], foundation: Organisation, member: Client
) -> None:
    agreement = add_agreement(world.community, "Convention", [foundation], by=world.amina)
    addresses = [_address(world), f"{_address(world)}nouveau/", f"/financeurs/{foundation.pk}/"]
    addresses += [_address(world, "conventions"), f"{_address(world, 'conventions')}nouvelle/"]
    assert [member.get(one).status_code for one in addresses] == [403] * 5
    hidden = [
        f"/financements/{lines[0].pk}/",
        f"/conventions/{agreement.pk}/",
        f"/conventions/{agreement.pk}/modifier/",
    ]
    assert [member.get(one).status_code for one in hidden] == [404] * 3


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("fr", "1 234,50", "1234.50"),
        ("fr", "1\u202f234,50\u00a0€", "1234.50"),
        ("fr", "1234.5", "1234.50"),
        ("en", "€1,234.50", "1234.50"),
        ("fr", "", None),
        ("fr", "0", "0.00"),
    ],
)
def test_an_amount_is_read_as_people_type_it(
    world: World, amina: Client, language: str, typed: str, amount: str | None
) -> None:
    amina.cookies["language"] = language
    amina.post(
        f"{_address(world)}nouveau/", {"funder": "Fondation", "purpose": "x", "state": "sought", "amount": typed}
    )
    assert FundingLine.objects.get().amount == (Decimal(amount) if amount else None)


@pytest.mark.parametrize("typed", ["-5", "beaucoup", "1,234", "99999999999,00"])
def test_an_amount_that_cannot_be_is_refused(world: World, amina: Client, typed: str) -> None:
    facts = {"funder": "Fondation", "purpose": "x", "state": "sought", "amount": typed}
    answer = amina.post(f"{_address(world)}nouveau/", facts)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["amount"])
    assert FundingLine.objects.count() == 0


def test_an_amount_is_written_as_each_language_does() -> None:
    with translation.override("en"):
        assert money(Decimal("1234.5")) == "€1,234.50"
    with translation.override("fr"):
        assert "1 234,50" in money(Decimal("1234.5")).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_form_shows_again_what_it_took(world: World, lines: list[FundingLine], amina: Client) -> None:
    address = f"/financements/{lines[0].pk}/"
    form = amina.get(address).context["form"]
    assert 'value="12000,50"' in str(form["amount"])
    facts = {"funder": "fondation du lac", "purpose": "visites", "amount": "12000,50", "state": "secured"}
    amina.post(address, facts | {"axis": lines[0].axis_id})
    assert Organisation.objects.filter(name__icontains="lac").count() == 1
    assert not Event.objects.filter(verb="funding.changed").exists()  # nothing changed
    amina.post(address, {"do": "remove"})
    assert (FundingLine.objects.filter(pk=lines[0].pk).exists(), Event.objects.last().verb) == (
        False,
        "funding.removed",
    )  # type: ignore[union-attr]


def test_the_list_is_taken_away_with_its_numbers(world: World, lines: list[FundingLine], amina: Client) -> None:
    body = amina.get(f"{_address(world)}?as=csv&sort=-amount&state=secured").content.decode("utf-8-sig")
    assert [line[2] for line in csv.reader(io.StringIO(body))][1:] == ["12000.50", "3000.00"]


def test_a_line_ends_after_it_starts(world: World, amina: Client) -> None:
    facts = {"funder": "F", "purpose": "x", "state": "sought", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}
    answer = amina.post(f"{_address(world)}nouveau/", facts)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])


# The report to a funder ----------------------------------------------------------------------------------------------


def test_the_report_holds_what_concerns_its_funder_alone(
    world: World, lines: list[FundingLine], foundation: Organisation, axis: Axis, amina: Client
) -> None:
    signed = add_agreement(world.community, "Convention", [foundation], signed_on=date(2021, 1, 1), by=world.amina)
    add_agreement(world.community, "En projet", [foundation], by=world.amina)
    add_agreement(world.community, "Ailleurs", [world.atelier], signed_on=date(2021, 1, 1), by=world.amina)
    report = amina.get(f"/financeurs/{foundation.pk}/").context
    assert _totals(report["totals"])[:2] == [("secured", Decimal("15000.50"), 2, 0), ("probable", Decimal(0), 1, 1)]
    assert {line.pk for line in report["lines"]} == {line.pk for line in lines[:3]}
    assert report["axes"] == [axis]
    assert report["agreements"] == [(signed, Standing.RUNNING)]
    counted = amina.get(f"{report['whole']}&state=secured").context["listing"].count
    assert (counted, amina.get(report["agreements_url"]).context["listing"].count) == (2, 2)


def test_later_stages_add_figures_to_the_report(
    world: World, lines: list[FundingLine], foundation: Organisation, axis: Axis, amina: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(reports, "_reports", [])
    asked = []

    @reports_on(20)
    def visits(scope: Scope) -> list[Figure]:
        asked.append((scope.community, list(scope.axes or [])))
        return [Figure("visites", "visites tenues", 3, "/rencontres/")]

    @reports_on(10)
    def hours(scope: Scope) -> list[Figure]:
        return [Figure("heures", "heures enregistrées", 12 * 3_600_000, "/rencontres/", Unit.MS)]

    page = amina.get(f"/financeurs/{foundation.pk}/")
    assert [(one.label, one.shown) for one in page.context["figures"]] == [
        ("heures enregistrées", "12,0\xa0h"),
        ("visites tenues", "3"),
    ]
    assert (asked, "heures enregistrées" in page.content.decode()) == ([(world.community, [axis])], True)


# Agreements ----------------------------------------------------------------------------------------------------------


def _days(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        ({}, Standing.TO_SIGN),
        ({"signed_on": _days(1), "ends_on": _days(10)}, Standing.TO_SIGN),
        ({"signed_on": _days(-9), "starts_on": _days(1), "ends_on": _days(30)}, Standing.AHEAD),
        ({"signed_on": _days(-9)}, Standing.RUNNING),
        ({"signed_on": _days(-9), "starts_on": TODAY, "ends_on": _days(61)}, Standing.RUNNING),
        ({"signed_on": _days(-9), "ends_on": _days(60)}, Standing.TO_RENEW),
        ({"signed_on": TODAY, "ends_on": TODAY}, Standing.TO_RENEW),
        ({"signed_on": _days(-9), "ends_on": _days(8), "notice_days": 7}, Standing.RUNNING),
        ({"signed_on": _days(-9), "ends_on": _days(7), "notice_days": 7}, Standing.TO_RENEW),
        ({"signed_on": _days(-9), "ends_on": _days(-1)}, Standing.OVER),
        ({"ends_on": _days(-1)}, Standing.OVER),
    ],
)
def test_where_an_agreement_stands_is_derived_from_its_days(
    world: World, facts: dict[str, Any], standing: Standing
) -> None:
    agreement = add_agreement(world.community, "Convention", [world.atelier], by=world.amina, **facts)
    assert agreement.standing(TODAY) == standing
    found = [where for where in Standing if Agreement.objects.standing(where, TODAY).exists()]
    assert found == [standing]  # the database says the same


def test_an_agreement_is_noted_and_changed_through_its_forms(world: World, amina: Client) -> None:
    facts = {
        "title": "Convention de recherche",
        "parties": "L’atelier\nUniversité du Lac\nl’Atelier",
        "notice_days": 30,
    }
    amina.post(
        f"{_address(world, 'conventions')}nouvelle/", facts | {"signed_on": "2026-01-15", "ends_on": "2026-12-31"}
    )
    agreement = Agreement.objects.get()
    assert [one.name for one in agreement.parties.all()] == ["L’Atelier", "Université du Lac"]
    assert agreement.notice_on == date(2026, 12, 1)
    edit = f"/conventions/{agreement.pk}/modifier/"
    assert amina.get(edit).context["form"]["parties"].value() == "L’Atelier\nUniversité du Lac"
    amina.post(edit, facts | {"parties": "L’Atelier", "signed_on": "2026-01-15", "ends_on": "2026-12-31"})
    amina.post(edit, facts | {"parties": "L’Atelier", "signed_on": "2026-01-15", "ends_on": "2027-12-31"})
    told = [event.data for event in Event.objects.filter(verb="agreement.changed").order_by("id")]
    assert told == [{"fields": "parties"}, {"fields": "ends_on"}]
    amina.post(edit, {"do": "remove"})
    assert Agreement.objects.count() == 0


def test_those_who_coordinate_are_written_to_once_for_an_end(world: World) -> None:
    agreement = add_agreement(
        world.community, "Convention", [world.atelier], signed_on=_days(-99), ends_on=_days(60), by=world.bruno
    )
    add_agreement(world.community, "Lointaine", [], signed_on=_days(-99), ends_on=_days(61), by=world.bruno)
    told = [remind_of_ends(_days(days)) for days in (-1, 0, 0, 1)]
    assert told == [0, 1, 0, 1]  # the second of the two comes into its notice a day later
    work()
    assert [one.to for one in mail.outbox] == [[world.amina.email]] * 2
    agreement.refresh_from_db()
    change_agreement(agreement, agreement.parties.all(), ends_on=_days(400), by=world.amina)
    assert [remind_of_ends(_days(days)) for days in (2, 339, 340, 341)] == [0, 0, 1, 0]
    assert Event.objects.filter(verb="agreement.reminded").count() == 3


def test_the_night_writes_of_what_ends_soon_and_of_nothing_that_is_over(world: World) -> None:
    today = timezone.localdate()
    for title, days in (("Bientôt", 10), ("Finie", -1), ("Plus tard", 90)):
        ends = today + timedelta(days=days)
        add_agreement(world.community, title, [], signed_on=date(2020, 1, 1), ends_on=ends, by=world.amina)
    job = start("programme.remind_expiry", world.community.pk)
    work()
    job.refresh_from_db()
    assert (job.result, ["Bientôt" in one.body for one in mail.outbox]) == ({"agreements": 1}, [True])
    assert f"/conventions/{Agreement.objects.get(title='Bientôt').pk}/" in mail.outbox[0].body


def test_what_ends_soon_waits_for_who_coordinates_alone(world: World, amina: Client, bruno: Client) -> None:
    ends = timezone.localdate() + timedelta(days=10)
    add_agreement(world.community, "Convention", [], signed_on=date(2020, 1, 1), ends_on=ends, by=world.bruno)
    asked = [client.get("/").context["awaiting"] for client in (amina, bruno)]
    waiting = [[one.title for one in some if one.url != "/compte/connexion/"] for some in asked]
    assert waiting == [["Convention"], []]
