"""Interim reports: figures that lead to what they count, live while one writes, frozen when published."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.cards.actions import publish_card
from recolte.coding.actions import code_excerpt, make_code, strike
from recolte.community.actions import join
from recolte.community.models import Role, User
from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.gatherings.actions import change_gathering, note_presence, plan_gathering
from recolte.journal.models import Event
from recolte.journal.verifying import verify
from recolte.programme.actions import add_axis, add_funding, start_programme
from recolte.programme.reports import Figure, Scope, Unit, figures, shown
from recolte.publishing.actions import (
    begin_report,
    change_report,
    own_folder,
    propose_report,
    publish_report,
    withdraw_report,
)
from recolte.publishing.figured import Told, asked_for, parts, unknown
from recolte.publishing.models import Edition, Report
from recolte.publishing.site import manifest
from recolte.sources.models import Kind
from tests.world import World, accepts, allows, claimed, kept, passage_of, says, work

HELD, LATER = date(2021, 9, 16), date(2021, 12, 3)
WORDS = "Visites : {visites}. On a enregistré {heures}."


@pytest.fixture
def year(world: World) -> World:
    """Two gatherings held, one under study, and what came of them; things of each kind that are not counted, too."""
    axis = add_axis(start_programme(world.community, "Essaimer", by=world.amina), 1, "Les outils", by=world.amina)
    change_gathering(world.gathering, by=world.amina, starts_on=HELD, axis=axis)
    facts = {"by": world.amina, "kind": "committee"}
    committee = plan_gathering(world.community, "Comité", starts_on=LATER, **facts)
    plan_gathering(world.community, "Peut-être", starts_on=HELD, is_option=True, **facts)
    plan_gathering(world.community, "Un jour", starts_on=timezone.localdate() + timedelta(days=30), **facts)
    plan_gathering(world.elsewhere, "Ailleurs", by=world.driss, starts_on=HELD)
    note_presence(world.gathering, [world.chloe], members=[world.bruno, world.amina], by=world.amina)
    note_presence(committee, [], members=[world.amina], by=world.amina)
    heard = kept(world, "table-ronde.wav")
    transcript = says(world, heard, "On a appris à se faire confiance.", "Personne ne le finance.")
    kept(world, "secret.wav", agreed="")
    kept(world, "secret de Bruno.wav", agreed="", by=world.bruno)
    for number in range(2):
        kept(world, f"photo {number}.jpg", Kind.PHOTO)
    kept(world, "carnet.md", Kind.DOCUMENT, text="Une note.")
    plan = kept(world, "plan.pdf", Kind.DOCUMENT)
    plan.format = "pdf"
    plan.save()
    trust = passage_of(world, transcript, "se faire confiance")
    money = passage_of(world, transcript, "le finance")
    for excerpt, name in [(trust, "confiance"), (trust, "temps"), (money, "confiance"), (money, "argent")]:
        code_excerpt(excerpt, make_code(world.community, name, by=world.bruno), by=world.bruno)
    allows(world.chloe)
    claim = claimed(world, "La confiance vient d’abord.", trust)
    accepts(world.chloe, claim)
    claimed(world, "Rien ne l’appuie encore.", card=claim.card)
    claimed(world, "Une autre fiche.")
    publish_card(claim.card, by=world.amina)
    strike(money, world.chloe)
    add_funding(world.community, world.atelier, "un", by=world.amina, amount=Decimal("1500.50"), state="secured")
    add_funding(world.community, world.atelier, "deux", by=world.amina, amount=9000)
    return world


@pytest.fixture
def held(world: World, settings: Any, tmp_path: Path) -> World:
    """A visit that was held, and a recording of it."""
    settings.PUBLIC_SITE = tmp_path / "public"
    change_gathering(world.gathering, by=world.amina, starts_on=HELD)
    kept(world, "table-ronde.wav")
    return world


EXPECTED = {
    "rencontres": 2, "visites": 1, "seminaires": 0, "seminaires-de-capitalisation": 0, "comites": 1, "ateliers": 0,
    "personnes": 3, "noyau": 1, "heures": 4000, "enregistrements": 1, "notes": 1, "documents": 1, "photos": 2,
    "prises-de-parole": 2, "reperages": 2, "codes": 2, "fiches": 2, "enseignements": 3, "enseignements-valides": 1,
    "enseignements-a-valider": 0, "enseignements-contestes": 0, "enseignements-plus-etayes": 0, "fiches-publiees": 1,
    "financements-acquis": 150050,
}  # fmt: skip


MEASURED: dict[str, Callable[[Any], int]] = {
    "heures": lambda rows: sum(one.duration_ms for one in rows),
    "prises-de-parole": lambda rows: sum(one.heard for one in rows),
    "financements-acquis": lambda rows: int(sum(one.amount for one in rows) * 100),
}


def _counted(client: Client, figure: Figure) -> int:
    """What the page that a figure leads to counts, as it is shown or taken away."""
    if figure.key in MEASURED:
        return MEASURED[figure.key](client.get(figure.url).context["listing"].rows)
    answer = client.get(f"{figure.url}{'&' if '?' in figure.url else '?'}as=csv")
    if answer.headers["Content-Type"].startswith("text/csv"):
        return len(list(csv.reader(io.StringIO(answer.content.decode())))) - 1
    page = answer.context
    return len(page["cards"]) if "cards" in page else sum(len(codes) for _title, codes in page["groups"])


def test_each_figure_is_what_the_list_that_it_leads_to_counts(year: World, amina: Client, bruno: Client) -> None:
    everything = figures(Scope(year.community))
    assert {one.key: one.value for one in everything} == EXPECTED
    assert {one.key: _counted(amina, one) for one in everything} == EXPECTED
    theirs = [one for one in everything if one.key in ("enregistrements", "prises-de-parole", "reperages")]
    assert [_counted(bruno, one) for one in theirs] == [one.value for one in theirs]


def test_days_and_an_axis_narrow_the_figures_and_their_lists_alike(year: World, amina: Client) -> None:
    axis = year.gathering.axis
    assert axis
    of_days, of_axis = figures(Scope(year.community, HELD, HELD)), figures(Scope(year.community, axes=[axis]))
    for counted in (of_days, of_axis):
        told = [one for one in counted if one.key not in ("seminaires", "ateliers", "photos", "documents")]
        assert {one.key: _counted(amina, one) for one in told} == {one.key: one.value for one in told}
    values = {one.key: one.value for one in of_days}
    asked = ("rencontres", "personnes", "heures", "prises-de-parole", "fiches")
    assert [values[key] for key in asked] == [1, 3, 4000, 0, 0]
    assert {one.key for one in of_axis}.isdisjoint({"fiches", "financements-acquis"})


# Writing -------------------------------------------------------------------------------------------------------------


def _report(world: World, text: str = WORDS, *, title: str = "Où nous en sommes") -> Report:
    report = begin_report(world.community, title, by=world.bruno)
    change_report(report, sections=[{"heading": "Fait", "text": text}], by=world.bruno)
    return report


def _said(client: Client, url: str) -> str:
    parts = client.get(url).context["parts"]
    return "\n".join(
        "".join(piece.figure.shown if piece.figure else piece.text for piece in paragraph)
        for part in parts
        for paragraph in part.paragraphs
    )


def test_a_report_begins_with_words_whose_figures_all_exist(held: World, bruno: Client) -> None:
    bruno.post(
        f"/communaute/{held.community.slug}/points-d-etape/nouveau/", {"title": "Automne", "starts_on": "2021-09-01"}
    )
    report = Report.objects.get()
    assert (report.title, report.starts_on, len(report.sections)) == ("Automne", date(2021, 9, 1), 4)
    page = bruno.get(report.get_absolute_url()).context
    assert (page["wrong"], len(page["figures"])) == ([], 14)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0 visite tenue."), (1, "1 visite tenue."), (2, "2 visites tenues."), (1204, "1\xa0204 visites tenues.")],
)
def test_a_figure_brings_its_noun_along_in_the_right_number(value: int, said: str) -> None:
    told = {"visites": Told("visites", "visites", value, Unit.COUNT)}
    text = "{ Visites | visite tenue | visites tenues }."
    (part,) = parts([{"heading": text, "text": text}], told)
    ((first, *rest),) = part.paragraphs
    assert (part.heading, first.figure, "".join(one.text for one in rest)) == (
        said,
        told["visites"],
        said.lstrip("0124\xa0"),
    )
    assert (asked_for([{"heading": text, "text": ""}]), unknown(text, ["visites"])) == (["visites"], [])


@pytest.mark.parametrize(
    ("ms", "said"), [(0, "0\xa0min"), (61_000, "2\xa0min"), (3_599_000, "60\xa0min"), (3_600_000, "1,0\xa0h")]
)
def test_less_than_an_hour_is_said_in_minutes(ms: int, said: str) -> None:
    assert shown(ms, Unit.MS) == said


def test_the_form_keeps_sections_shows_them_first_and_explains_a_wrong_word(held: World, bruno: Client) -> None:
    report = _report(held)
    url = f"{report.get_absolute_url()}ecrire/"
    facts = {
        "title": "Où nous en sommes",
        "count": "3",
        "heading0": "Un",
        "text0": "{ Visites } visites.\r\n\r\nEt {heures}.",
    }
    shown = bruno.post(url, facts | {"preview": "1"}).context["shown"]
    assert [len(part.paragraphs) for part in shown["parts"]] == [2]
    assert Report.objects.get().sections[0]["text"] == WORDS
    wrong = bruno.post(url, facts | {"text2": "{visite} et {rien du tout}"})
    assert (wrong.status_code, list(wrong.context["form"].errors), len(wrong.context["form"].errors["text2"])) == (
        422,
        ["text2"],
        2,
    )
    assert "{visites}" in wrong.context["form"].errors["text2"][0]
    noun = bruno.post(url, facts | {"text2": "{visite|visite faite} et {date}"}).context["form"].errors["text2"]
    assert ("{visites|visite faite}" in noun[0], "{" in noun[1].replace("{date}", "")) == (True, False)
    bruno.post(url, facts | {"heading2": "", "text2": "La suite."})
    assert Report.objects.get().sections == [
        {"heading": "Un", "text": "{ Visites } visites.\n\nEt {heures}."},
        {"heading": "", "text": "La suite."},
    ]
    assert _said(bruno, report.get_absolute_url()) == "1 visites.\nEt 1\xa0min.\nLa suite."


def test_a_section_is_moved_with_what_was_typed_and_kept_once_it_is_saved(held: World, bruno: Client) -> None:
    report = _report(held)
    url = f"{report.get_absolute_url()}ecrire/"
    facts = {"title": "Titre", "count": "3", "heading0": "Un", "text0": "a", "heading1": "Deux", "text1": "b"}
    form = bruno.post(url, facts | {"swap": "0"}).context["form"]
    assert [(heading.value(), text.value()) for heading, text in form.rows()][:2] == [("Deux", "b"), ("Un", "a")]
    assert Report.objects.get().sections[0]["text"] == WORDS
    assert bruno.post(url, facts | {"swap": "-1"}).context["form"]["text0"].value() == "a"


# Publishing ----------------------------------------------------------------------------------------------------------


def test_published_figures_are_frozen_with_their_day_and_stand_beside_those_of_today(
    held: World, amina: Client
) -> None:
    report = _report(held)
    assert amina.post(report.get_absolute_url(), {"do": "publish"}).status_code == 302
    edition = Edition.objects.get()
    now = {one.key: one.value for one in figures(Scope(held.community))}
    assert [(one["key"], one["value"]) for one in edition.figures] == [
        ("visites", now["visites"]),
        ("heures", now["heures"]),
    ]
    assert (edition.number, edition.by, edition.sha256) == (1, held.amina, edition.digest())
    plan_gathering(held.community, "Une autre visite", by=held.amina, starts_on=HELD)
    page = amina.get(edition.get_absolute_url()).context
    assert [(one.key, one.value, one.today) for one in page["figures"]] == [("visites", 1, 2), ("heures", 4000, None)]
    assert _said(amina, edition.get_absolute_url()).startswith("Visites : 1.")
    assert _said(amina, report.get_absolute_url()).startswith("Visites : 2.")


def test_who_researches_drafts_and_proposes_but_cannot_publish_alone(held: World, amina: Client, bruno: Client) -> None:
    report = _report(held)
    assert bruno.post(report.get_absolute_url(), {"do": "publish"}).status_code == 403
    assert bruno.post(report.get_absolute_url(), {"do": "withdraw"}).status_code == 403
    assert bruno.post(report.get_absolute_url(), {"do": "propose"}).status_code == 302
    waiting = [one.url for one in amina.get("/").context["awaiting"]]
    assert report.get_absolute_url() in waiting
    publish_report(report, by=held.amina)
    assert report.get_absolute_url() not in [one.url for one in amina.get("/").context["awaiting"]]


def test_each_publication_is_an_edition_and_the_earlier_ones_stay(held: World, amina: Client) -> None:
    report = _report(held)
    first = publish_report(report, by=held.amina)
    report.refresh_from_db()
    change_report(
        report,
        sections=[{"heading": "Vide", "text": ""}, {"heading": "", "text": "Autrement : {visites}."}],
        by=held.bruno,
    )
    assert Report.objects.get().is_ahead
    second = publish_report(report, by=held.amina)
    assert ([first.number, second.number], Report.objects.get().published) == ([1, 2], second)
    assert len(second.sections) == 1  # a heading without words waits for them
    assert _said(amina, first.get_absolute_url()).startswith("Visites : 1.")
    assert not amina.get(first.get_absolute_url()).context["is_current"]


@pytest.mark.parametrize("text", ["", "On a tenu {rien} rencontres."])
def test_what_says_nothing_or_asks_for_no_figure_is_not_published(held: World, text: str) -> None:
    with pytest.raises(ValidationError):
        publish_report(_report(held, text), by=held.amina)
    assert not Edition.objects.exists()


def test_a_name_that_may_not_be_public_is_said_before_publishing(held: World, amina: Client) -> None:
    report = _report(held, "Merci à Chloé pour {visites} visite.")
    assert len(amina.get(report.get_absolute_url()).context["names_said"]) == 1
    amina.post(report.get_absolute_url(), {"do": "publish"})
    assert not Edition.objects.exists()
    amina.post(report.get_absolute_url(), {"do": "publish", "anyway": "1"})
    assert Edition.objects.count() == 1
    allows(held.chloe, Purpose.QUOTE_NAME)
    assert amina.get(report.get_absolute_url()).context["names_said"] == []


def test_members_read_what_is_published_alone_and_follow_what_they_may(held: World) -> None:
    farid = User.objects.create_user("farid@example.org", "Farid")
    join(held.community, farid, Role.PRACTITIONER, by=held.amina)
    client = Client()
    client.force_login(farid)
    report = _report(held, "{visites} visites, {financements-acquis} acquis.")
    listed = f"/communaute/{held.community.slug}/points-d-etape/"
    assert (client.get(report.get_absolute_url()).status_code, client.get(listed).context["listing"].count) == (404, 0)
    edition = publish_report(report, by=held.amina)
    assert client.get(report.get_absolute_url()).headers["Location"] == edition.get_absolute_url()
    told = client.get(edition.get_absolute_url()).context["figures"]
    assert [(one.key, bool(one.url)) for one in told] == [("visites", True), ("financements-acquis", False)]
    assert client.post(report.get_absolute_url(), {"do": "propose"}).status_code == 403
    withdraw_report(report, by=held.amina)
    assert client.get(edition.get_absolute_url()).status_code == 404


def test_only_a_draft_that_was_never_published_is_removed(held: World, amina: Client) -> None:
    report, other = _report(held), _report(held)
    publish_report(report, by=held.amina)
    for one in (report, other):
        amina.post(one.get_absolute_url(), {"do": "remove"})
    assert list(Report.objects.all()) == [report]
    lines = Event.objects.filter(subject="publishing.report").order_by("id")
    assert [line.verb for line in lines][-2:] == ["report.published", "report.removed"]
    assert "Visites" not in str([line.data for line in lines])


# What everybody reads ------------------------------------------------------------------------------------------------


def test_the_public_site_holds_the_frozen_words_until_they_are_taken_back(
    held: World, amina: Client, anonymous: Client
) -> None:
    report = _report(held, "Visites : {visites}.\n\nFiches : {fiches-publiees}.")
    amina.post(report.get_absolute_url(), {"do": "publish"})
    plan_gathering(held.community, "Une autre visite", by=held.amina, starts_on=HELD)
    work()
    edition = Edition.objects.get()
    url = amina.get(edition.get_absolute_url()).context["public_url"]
    home = f"/public/{held.community.slug}/"
    path = home + url.partition(home)[2]
    body = anonymous.get(path).content.decode()
    assert (
        'Visites : <b class="figure">1</b>' in body,
        "/rencontres/" in body,
        'href="../../index.html">' in body,
    ) == (True, False, True)
    assert str(report.pk) in anonymous.get(f"{home}atom.xml").content.decode()
    assert report.title in anonymous.get(home).content.decode()
    assert [(one["number"], one["version"]) for one in (manifest(own_folder(held.community)) or {})["reports"]] == [
        (1, edition.sha256)
    ]
    amina.post(report.get_absolute_url(), {"do": "withdraw"})
    work()
    assert (anonymous.get(path).status_code, report.title in anonymous.get(home).content.decode()) == (404, False)


def test_an_edition_that_names_somebody_leaves_by_itself_when_they_take_their_name_back(
    held: World, amina: Client, anonymous: Client
) -> None:
    farid = User.objects.create_user("farid@example.org", "Farid")
    join(held.community, farid, Role.PRACTITIONER, by=held.amina)
    member = Client()
    member.force_login(farid)
    allows(held.chloe, Purpose.QUOTE_NAME)
    report, other = _report(held, "Merci à Chloé."), _report(held, title="Sans personne")
    for one in (report, other):
        amina.post(one.get_absolute_url(), {"do": "publish"})
    work()
    edition = Edition.objects.get(report=report)
    home = f"/public/{held.community.slug}/"
    path = home + amina.get(edition.get_absolute_url()).context["public_url"].partition(home)[2]
    withdraw(held.chloe, [Purpose.GROUP], how=Consent.How.LINK, by=None)
    assert Edition.objects.get(report=report).taken_back_at is None  # they may be named still
    withdraw(held.chloe, [Purpose.QUOTE_NAME], how=Consent.How.LINK, by=None)
    work()
    edition.refresh_from_db()
    pages = [home, path, f"{home}atom.xml", f"{home}preuve/", f"{home}recolte.json"]
    said = [anonymous.get(page) for page in pages]
    assert [one.status_code for one in said] == [200, 404, 200, 200, 200]
    assert [report.title in one.content.decode() for one in said] == [False] * 5
    assert other.title in said[0].content.decode()
    assert (edition.digest(), _broken()) == (edition.sha256, [])
    assert amina.get(edition.get_absolute_url()).status_code == 200
    assert report.get_absolute_url() in [one.url for one in amina.get("/").context["awaiting"]]
    change_report(report, sections=[{"heading": "", "text": "Merci."}], by=held.bruno)
    again = publish_report(report, by=held.amina)
    assert [member.get(one.get_absolute_url()).status_code for one in (edition, again)] == [404, 200]
    assert list(member.get(again.get_absolute_url()).context["others"]) == []
    assert report.get_absolute_url() not in [one.url for one in amina.get("/").context["awaiting"]]


def _broken() -> list[tuple[str, int]]:
    return [(line.address, walk.seen) for walk in verify() for line in walk.broken]


def test_verifying_finds_a_frozen_figure_that_was_changed_and_a_report_that_is_public_no_more(
    held: World, amina: Client
) -> None:
    report = _report(held)
    amina.post(report.get_absolute_url(), {"do": "publish"})
    work()
    edition = Edition.objects.get()
    assert _broken() == []
    figures_then = edition.figures
    edition.figures = [one | {"value": 12} for one in figures_then]
    edition.save()
    assert [address for address, _seen in _broken()] == [edition.get_absolute_url()]
    edition.sha256 = edition.digest()  # who changes both is told by the journal
    edition.save()
    assert edition.get_absolute_url() in [address for address, _seen in _broken()]
    Edition.objects.filter(pk=edition.pk).update(figures=figures_then)
    edition.refresh_from_db()
    Edition.objects.filter(pk=edition.pk).update(sha256=edition.digest())
    assert _broken() == []
    withdraw_report(Report.objects.get(), by=held.amina)
    assert [address for address, _seen in _broken()] == [report.get_absolute_url()]
    propose_report(report, by=held.bruno)
