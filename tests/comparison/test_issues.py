"""Cross-cutting issues: structures counted from the words that bear them; dissent of equal rank; rights respected."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from recolte.cards.actions import answer
from recolte.cards.models import Answer
from recolte.cards.rules import standing as claim_standing
from recolte.coding.actions import code_excerpt, make_code, uncode
from recolte.coding.models import Excerpt, Stance
from recolte.community.actions import join
from recolte.community.models import Organisation, Person, Role, User
from recolte.comparison.actions import (
    bear,
    bear_no_more,
    change_issue,
    give_opinion,
    raise_issue,
    take_back_opinion,
    take_to,
)
from recolte.comparison.models import Bearing, Issue
from recolte.comparison.standing import standing
from recolte.consent.models import Purpose
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.actions.committee import add_item, decide, lean_on
from recolte.gatherings.linked import read_address
from recolte.journal.models import Event
from recolte.journal.verifying import verify
from recolte.programme.actions import add_axis, start_programme
from tests.world import World, allows, claimed, kept, passage_of, says

HERS = "Quand la subvention s’arrête, on perd nos gens."
HIS = "Chez nous ce sont les gens qui perdent patience."


@pytest.fixture
def dora(world: World) -> Person:
    fournil = Organisation.objects.create(community=world.community, name="Le Fournil")
    return Person.objects.create(community=world.community, name="Dora", organisation=fournil)


@pytest.fixture
def issue(world: World, dora: Person) -> Issue:
    """Raised by the Atelier, and contradicted by the Fournil."""
    issue = raise_issue(world.community, "Tenir quand le financement s’arrête", by=world.bruno)
    hers = passage_of(world, says(world, kept(world, "a.wav"), HERS), "on perd nos gens")
    his = passage_of(world, says(world, kept(world, "b.wav"), HIS, person=dora), "perdent patience")
    bear(issue, hers, by=world.bruno)
    bear(issue, his, stance=Stance.CONTRADICTS, by=world.bruno)
    return issue


@pytest.fixture
def elise(world: World) -> User:
    elise = User.objects.create_user("elise@example.org", "Élise")
    join(world.community, elise, Role.PRACTITIONER, by=world.amina)
    return elise


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_issue_is_cross_cutting_from_two_structures_whatever_they_say_of_it(
    world: World, issue: Issue, dora: Person
) -> None:
    where = standing(issue, reader=world.bruno)
    assert [str(one) for one in where.organisations] == ["Le Fournil", "L’Atelier"] and where.is_cross_cutting
    assert where.voices == [world.chloe, dora]
    assert [(str(one.organisation), [n for _stance, n in one.counts]) for one in where.by_structure] == [
        ("Le Fournil", [0, 0, 1]),
        ("L’Atelier", [1, 0, 0]),
    ]
    bear_no_more(Bearing.objects.get(stance=Stance.CONTRADICTS), by=world.bruno)
    where = standing(issue, reader=world.bruno)
    assert (where.is_cross_cutting, where.is_disputed) == (False, False)


def test_who_belongs_to_no_known_structure_makes_no_structure(world: World, issue: Issue, dora: Person) -> None:
    dora.organisation = None
    dora.save()
    where = standing(issue, reader=world.bruno)
    assert not where.is_cross_cutting
    assert [(str(one.organisation), [n for _stance, n in one.counts]) for one in where.by_structure] == [
        ("L’Atelier", [1, 0, 0]),
        ("None", [0, 0, 1]),
    ]


def test_counts_are_of_what_the_reader_may_read_and_follow_a_withdrawal(
    world: World, issue: Issue, dora: Person, elise: User
) -> None:
    def counted() -> list[int]:
        return [len(standing(issue, reader=who).organisations) for who in (world.bruno, elise)]

    assert counted() == [2, 0]
    allows(dora, Purpose.GROUP)
    assert counted() == [2, 1]
    claim = claimed(world, "On perd patience.", Bearing.objects.get(stance=Stance.CONTRADICTS).excerpt)
    answer(claim, dora, Answer.STRUCK, version=claim_standing(claim).version)
    assert counted() == [1, 0]
    page = _signed_in(world.bruno).get(issue.get_absolute_url()).content.decode()
    assert (page.count("on perd nos gens"), page.count("perdent patience")) == (1, 0)


def test_the_page_shows_each_passage_once_under_what_it_does(world: World, issue: Issue, bruno: Client) -> None:
    page = bruno.get(issue.get_absolute_url())
    sides = page.context["standing"].sides
    assert [(side.stance, [one.passage.quote for one in side.borne]) for side in sides] == [
        ("supports", ["on perd nos gens"]),
        ("nuances", []),
        ("contradicts", ["perdent patience"]),
    ]
    assert page.content.decode().count('href="#contradicts"') == 1


def test_words_are_found_by_code_and_by_structure_and_tied_from_the_page(
    world: World, issue: Issue, bruno: Client
) -> None:
    his = Bearing.objects.get(stance=Stance.CONTRADICTS)
    code_excerpt(his.excerpt, make_code(world.community, "patience", by=world.bruno), by=world.bruno)
    bear_no_more(his, by=world.bruno)
    page = f"{issue.get_absolute_url()}appui/"
    fournil = Organisation.objects.get(name="Le Fournil")

    def found(**asked: object) -> list[str]:
        return [passage.quote for passage, _chip in bruno.get(page, asked).context["chips"]]

    code = his.excerpt.codings.get().code_id
    assert found(code=code) == found(structure=fournil.pk) == found(q="patience") == ["perdent patience"]
    assert found(structure=world.atelier.pk) == []  # hers bears it already
    answered = bruno.post(f"{page}?code={code}", {"excerpt": his.excerpt_id, "stance": "nuances"})
    assert answered.headers["Location"] == f"{page}?code={code}"
    assert list(issue.bearings.values_list("stance", flat=True)) == ["supports", "nuances"]


def test_the_page_starts_from_the_notions_and_ties_what_was_ticked_in_one_go(world: World, bruno: Client) -> None:
    said = says(world, kept(world, "a.wav"), HERS)
    perd, gens = (passage_of(world, said, words) for words in ("on perd", "nos gens"))
    notion = make_code(world.community, "perte", by=world.bruno)
    code_excerpt(perd, notion, by=world.bruno)
    issue = raise_issue(world.community, "Tenir", by=world.bruno, codes=[notion])
    page = f"{issue.get_absolute_url()}appui/"

    def shown(asked: str) -> set[object]:
        return {passage.excerpt.pk for passage, _chip in bruno.get(page + asked).context["chips"]}

    assert shown("") == {perd.pk}
    uncoded = raise_issue(
        world.community, "Rien", by=world.bruno, codes=[make_code(world.community, "x", by=world.bruno)]
    )
    assert bruno.get(f"{uncoded.get_absolute_url()}appui/").context["page_obj"].paginator.count == 2
    assert shown("?q=") == shown(f"?gathering={world.gathering.pk}") == {perd.pk, gens.pk}
    bruno.post(page, {"stance": "nuances"})
    bruno.post(page, {"excerpt": [perd.pk, "x"], "stance": "none of them"})
    assert not issue.bearings.exists()
    bruno.post(page, {"excerpt": [perd.pk, gens.pk], "stance": "nuances"})
    assert {(one.excerpt_id, one.stance) for one in issue.bearings.all()} == {
        (perd.pk, "nuances"),
        (gens.pk, "nuances"),
    }
    assert shown("?q=") == set()


def test_a_passage_leads_to_a_new_issue_and_stays_as_long_as_one_holds_it(world: World, bruno: Client) -> None:
    excerpt = passage_of(world, says(world, kept(world, "a.wav"), HERS), "on perd nos gens")
    coding = code_excerpt(excerpt, make_code(world.community, "perte", by=world.bruno), by=world.bruno)
    assert bruno.post(f"/extraits/{excerpt.pk}/enjeu/", {"stance": "supports"}).status_code == 422
    bruno.post(f"/extraits/{excerpt.pk}/enjeu/", {"title": " Tenir  bon ", "stance": "nuances"})
    bearing = Bearing.objects.get()
    assert (bearing.issue.title, bearing.stance, bearing.excerpt) == ("Tenir bon", "nuances", excerpt)
    uncode(coding, by=world.bruno)
    assert Excerpt.objects.filter(pk=excerpt.pk).exists()
    bear_no_more(bearing, by=world.bruno)
    assert not Excerpt.objects.filter(pk=excerpt.pk).exists()


def test_a_member_dissents_under_their_name_and_alone_takes_it_back(
    world: World, issue: Issue, elise: User, bruno: Client
) -> None:
    hers = _signed_in(elise)
    assert hers.get(f"{issue.get_absolute_url()}appui/").status_code == 403
    assert hers.post(f"{issue.get_absolute_url()}avis/", {"stance": "contradicts", "text": ""}).status_code == 422
    hers.post(f"{issue.get_absolute_url()}avis/", {"stance": "contradicts", "text": "Pas chez nous."})
    opinion = issue.opinions.get()
    page = bruno.get(issue.get_absolute_url())
    assert page.context["standing"].sides[2].opinions == (opinion,)
    assert (page.content.decode().count("Pas chez nous."), page.content.decode().count("Élise")) == (1, 1)
    assert bruno.post(f"/enjeux/avis/{opinion.pk}/").status_code == 403
    assert bruno.post(f"{issue.get_absolute_url()}modifier/", {"remove": "1"}).status_code == 403
    assert hers.post(f"/enjeux/avis/{opinion.pk}/").status_code == 302
    assert bruno.post(f"{issue.get_absolute_url()}modifier/", {"remove": "1"}).status_code == 302
    assert not Issue.objects.exists()


def test_who_only_observes_gives_no_opinion(world: World, issue: Issue) -> None:
    fadi = User.objects.create_user("fadi@example.org", "Fadi")
    join(world.community, fadi, Role.OBSERVER, by=world.amina)
    page = f"{issue.get_absolute_url()}avis/"
    assert _signed_in(fadi).post(page, {"stance": "supports", "text": "Oui."}).status_code == 403


def test_the_history_keeps_who_changed_what_and_the_words_of_before(world: World, issue: Issue, bruno: Client) -> None:
    change_issue(issue, title="Tenir sans subvention", by=world.amina)
    change_issue(issue, axis=None, by=world.amina)
    take_back_opinion(give_opinion(issue, Stance.NUANCES, "Parfois.", by=world.bruno), by=world.bruno)
    happened = bruno.get(f"{issue.get_absolute_url()}histoire/").context["happened"]
    assert [(one["event"].by.name, one["event"].verb.removeprefix("issue.")) for one in happened] == [
        ("Bruno", "opinion_taken_back"),
        ("Bruno", "opinion_given"),
        ("Amina", "placed"),
        ("Amina", "changed"),
        ("Bruno", "borne"),
        ("Bruno", "borne"),
        ("Bruno", "raised"),
    ]
    assert [one["former"].title for one in happened if one["former"]] == ["Tenir quand le financement s’arrête"]
    tied = [bearing.excerpt.get_absolute_url() for bearing in issue.bearings.order_by("-id")]
    assert [one["passage"].url for one in happened if one["passage"]] == tied
    assert "Parfois" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_decision_rests_on_an_issue_that_was_taken_to_a_committee(world: World, issue: Issue, bruno: Client) -> None:
    point = add_item(plan_gathering(world.community, "Comité", by=world.amina), "Le fonds commun", by=world.amina)
    decision = decide(point, "Un fonds commun.", "2021-09-27", by=world.amina)
    facts = {"title": issue.title, "calls_for": "Un fonds ?", "address": f"http://testserver{point.get_absolute_url()}"}
    assert bruno.post(f"{issue.get_absolute_url()}modifier/", facts).status_code == 302
    lean_on(decision, read_address(f"http://testserver{issue.get_absolute_url()}"), by=world.amina)
    issue.refresh_from_db()
    assert issue.address == ("point", point.pk)
    page = bruno.get(issue.get_absolute_url()).context
    assert (page["dealt_with"].title, list(page["decisions"])) == ("Le fonds commun", [decision])
    wrong = bruno.post(f"{issue.get_absolute_url()}modifier/", facts | {"address": issue.get_absolute_url()})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["address"])
    elsewhere = add_item(plan_gathering(world.elsewhere, "Ailleurs", by=world.driss), "Un point", by=world.driss)
    with pytest.raises(ValidationError):
        take_to(issue, ("point", elsewhere.pk), by=world.bruno)
    with pytest.raises(ValidationError):
        lean_on(decision, ("decision", decision.pk), by=world.amina)


def test_the_list_is_narrowed_by_what_the_words_say_and_taken_away_with_their_address(
    world: World, issue: Issue, bruno: Client
) -> None:
    axis = add_axis(start_programme(world.community, "Essaimer", by=world.amina), 1, "Outils", by=world.amina)
    code = make_code(world.community, "coopération", by=world.bruno)
    other = raise_issue(world.community, "Se dire non", codes=[code], axis=axis, by=world.bruno)
    page = f"/communaute/{world.community.slug}/enjeux/"

    def listed(**asked: object) -> list[object]:
        return list(bruno.get(page, asked).context["listing"].page_obj)

    assert listed() == [other, issue]
    assert listed(state="crossing") == listed(state="disputed") == listed(q="financement") == [issue]
    assert listed(structure=world.atelier.pk) == [issue]
    assert listed(state="not_crossing") == listed(code=code.pk) == listed(axis=axis.pk) == [other]
    table = list(
        csv.reader(io.StringIO(bruno.get(page, {"as": "csv", "q": "financement"}).content.decode("utf-8-sig")))
    )
    assert table[1][2:8] == ["2", "2", "1", "0", "1", "0"]
    assert table[1][-1].endswith(issue.get_absolute_url())
    programme = bruno.get(f"/communaute/{world.community.slug}/demarche/").content.decode()
    assert (programme.count(other.get_absolute_url()), programme.count(issue.get_absolute_url())) == (1, 0)


def test_the_walk_finds_a_passage_that_nobody_tied_so(issue: Issue) -> None:
    def lost() -> list[str]:
        return [one.address for walk in verify() for one in walk.broken if one.address.startswith("/enjeux/")]

    assert lost() == []
    Bearing.objects.filter(stance=Stance.SUPPORTS).update(stance=Stance.NUANCES)
    assert lost() == [issue.get_absolute_url()]
