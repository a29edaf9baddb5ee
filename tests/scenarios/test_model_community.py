"""A real research-action, entered through the forms, fact by fact, and found again.

A national movement of the solidarity economy, phase 1 from April 2021: organisations, dates and places that are public; no
person's name, only roles. Each fact is written in a note whose words are coded, and borne to a claim. What a form asks for
(structures and their ties, circles, functions, axes, phases, dates, money, lodging, who came, agenda: `model_rows`) is also
entered there, and found again on its page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from recolte.cards.models import Card, Claim
from recolte.coding.models import Code, Coding
from recolte.community.actions import found_community, join
from recolte.community.models import Community, Organisation, Person, Role, User
from recolte.gatherings.models import Gathering, Lodging
from recolte.journal.verifying import verify
from recolte.programme.models import Agreement
from recolte.sources.models import Source
from tests.scenarios.model_facts import (
    AGREED,
    CODES,
    COMMUNITY,
    FACTS,
    GATHERINGS,
    MONTHS,
    NOTES,
    PEOPLE,
    WHEN,
    Fact,
    Planned,
)
from tests.scenarios.model_rows import (
    AFFILIATIONS,
    AGENDA,
    AXES,
    CAPITALISATION,
    COMMITTEE,
    CONVENTION,
    CORE,
    FOUNDATIONS,
    FUNDING,
    HELD,
    LODGINGS,
    MANDATES,
    MOVEMENT,
    PARTNER,
    PASSING,
    PHASES,
    PROGRAMME,
    RELATIONS,
    STRUCTURES,
    TO_THINK_OF,
    WITHIN,
    enter_belonging,
    enter_preparations,
    enter_programme,
    enter_structures,
    gathering,
    person,
    relations,
    send,
    structure,
)
from tests.world import work

pytestmark = pytest.mark.slow


@dataclass
class Entered:
    """The community once everything is entered, and where the pages put it."""

    folder: Path
    community: Community
    users: dict[str, User] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.users[who])
        return client


def note_of(name: str) -> str:
    _gathering, _by, title, source = NOTES[name]
    lines = "\n".join(f"- {fact.words}" for fact in FACTS if fact.note == name)
    return f"# {title}\n\nSource : {source}.\n\n{lines}\n"


def enter(entered: Entered) -> None:
    """As Amina and Bruno do: gatherings, people, codes, notes, codings, cards, claims and what bears them."""
    amina, slug = entered.client("amina"), entered.community.slug
    for name, one in GATHERINGS.items():
        dates = {key: value for key in ("starts_on", "ends_on") if (value := getattr(one, key))}
        facts = {"kind": one.kind, "place": one.place, "is_option": "on" if one.is_option else ""} | dates
        facts |= MONTHS.get(one.months, {})
        send(amina, reverse("plan_gathering", args=[slug]), name=name, **facts)
    enter_structures(amina, slug)
    for role, name in PEOPLE:
        send(amina, reverse("persons", args=[slug]), name="", role=role, structure=name, pseudonym="")
    enter_belonging(amina, slug)
    enter_programme(amina, slug)
    enter_preparations(amina)
    for name, facet in CODES.items():
        definition = f"Ce que la communauté range sous « {name} »."
        send(amina, reverse("codes", args=[slug]), name=name, facet=facet, definition=definition)
    for name, (where, by, _title, _source) in NOTES.items():
        url = reverse("deposit", args=[gathering(where).pk])
        file = SimpleUploadedFile(name, note_of(name).encode())
        send(entered.client(by), url, brought=[file], statement=AGREED, language="fr")
    work()
    bruno = entered.client("bruno")
    for fact in FACTS:
        code_it(bruno, fact)
    for title in dict.fromkeys(fact.card for fact in FACTS):
        send(amina, reverse("cards", args=[slug]), title=title, question=title)
    for fact in FACTS:
        claim_it(amina, fact)


def code_it(client: Client, fact: Fact) -> None:
    """On the page of the paragraph that says the fact."""
    source = Source.objects.get(name=fact.note)
    blocks = client.get(source.get_absolute_url()).context["blocks"]
    (number,) = [one["number"] for one in blocks if one["text"] == fact.words]
    page = client.get(reverse("block", args=[source.pk, number])).context
    who = Person.objects.get(role=fact.who[0], organisation__name=fact.who[1])
    send(
        client,
        page["code_url"],
        start=page["start"],
        end=page["end"],
        quote=page["quote"],
        code=Code.objects.get(name=fact.code).pk,
        person=who.pk,
    )


def claim_it(client: Client, fact: Fact) -> None:
    """On the card; then the passage is looked for, and tied to the claim."""
    card = Card.objects.get(title=fact.card)
    if not card.claims.filter(text=fact.says).exists():
        send(client, reverse("new_claim", args=[card.pk]), kind=fact.kind, text=fact.says)
    url = reverse("evidence", args=[card.claims.get(text=fact.says).pk])
    shown = client.get(url, {"q": fact.words, "code": Code.objects.get(name=fact.code).pk}).context["chips"]
    ((passage, _chip),) = [one for one in shown if one[0].quote == fact.words]
    send(client, url, excerpt=passage.excerpt.pk, stance=fact.stance)


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Entered]:
    """Everything, entered once for all these tests, which only look at it."""
    folder = tmp_path_factory.mktemp("model")
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=folder / "media"), transaction.atomic():
        amina = User.objects.create_user("amina@example.org", "Amina")
        bruno = User.objects.create_user("bruno@example.org", "Bruno")
        community = found_community(COMMUNITY, by=amina)
        join(community, bruno, Role.RESEARCHER, by=amina)
        entered = Entered(folder, community, {"amina": amina, "bruno": bruno})
        enter(entered)
        yield entered
        transaction.set_rollback(True)


@pytest.fixture
def entered(whole: Entered, db: None, settings: Any) -> Entered:
    settings.MEDIA_STORE = whole.folder / "media"
    return whole


def words_of(answer: Any) -> str:
    """What a page says, without its tags."""
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ").split())


@pytest.mark.parametrize("name", GATHERINGS)
def test_each_gathering_has_its_kind_its_place_and_its_dates(entered: Entered, name: str) -> None:
    planned = GATHERINGS[name]
    page = entered.client("bruno").get(Gathering.objects.get(name=name).get_absolute_url())
    kept = page.context["gathering"]
    assert Planned(kept.kind, kept.place, kept.starts_on, kept.ends_on, kept.is_option, kept.months) == planned
    said = words_of(page)
    days = {
        date(2021, 4, 19): "19 avril 2021",
        date(2021, 9, 27): "27 septembre 2021",
        date(2021, 12, 3): "3 décembre 2021",
    }
    expected = [name, planned.place, planned.months, *([days[planned.starts_on]] if planned.starts_on else [])]
    assert [part for part in expected if part not in said] == []


@pytest.mark.parametrize("fact", FACTS, ids=[fact.name for fact in FACTS])
def test_each_fact_is_found_again(entered: Entered, fact: Fact) -> None:
    client, source = entered.client("bruno"), Source.objects.get(name=fact.note)
    hits = client.get(reverse("search"), {"q": f'"{fact.words}"'}).context["hits"]
    assert [(hit.source.name, hit.segment.text) for hit in hits] == [(fact.note, fact.words)]
    code = Code.objects.get(name=fact.code)
    held = client.get(code.get_absolute_url()).context["chips"]
    assert [chip.speaker for _passage, chip in held if chip.quote == fact.words] == [fact.who[0]]
    card = client.get(Card.objects.get(title=fact.card).get_absolute_url())
    (shown,) = [one for one in card.context["claims"] if one["claim"].text == fact.says]
    borne = [(one.evidence.stance, chip.quote) for _label, those in shown["stances"] for one, chip in those]
    assert (fact.stance, fact.words) in borne
    assert shown["claim"].kind == fact.kind
    assert fact.words in words_of(card)
    gathering = client.get(reverse("gathering", args=[source.gathering_id]))
    assert gathering.context["gathering"].name == NOTES[fact.note][0]
    assert fact.note in words_of(gathering)


@pytest.mark.parametrize("name", NOTES)
def test_each_note_says_its_source(entered: Entered, name: str) -> None:
    page = entered.client("amina").get(Source.objects.get(name=name).get_absolute_url())
    assert f"Source : {NOTES[name][3]}." in words_of(page)


def test_two_dates_that_conflict_are_both_shown_with_their_sources(entered: Entered) -> None:
    claim = Claim.objects.get(text=WHEN)
    page = entered.client("amina").get(claim.card.get_absolute_url())
    (shown,) = [one for one in page.context["claims"] if one["claim"] == claim]
    borne = [
        (one.evidence.stance, chip.quote, one.evidence.excerpt.source.name)
        for _label, those in shown["stances"]
        for one, chip in those
    ]
    assert claim.kind == "disagreement"
    assert borne == [
        ("supports", "L’axe 1 est opérationnel depuis mars 2021.", "origine.md"),
        ("contradicts", "L’axe 1 est opérationnel depuis avril 2021.", "demarrage.md"),
    ]


def test_structures_people_and_codes_are_all_there(entered: Entered) -> None:
    client, slug = entered.client("amina"), entered.community.slug
    speaking = [one for one in client.get(reverse("persons", args=[slug])).context["listing"].shown if one.role]
    assert sorted((one.role, str(one.organisation)) for one in speaking) == sorted(PEOPLE)
    assert {one.name for one in speaking} == {""}
    assert set(Organisation.objects.values_list("name", flat=True)) == set(STRUCTURES)
    assert {structure for _role, structure in PEOPLE} <= set(STRUCTURES)
    groups = client.get(reverse("codes", args=[slug])).context["groups"]
    assert {code.name: (code.facet, code.held) for _title, those in groups for code in those} == {
        name: (facet, sum(1 for fact in FACTS if fact.code == name)) for name, facet in CODES.items()
    }


def page_of(entered: Entered, name: str, *args: Any, who: str = "bruno") -> Any:
    """The page called `name`, of the community where nothing else is said."""
    return entered.client(who).get(reverse(name, args=args or [entered.community.slug]))


def listed(page: Any, *columns: str) -> list[tuple[Any, ...]]:
    """What the list of a page shows, column by column, in the order of its identifiers."""
    listing = page.context["listing"]
    chosen = [next(one for one in listing.columns if one.key == name) for name in columns]
    return [tuple(one.value(row) for one in chosen) for row in listing.rows.order_by("pk")]


def test_the_tree_of_the_programme_shows_the_axes_and_both_beginnings(entered: Entered) -> None:
    page = page_of(entered, "programme")
    (plan,) = page.context["programmes"]
    assert plan.row.variants == PROGRAMME["variants"].splitlines()
    assert {branch.row.number: branch.row.title for branch in plan.axes} == AXES
    first = plan.axes[0].phases
    assert {branch.row.number: branch.row.title for branch in first} == PHASES
    (told,) = first[0].dates
    assert told.disagree
    assert [(str(one), one.source) for one in told.facts] == [
        ("mars 2021", "plan de trois ans du mouvement"),
        ("avril 2021", "présentation de la démarche par le mouvement"),
    ]
    said = words_of(page)
    assert [
        one for one in (AXES[1], "mars 2021", "avril 2021", "décembre 2019", *PHASES.values()) if one not in said
    ] == []


def test_two_foundations_pay_for_it_and_no_amount_is_invented(entered: Entered) -> None:
    page = page_of(entered, "funding", who="amina")
    assert listed(page, "funder", "purpose", "amount") == [(name, what, None) for name, what, _state in FUNDING]
    assert [(one.state, one.count, one.unknown) for one in page.context["totals"]] == [
        ("secured", 2, 2),
        ("probable", 0, 0),
        ("sought", 0, 0),
    ]
    assert [name for name, _what, _state in FUNDING] == FOUNDATIONS


def test_the_convention_with_the_research_partner_has_both_parties(entered: Entered) -> None:
    page = page_of(entered, "agreement", Agreement.objects.get().pk)
    assert page.context["agreement"].title == CONVENTION["title"]
    assert {one.name for one in page.context["parties"]} == {MOVEMENT, PARTNER}
    assert CONVENTION["terms"] in words_of(page)


def test_structures_stand_on_the_map_and_what_ties_them_is_told_with_who_says_so(entered: Entered) -> None:
    assert {
        one.name: (one.kind, one.municipality, (one.latitude, one.longitude) if one.latitude else None)
        for one in Organisation.objects.all()
    } == STRUCTURES
    parts = [(inner, "part_of", outer, "") for inner, outer in WITHIN]
    assert relations(entered.community) == [*parts, *RELATIONS]
    page = page_of(entered, "organisation", structure(MOVEMENT).pk)
    assert sorted(row["other"].name for row in page.context["relations"]) == sorted(row[0] for row in RELATIONS)
    assert "Couserans (Ariège)" in words_of(page_of(entered, "organisation", structure("Transilience").pk))
    assert page_of(entered, "ecosystem").status_code == 200


def test_affiliations_nest_and_overlap(entered: Entered) -> None:
    nested = page_of(entered, "nesting").context["rows"]
    assert {(one.name, outer.object.name) for one, direct, _around in nested for outer in direct} == set(WITHIN)
    for who in {who for who, *_rest in AFFILIATIONS}:
        page = page_of(entered, "member", entered.community.slug, person(who).pk)
        held = [
            (who, one.organisation.name, str(one.starts_on or ""), str(one.ends_on or ""))
            for one, _above in page.context["affiliations"]
        ]
        assert sorted(held) == sorted(one for one in AFFILIATIONS if one[0] == who)


def test_each_function_stands_on_the_page_of_whose_it_is(entered: Entered) -> None:
    for who, role, scope, starts in MANDATES:
        page = page_of(entered, "member", entered.community.slug, person(who).pk)
        assert [(one.role, one.scope, str(one.starts_on or "")) for one in page.context["mandates"]] == [
            (role, scope, starts)
        ]
        assert scope in words_of(page)


def test_about_fifteen_came_every_time_and_more_than_a_hundred_once(entered: Entered) -> None:
    (core,) = entered.community.circles.all()
    assert page_of(entered, "circle", core.pk).context["count"] == len(CORE) == 15
    (counted,) = entered.client("bruno").get(reverse("gatherings")).context["turnouts"]
    assert (counted.gatherings, counted.core, counted.people) == (len(HELD), 15, len(CORE) + len(PASSING))
    assert counted.people > 100


def test_the_three_kinds_of_lodging_are_told_apart(entered: Entered) -> None:
    page = page_of(entered, "stays", gathering(CAPITALISATION).pk, who="amina")
    assert {place.kind: place.name for place, _those in page.context["places"]} == LODGINGS
    said = words_of(page)
    assert [one.name for one in Lodging.objects.all() if one.name not in said] == []


def test_the_committee_of_september_has_phase_two_on_its_agenda(entered: Entered) -> None:
    page = page_of(entered, "agenda", gathering(COMMITTEE).pk)
    assert [point["item"].title for point in page.context["points"]] == AGENDA
    assert gathering(COMMITTEE).starts_on == date(2021, 9, 27)


def test_the_visit_without_a_place_is_an_option_and_the_invitation_is_still_to_be_sent(entered: Entered) -> None:
    page = page_of(entered, "status")
    undated = {one.name for one in page.context["undated"] if one.is_option}
    assert undated == {"Visite apprenante à l’UFISC"}
    where, what = TO_THINK_OF
    moments = page_of(entered, "checklist", gathering(where).pk).context["moments"]
    assert what in [item.what for _label, items in moments for item in items if item.done_at is None]


def test_the_mirror_opens_on_what_each_structure_said(entered: Entered) -> None:
    page = entered.client("bruno").get(reverse("mirror", args=[entered.community.slug]))
    rows = {
        str(one): {str(cell.facet.value) for cell in cells if cell.passages}
        for one, cells in page.context["mirror"].rows
    }
    assert rows["Le partenaire de recherche"] == {"posture", "know_how", "strategy", "notion"}
    assert rows["ARDES"] == set()  # where it was received is a method, which the mirror does not compare


def test_every_fact_is_borne_and_the_chain_holds(entered: Entered) -> None:
    assert len(FACTS) == Coding.objects.count() == 66
    assert Claim.objects.count() == 65  # the two dates are one disagreement
    assert [str(link) for walk in verify() for link in walk.broken] == []
