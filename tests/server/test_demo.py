"""The demo ends with a card in every state, one of them public; told again, it changes nothing."""

import re
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Count
from django.test import Client, override_settings
from django.utils.timezone import localdate
from pytest_django import DjangoDbBlocker

from recolte.accompaniment.models import Application, Choice, FundingOption, Tie
from recolte.cards.models import Card, Claim, Kind
from recolte.cards.rules import standings, state_of
from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.coding.passages import passages
from recolte.community.ecosystem import nesting_on
from recolte.community.models import Community, Definition, Mandate, Organisation, Person, Relation, Role, User
from recolte.comparison.mirror import FACETS, mirror
from recolte.comparison.models import Issue
from recolte.comparison.standing import standings as where_issues_stand
from recolte.consent.rules import level
from recolte.gatherings.models import (
    AgendaItem,
    Gathering,
    HotQuestions,
    Lodging,
    SessionSpeaker,
    Support,
    Task,
    Turnout,
    turnouts,
)
from recolte.journal.verifying import verify
from recolte.programme.models import Agreement, Axis, FundingLine, Programme, Standing
from recolte.programme.reports import Scope, figures
from recolte.publishing.actions import own_folder
from recolte.publishing.models import Report
from recolte.publishing.site import manifest
from recolte.server.demo import Demo
from recolte.server.demo.story import day, read_story
from recolte.server.management.commands.demo import FOLDER
from recolte.sources.models import Source, State
from tests.browser.conftest import free_port
from tests.reliability.house import House, eventually
from tests.world import work

pytestmark = pytest.mark.slow

READ = "le comportement des conducteurs ne peut être prédit avec cent pour cent de certitude"
STATES = {
    "Écouter avant d’écrire": "published",
    "La convention commence par une page blanche": "validated",
    "On se fait confiance à table": "to_validate",
    "Ce que la machine entend": "to_listen",
    "Parler aux frontières": "to_consent",
    "L’outil du matin nous divise": "contested",
    "Des statuts qui protègent": "unsupported",
    "Jusqu’où ouvrir le cercle ?": "draft",
}


