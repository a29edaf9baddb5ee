"""Who only reads sees what is public; who objected is known to the team and to themselves; role and place can betray."""

import pytest
from django.test import Client
from django.utils import translation

from recolte.cards.actions import answer, publish_card
from recolte.cards.models import Answer, Card, Claim
from recolte.cards.naming import signatures
from recolte.cards.rules import standing
from recolte.community.actions import join
from recolte.community.models import Organisation, Role, User
from recolte.community.people import find_or_make_person
from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.sources.models import Source
from recolte.transcripts.actions import mark_listened
from tests.cards.telling import HIS, Telling, tell
from tests.world import QUOTED, World, accepts, allows, claimed, kept, passage_of, says


def member(world: World, name: str, role: Role) -> Client:
    user = User.objects.create_user("somebody@example.org" if role == Role.PRACTITIONER else "reader@example.org", name)
    join(world.community, user, role, by=world.amina)
    client = Client()
    client.force_login(user)
    return client


def pages(client: Client, world: World, card: Card) -> tuple[list[Card], list[str], int]:
    """The cards and the claims that are listed, and what the card's page answers."""
    cards = client.get(f"/communaute/{world.community.slug}/fiches/").context["cards"]
    listed = client.get(f"/communaute/{world.community.slug}/enseignements/").context["listing"]
    return (
        [one[0] for one in cards],
        [row.text for row in listed.page_obj],
        client.get(card.get_absolute_url()).status_code,
    )


@pytest.fixture
def told(world: World) -> Telling:
    return tell(world)


@pytest.mark.parametrize("role", [Role.HOST, Role.FUNDER, Role.OBSERVER, Role.COMMITTEE])
def test_drafts_and_objections_are_for_those_who_contribute(world: World, role: Role) -> None:
    said = says(world, passage_source(world), "On décide ensemble.", person=world.chloe)
    allows(world.chloe, *QUOTED)
    ready = claimed(world, "Décider ensemble se prépare.", passage_of(world, said, "décide ensemble"))
    draft = claimed(world, "Rien n’est décidé.", card=ready.card)
    other = claimed(world, "Une autre fiche.")
    reader, practitioner = member(world, "Élise", role), member(world, "Paul", Role.PRACTITIONER)
    assert pages(reader, world, ready.card) == ([], [], 404)
    assert pages(practitioner, world, ready.card)[2] == 200
    accepts(world.chloe, ready)
    publish_card(ready.card, by=world.amina)
    assert pages(reader, world, ready.card) == ([ready.card], [ready.text], 200)
    assert [one["claim"] for one in reader.get(ready.card.get_absolute_url()).context["claims"]] == [ready]
    assert reader.get(other.card.get_absolute_url()).status_code == 404
    assert len(practitioner.get(ready.card.get_absolute_url()).context["claims"]) == 2
    assert reader.get(f"/enseignements/{draft.pk}/appui/").status_code in (403, 404)


def passage_source(world: World) -> Source:
    return kept(world, "voix.wav")


def test_what_was_taken_back_is_not_told_to_who_only_reads(world: World, told: Telling) -> None:
    for person in (told.chloe, told.emile):
        allows(person, *QUOTED)
        accepts(person, told.claim)
    for turn in told.transcript.turns.all():
        mark_listened([turn], by=world.bruno)
    publish_card(told.claim.card, by=world.amina)
    withdraw(told.emile, [Purpose.QUOTE_PSEUDONYM], how=Consent.How.SPOKEN, by=world.amina)
    publish_card(told.claim.card, by=world.amina)
    page = member(world, "Élise", Role.HOST).get(told.claim.card.get_absolute_url())
    (shown,) = page.context["claims"]
    assert [one.passage.people for _label, chips in shown["stances"] for one, _chip in chips] == [[told.chloe]]
    assert HIS not in page.content.decode()


def test_who_objected_is_known_to_the_team_and_to_themselves(world: World, told: Telling) -> None:
    allows(told.chloe, *QUOTED)
    allows(told.emile, *QUOTED)
    claim = told.claim
    answer(claim, told.emile, Answer.REPHRASED, version=standing(claim).version, wording="On vote.")
    accepts(told.chloe, claim)
    paul = member(world, "Paul", Role.PRACTITIONER)
    with translation.override("en"):
        (shown,) = paul.get(claim.card.get_absolute_url(), headers={"Accept-Language": "en"}).context["claims"]
    assert [asked.person for asked in shown["asked"]] == [told.chloe]
    assert [(proposal.wording, known) for proposal, known in shown["proposals"]] == [("On vote.", False)]
    assert not any("Émile" in sentence for sentence in shown["missing"])
    (team,) = world.client("bruno").get(claim.card.get_absolute_url()).context["claims"]
    assert {asked.person for asked in team["asked"]} == {told.chloe, told.emile}
    told.emile.user = User.objects.get(email="somebody@example.org")
    told.emile.save()
    (own,) = paul.get(claim.card.get_absolute_url()).context["claims"]
    assert {asked.person for asked in own["asked"]} == {told.chloe, told.emile}


def ready_of(world: World, role: str, organisation: Organisation | None) -> Claim:
    person = find_or_make_person(world.community, name="Inès", role=role, by=world.amina)
    person.organisation = organisation
    person.save()
    said = says(world, passage_source(world), "On tient les comptes à trois.", person=person)
    allows(person, Purpose.GROUP, Purpose.QUOTE_PSEUDONYM)
    claim = claimed(world, "Les comptes se tiennent à plusieurs.", passage_of(world, said, "tient les comptes"))
    accepts(person, claim)
    return claim


def test_a_role_that_only_one_person_has_is_warned_of_before_publishing(world: World) -> None:
    claim = ready_of(world, "trésorière", world.atelier)
    amina = world.client("amina")
    address = f"/fiches/{claim.card_id}/publier/"
    asked = amina.post(address)
    assert (asked.status_code, [bool(one.warning) for one in asked.context["signed"]]) == (200, [True])
    claim.card.refresh_from_db()
    assert claim.card.published_at is None
    assert amina.post(address, {"sure": "1"}).status_code == 302
    claim.card.refresh_from_db()
    assert claim.card.published_at is not None


def test_two_of_one_role_or_a_pseudonym_hide_each_other(world: World) -> None:
    claim = ready_of(world, "trésorière", world.atelier)
    assert [bool(one.warning) for one in signatures([standing(claim)])] == [True]
    other = find_or_make_person(world.community, name="Rosa", role="trésorière", by=world.amina)
    other.organisation = world.atelier
    other.save()
    assert [bool(one.warning) for one in signatures([standing(claim)])] == [False]
    other.delete()
    person = standing(claim).borne[0].passage.people[0]
    person.pseudonym = "Maud"
    person.save()
    assert [(one.words.split(",")[0], one.warning) for one in signatures([standing(claim)])] == [("Maud", "")]