@pytest.fixture(scope="module")
def data(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """The demo, told once for all these tests, which only look at it."""
    folder = tmp_path_factory.mktemp("demo")
    here = override_settings(MEDIA_STORE=folder / "media", PUBLIC_SITE=folder / "public")
    with django_db_blocker.unblock(), here, transaction.atomic():
        told(Demo(FOLDER))
        yield folder
        transaction.set_rollback(True)


@pytest.fixture
def community(data: Path, db: None, settings: Any) -> Community:
    settings.MEDIA_STORE, settings.PUBLIC_SITE = data / "media", data / "public"
    return Community.objects.get()


def told(demo: Demo) -> Community:
    """What the command does, with the work done here and now."""
    community = demo.begin()
    demo.bring(community)
    work()
    demo.tell(community)
    demo.show(community)
    return community


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def states(community: Community) -> dict[str, str]:
    return {
        plain(card.title): state_of(card, standings(card.claims.all()))
        for card in Card.objects.filter(community=community)
    }


def rows() -> Counter[str]:
    return Counter({model._meta.label: model._base_manager.count() for model in apps.get_models()})


def test_there_is_a_card_in_every_state_and_a_claim_of_every_kind(community: Community) -> None:
    assert states(community) == STATES
    assert set(Claim.objects.values_list("kind", flat=True)) == set(Kind)
    assert all(1 <= card.claims.count() <= 4 and card.question for card in Card.objects.all())


def test_every_passage_of_the_story_is_there_and_the_chain_holds(community: Community) -> None:
    demo = Demo(FOLDER)
    codings = sum(len(one["codes"]) for one in demo.story["passages"])
    assert (Excerpt.objects.count(), Coding.objects.count()) == (len(demo.story["passages"]), codings)
    assert 30 <= codings <= 60
    assert set(Code.objects.values_list("facet", flat=True)) == set(Facet)
    assert not Code.objects.filter(definition="").exists()
    assert not Source.objects.exclude(state=State.READY).exists()
    assert [str(link) for walk in verify() for link in walk.broken] == []


def test_collectives_applied_and_each_is_told_where_it_stands(community: Community) -> None:
    assert sorted(Application.objects.values_list("state", flat=True)) == ["accompanied", "reading", "received"]
    assert Choice.objects.exclude(deviation="").values_list("set_aside__name", flat=True).get() == "Bruno"
    assert (Tie.objects.get().is_tied, FundingOption.objects.get().line.state) == (True, "sought")


def test_what_was_agreed_differs_from_one_to_the_other(community: Community) -> None:
    levels = {level(passage) for passage in passages(Excerpt.objects.select_related("source", "person"))}
    assert levels == {"", "group", "pseudonym", "named", "audio"}


def test_an_issue_crosses_structures_and_another_does_not_yet(community: Community) -> None:
    amina = User.objects.get(email="amina@example.org")
    found = where_issues_stand(Issue.objects.all(), community=community, reader=amina).values()
    assert {(len(one.organisations), one.is_disputed) for one in found} == {(3, True), (1, False)}


def test_the_mirror_has_rows_with_words_and_cells_where_nothing_was_observed(community: Community) -> None:
    amina = User.objects.get(email="amina@example.org")
    seen = mirror(community, reader=amina)
    filled = {str(one): sum(1 for cell in cells if cell.passages) for one, cells in seen.rows}
    assert filled == {
        "L’Atelier des Passerelles": 5,
        "La Filature d’Ombeline": 4,
        "La Halle de Port-Lisle": 2,
        "Laboratoire Entrelacs": 1,
        "Le Grenier d’Hautebraie": 4,
        "Réseau des Passerelles": 2,
    }
    assert {facet for one, cells in seen.rows for cell in cells if cell.passages for facet in [cell.facet]} == set(
        FACETS
    )


def test_the_public_page_holds_the_quote_and_the_clip(community: Community, client: Client) -> None:
    folder = own_folder(community)
    said = manifest(folder)
    assert said is not None
    (card,) = said["cards"]
    page = client.get(f"/public/{community.slug}/{card['page']}").content.decode()
    assert READ in page
    assert "FLEURS (Google), CC BY 4.0" in page
    (sound,) = [quote["sound"] for claim in card["claims"] for quote in claim["quotes"] if quote.get("sound")]
    clip = client.get(f"/public/{community.slug}/{sound}")
    assert (clip.status_code, clip["Content-Type"]) == (200, "audio/mpeg")


def test_told_again_nothing_changes(community: Community) -> None:
    before = rows()
    assert told(Demo(FOLDER)) == community
    assert rows() == before


def test_nobody_and_nothing_in_it_is_real(community: Community) -> None:
    """First names alone; structures and places of our own; each note says that it is invented."""
    names = set(Person.objects.exclude(name="").values_list("name", flat=True))
    guests = {name for told in read_story(FOLDER)["attendance"] for name in told.get("guests", [])}
    assert {name for name in guests if len(name.split()) > 1} == set()
    assert names - guests == {
        "Amina",
        "Bruno",
        "Malik",
        "Solène",
        "Yann",
        "Odile",
        "Chloé",
        "Rosa",
        "Gaspard",
        "Inès",
        "Fernand",
        "Karim",
        "Lucie",
        "Maëlle",
        "Nour",
        "Octave",
        "Paule",
        "Théo",
    }
    assert {user.name for user in User.objects.all()} < names
    assert all(user.email.endswith("@example.org") for user in User.objects.all())
    readers = Person.objects.filter(name="")
    assert sorted((one.role, one.organisation) for one in readers) == [("lecteur 2", None), ("lectrice 1", None)]
    invented = {
        "Passerelles",
        "Ombeline",
        "Hautebraie",
        "Port-Lisle",
        "Entrelacs",
        "Lisières",
        "Ombrelune",
        "Trois-Gués",
        "Clairières",
        "Case des Hauts",
    }
    assert all(any(word in one.name for word in invented) for one in Organisation.objects.all())
    places = set(Gathering.objects.values_list("place", flat=True))
    assert places == {"En ligne", "Valcendre", "Sainte-Ombeline", "Hautebraie", "Port-Lisle", ""}
    notes = sorted(FOLDER.glob("*/*.md"))
    assert len(notes) == 6
    for note in notes:
        text = note.read_text()
        assert "Texte inventé pour la démonstration" in text
        assert 150 <= len(text.split()) <= 350, note.name
        assert set(re.findall(r"(?:M\.|Mme|Madame|Monsieur) [A-Z]\w+", text)) == set()


def test_each_file_from_elsewhere_names_whom_it_is_from(community: Community) -> None:
    credits = {
        source.name: plain(source.deposit.credit)
        for source in Source.objects.filter(kind="recording").select_related("deposit")
    }
    fleurs = "FLEURS (Google), CC BY 4.0 : phrases lues à voix haute"
    assert credits == {
        "lecture-1.ogg": fleurs,
        "lecture-2.ogg": fleurs,
        "lecture-a-trois-voix.wav": fleurs,
        "lamartine.wav": "LibriVox, domaine public : un poème de Lamartine lu à voix haute",
    }
    attribution = (FOLDER.parent / "ATTRIBUTION.md").read_text()
    assert [name for name in credits if name not in attribution] == []


def test_the_programme_has_two_dates_that_disagree_and_money_that_is_not_all_sure(community: Community) -> None:
    (programme,) = Programme.objects.filter(community=community)
    assert (len(programme.variants), programme.axes.count(), programme.phases.count()) == (3, 4, 3)
    phase = programme.phases.get(axis__number=1, number=1)
    one, other = phase.dates.filter(what="start")
    assert one.disagrees_with(other) and {one.source, other.source} == {
        "la convention avec le laboratoire",
        "le compte rendu du séminaire d’entrée",
    }
    totals = {one.state: (one.amount, one.unknown) for one in FundingLine.objects.totals()}
    assert totals == {"secured": (60000, 0), "probable": (21500, 0), "sought": (0, 1)}
    paid = FundingLine.objects.filter(state="secured").values_list("funder__name", flat=True)
    assert sorted(paid) == ["Fondation Ombrelune", "Fondation des Trois-Gués"]
    standings = {one.title: one.standing(localdate()) for one in Agreement.objects.all()}
    assert standings == {
        "Convention de recherche avec le Laboratoire Entrelacs": Standing.TO_RENEW,
        "Partage des locaux du Grenier": Standing.OVER,
    }


def test_people_belong_to_several_structures_and_to_circles(community: Community) -> None:
    today = localdate()
    assert Person.objects.get(name="Bruno").affiliations.standing_on(today).count() == 5  # type: ignore[attr-defined]
    nested = nesting_on(community, today)
    names = dict(Organisation.objects.values_list("pk", "name"))
    around = {names[pk]: [names[outer] for outer in nested.around(pk)] for pk in nested.direct}
    assert around == {
        "Laboratoire Entrelacs": ["Institut des Trois-Lisières"],
        "Chaire Entrelacs": ["Laboratoire Entrelacs", "Institut des Trois-Lisières"],
        "Programme Lisières": ["Institut des Trois-Lisières", "Fondation Ombrelune"],
    }
    assert {one.kind: one.people_on(today).count() for one in community.circles.all()} == {"core": 15, "guests": 5}
    assert [one.name for one in Organisation.objects.filter(department="974")] == ["La Case des Hauts"]
    placed = Organisation.objects.exclude(latitude=None).exclude(department="974")
    assert all(42 < one.latitude < 51 and -5 < one.longitude < 8 for one in placed if one.latitude and one.longitude)
    assert placed.count() == 11
    assert Relation.objects.count() == 17
    assert Relation.objects.get(kind="shares_staff").object.name == "La Filature d’Ombeline"
    assert [one.kind for one in Relation.objects.filter(ends_on__lt=today)] == ["shares_premises"]


def test_who_was_what_half_a_year_ago_and_what_notions_meant_then(community: Community) -> None:
    held = Mandate.objects.filter(community=community).standing_on(day(-20)).select_related("user", "person")  # type: ignore[attr-defined]
    roles: dict[str, list[str]] = {}
    for one in held:
        roles.setdefault(one.role, []).append(str(one.who))
    assert {role: sorted(names) for role, names in roles.items()} == {
        "coordinator": ["Amina"],
        "researcher": ["Bruno"],
        "practitioner": ["Malik", "Solène", "Yann"],
        "committee": ["Lucie", "Malik", "Odile"],
        "funder": ["Karim"],
    }
    assert Definition.objects.filter(given_at__date__lte=day(-16, 5)).count() == Definition.objects.count() == 5


def test_the_gatherings_stand_on_axes_from_the_founding_seminar_to_months_ahead(community: Community) -> None:
    counted = dict(Axis.objects.annotate(n=Count("gatherings")).values_list("number", "n"))
    assert counted == {1: 8, 2: 0, 3: 1, 4: 0}
    founding = Gathering.objects.get(name="Séminaire fondateur")
    assert founding.starts_on and founding.starts_on < day(-100)
    ahead = Gathering.objects.get(starts_on=None, is_option=False)
    assert ahead.months and ahead.months_from and ahead.months_from > localdate()
    kinds = Lodging.objects.exclude(kind="participatory").values_list("kind", flat=True)
    assert sorted(kinds) == ["hostel", "rented"]
    invitation = Gathering.objects.get(name="Séminaire acteurs et chercheurs")
    assert (invitation.invitations.count(), invitation.checklist.filter(done_at=None).exists()) == (0, True)
    funder = Organisation.objects.get(name="Fondation Ombrelune")
    axes = list(Axis.objects.filter(funding_lines__funder=funder).distinct())
    told = {one.key: one.value for one in figures(Scope(community, axes=axes))}
    assert (told["visites"], told["seminaires"], told["personnes"]) == (2, 1, 117)


def test_who_came_makes_a_core_of_fifteen_among_more_than_a_hundred(community: Community) -> None:
    assert turnouts([community]) == [Turnout(community, gatherings=6, people=118, core=15)]


def test_a_visit_is_ready_and_a_committee_has_decided(community: Community) -> None:
    visit = Gathering.objects.get(name="Visite apprenante à la Halle de Port-Lisle")
    assert {one.place.name for one in visit.sessions.all() if one.place} == {"La Halle", "La salle du Conseil"}
    assert set(SessionSpeaker.objects.values_list("is_confirmed", flat=True)) == {True, False}
    assert (visit.lodgings.count(), visit.stays.count()) == (1, 2)
    assert 0 < visit.checklist.exclude(done_at=None).count() < visit.checklist.count()
    assert [one.name for one in Gathering.objects.filter(is_option=True)] == [
        "Visite apprenante au Collectif des Clairières"
    ]
    assert [one.name for one in Gathering.objects.exclude(called_off_at=None)] == ["Atelier d’écriture au Grenier"]
    assert [one.name for one in Gathering.objects.filter(tells_evenings=True)] == [visit.name]
    committee = Gathering.objects.get(name="Premier comité de pilotage")
    supports = Support.objects.filter(decision__item__gathering=committee)
    assert sorted(supports.values_list("kind", flat=True)) == ["card", "excerpt", "excerpt"]
    assert [one.what for one in Task.objects.late(localdate())] == [
        "Faire relire les notes de la Filature par celles et ceux qui y ont parlé"
    ]
    assert Task.objects.open().exclude(person=None, user=None).count() == 5
    put_off = AgendaItem.objects.exclude(follows=None).get()
    assert (put_off.title, put_off.gathering.name) == ("Les modalités de la phase 2", "Comité de pilotage")


def test_a_report_is_published_with_figures_of_that_day_and_another_waits(community: Community) -> None:
    published, waiting = Report.objects.order_by("id")
    assert published.published and waiting.proposed_at and not waiting.published
    assert {
        one["key"]: one["value"] for one in published.published.figures if one["key"] in ("personnes", "noyau")
    } == {
        "personnes": 118,
        "noyau": 15,
    }


def test_hot_answers_show_from_five_on(community: Community) -> None:
    shown = {one.gathering.name: (one.count, [len(texts) for _q, texts in one.results]) for one in _hot()}
    assert shown == {"Séminaire de capitalisation": (6, [6, 5, 6]), "Atelier de lecture à voix haute": (3, [0])}


def _hot() -> list[HotQuestions]:
    return list(HotQuestions.objects.select_related("gathering"))


def test_who_coordinates_who_researches_and_who_practises(community: Community) -> None:
    roles = {one.user.email.partition("@")[0]: one.role for one in community.memberships.select_related("user")}
    practice = dict.fromkeys(["malik", "solene", "yann"], Role.PRACTITIONER)
    assert roles == {"amina": Role.COORDINATOR, "bruno": Role.RESEARCHER} | practice
    assert Person.objects.exclude(user=None).count() == 5


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House.at(tmp_path / "house")
    house.environment |= {"RECOLTE_SPEECH_MODEL": "base"}
    yield house
    house.kill_everything()


@pytest.mark.speech
def test_the_command_hears_the_recordings_and_opens_the_pages(house: House) -> None:
    for _again in range(2):
        demo = house.begin("demo", "--port", str(free_port()))
        site, personal, home, sign_in = [next_link(demo) for _line in range(4)]
        assert ("/public/les-passerelles/" in site, "/parole/" in personal, "/connexion/lien/" in sign_in) == (
            True,
        ) * 3
        eventually(lambda: answers(home), "the server")  # noqa: B023
        assert READ in plain(fetch(personal))
        page = re.search(r'href="(fiches/[^"]+)"', fetch(site))
        assert page and READ in plain(fetch(site + page[1].removesuffix("index.html")))
        demo.terminate()
        house.ended(demo)
    assert "The chain holds" in house.run("verify")
    assert house.count("transcripts_transcript WHERE is_complete AND origin = 'machine'") == 4
    heard = house.ask("SELECT text FROM transcripts_turn WHERE listened_at IS NULL")
    assert any("tout ce que je" in text for (text,) in heard)  # the poem, as the machine heard it
    assert house.count("cards_card") == len(STATES)


def next_link(process: "subprocess.Popen[str]") -> str:
    """The next address that a command prints."""
    assert process.stdout is not None
    found = eventually(lambda: re.search(r"http\S+", process.stdout.readline()), "an address")  # type: ignore[union-attr]
    return found[0] if found else ""


def answers(url: str) -> bool:
    try:
        return bool(fetch(url))
    except OSError:
        return False


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310
        return str(answer.read().decode())
