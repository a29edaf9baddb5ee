"""Cards: writing claims, tying words to them, and what each one lacks before it can be public."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from recolte.cards.actions import adopt, answer, change_claim, publish_card, tie, untie, write_card
from recolte.cards.models import Answer, Card, Claim, Evidence, Kind, Validation
from recolte.cards.rules import standing, standings, state_of
from recolte.coding.actions import say_whose
from recolte.coding.models import Excerpt, Stance
from recolte.community.models import Person
from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.journal.models import Event
from recolte.sources.models import Kind as SourceKind
from recolte.transcripts.actions import mark_listened, name_voice
from tests.world import World, accepts, allows, claimed, kept, passage_of, says, spoken

NOTE = "La convention a été rédigée à trois, avec la commune."


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def lacks(claim: Claim) -> list[list[str]]:
    return [[lack.value for lack in one.lacks] for one in standing(claim).borne]


def test_what_a_voice_lacks_one_after_the_other(world: World) -> None:
    transcript = spoken(kept(world, "son.wav"), "La coopération se prépare comme un repas.")
    claim = claimed(world, "Coopérer se prépare.")
    assert (standing(claim).state, standing(claim).missing()) == (
        "draft",
        ["Nothing bears this claim yet: tie a passage to it that supports it."],
    )
    tie(claim, passage_of(world, transcript, "se prépare comme un repas"), by=world.bruno)
    assert (standing(claim).state, lacks(claim)) == ("to_listen", [["speaker", "listening"]])
    turns = list(transcript.turns.all())
    name_voice(turns, world.chloe, by=world.bruno)
    assert lacks(claim) == [["consent", "listening"]]
    mark_listened(turns, by=world.bruno)
    assert (standing(claim).state, lacks(claim)) == ("to_consent", [["consent"]])
    allows(world.chloe, Purpose.GROUP, Purpose.QUOTE_PSEUDONYM)
    now = standing(claim)
    assert (now.state, lacks(claim), [one.may_sound for one in now.borne]) == ("to_validate", [[]], [False])
    assert now.missing() == ["Chloé has not answered yet."]
    accepts(world.chloe, claim)
    assert (standing(claim).state, standing(claim).missing(), standing(claim).is_ready) == ("validated", [], True)
    allows(world.chloe, Purpose.PUBLISH_AUDIO)
    assert [one.may_sound for one in standing(claim).borne] == [True]


def test_a_note_is_read_back_by_somebody_else_who_was_there(world: World, bruno: Client, amina: Client) -> None:
    source = kept(world, "carnet.md", SourceKind.DOCUMENT, text=NOTE)  # Amina's
    excerpt = passage_of(world, source, "rédigée à trois")
    claim = claimed(world, "On écrit à trois.", excerpt)
    assert lacks(claim) == [["speaker", "reading"]]
    say_whose(excerpt, world.chloe, by=world.bruno)
    page = f"/extraits/{excerpt.pk}/relu/"
    assert amina.post(page, {"present": "1"}).status_code == 403
    bruno.post(page)
    assert lacks(claim) == [["consent", "reading"]]
    bruno.post(page, {"present": "1"})
    assert lacks(claim) == [["consent"]]
    assert Excerpt.objects.get().read_back_by == world.bruno


@pytest.fixture
def claim(world: World) -> Claim:
    transcript = says(world, kept(world, "son.wav"), "La coopération se prépare.", "Le conflit est nommé.")
    allows(world.chloe)
    return claimed(world, "Coopérer se prépare.", passage_of(world, transcript, "La coopération se prépare"))


def test_who_rephrases_has_agreed_to_their_own_words(world: World, claim: Claim) -> None:
    first = standing(claim).version
    theirs = answer(claim, world.chloe, Answer.REPHRASED, version=first, wording="Coopérer, ça se prépare à plusieurs.")
    now = standing(claim)
    assert (now.state, [one.wording for one in now.proposals]) == (
        "contested",
        ["Coopérer, ça se prépare à plusieurs."],
    )
    adopt(theirs, by=world.amina)
    claim.refresh_from_db()
    now = standing(claim)
    assert (claim.text, now.state, now.proposals) == ("Coopérer, ça se prépare à plusieurs.", "validated", ())
    change_claim(claim, "Coopérer se prépare.", kind=Kind.FINDING, by=world.amina)
    assert (standing(claim).version, standing(claim).state) == (first, "contested")


def test_an_answer_to_words_that_changed_meanwhile_is_not_taken(world: World, claim: Claim) -> None:
    read = standing(claim).version
    change_claim(claim, "Coopérer se prépare longtemps.", kind=Kind.FINDING, by=world.amina)
    with pytest.raises(ValidationError) as refused:
        answer(claim, world.chloe, Answer.ACCEPTED, version=read)
    assert refused.value.messages == ["This claim was changed while you were reading: read it again, then answer."]
    assert Validation.objects.count() == 0


def test_who_strikes_takes_their_words_off_every_claim(world: World, claim: Claim) -> None:
    excerpt = claim.evidence.get().excerpt
    other = claimed(world, "Tout se prépare.", excerpt)
    accepts(world.chloe, other)
    answer(claim, world.chloe, Answer.STRUCK, version=standing(claim).version)
    assert [standing(one).state for one in (claim, other)] == ["unsupported", "unsupported"]
    assert standing(claim).missing() == [
        "All that bore this claim was withdrawn: find other evidence, or take the claim back."
    ]


def test_dissent_has_to_be_validated_too_and_cannot_bear_a_claim_alone(world: World, claim: Claim) -> None:
    dora = Person.objects.create(community=world.community, name="Dora")
    allows(dora)
    accepts(world.chloe, claim)
    assert standing(claim).state == "validated"
    other = says(world, kept(world, "autre.wav"), "Rien ne se prépare vraiment.", person=dora)
    against = tie(claim, passage_of(world, other, "Rien ne se prépare"), stance=Stance.CONTRADICTS, by=world.bruno)
    now = standing(claim)
    assert (now.state, [str(asked.person) for asked in now.asked]) == ("to_validate", ["Chloé", "Dora"])
    assert [asked.is_reopened for asked in now.asked] == [True, False]
    untie(Evidence.objects.get(stance=Stance.SUPPORTS), by=world.bruno)
    assert standing(claim).missing()[0] == "Nothing bears this claim yet: tie a passage to it that supports it."
    untie(against, by=world.bruno)
    assert (Evidence.objects.count(), Excerpt.objects.count()) == (0, 0)  # nothing else held the passages


def test_a_passage_of_several_voices_needs_all_of_them(world: World) -> None:
    dora = Person.objects.create(community=world.community, name="Dora")
    transcript = spoken(kept(world, "son.wav"), "On se prépare.", "Mais longtemps.")
    first, second = transcript.turns.all()
    name_voice([first], world.chloe, by=world.bruno)
    name_voice([second], dora, by=world.bruno)
    mark_listened([first, second], by=world.bruno)
    claim = claimed(world, "Il faut du temps.", passage_of(world, transcript, "On se prépare.\nMais longtemps."))
    allows(world.chloe)
    assert lacks(claim) == [["consent"]]
    allows(dora)
    accepts(world.chloe, claim)
    assert (standing(claim).state, lacks(claim)) == ("to_validate", [[]])
    accepts(dora, claim)
    assert standing(claim).state == "validated"
    withdraw(dora, [Purpose.GROUP], how=Consent.How.PAPER, by=world.amina)
    assert standing(claim).state == "unsupported"


def test_the_state_of_a_card_is_that_of_its_least_advanced_claim(world: World, claim: Claim) -> None:
    card = claim.card
    assert [state_of(card, []), state_of(card, standings([claim]))] == ["draft", "to_validate"]
    accepts(world.chloe, claim)
    assert state_of(card, standings([claim])) == "validated"
    publish_card(card, by=world.amina)
    assert state_of(card, standings([claim])) == "published"
    other = claimed(world, "Autre chose.", card=card)
    assert state_of(card, standings([claim, other])) == "published"
    withdraw(world.chloe, [Purpose.QUOTE_PSEUDONYM], how=Consent.How.LINK, by=None)
    assert state_of(card, standings([claim, other])) == "unsupported"


def test_a_card_is_written_from_the_pages_alone(world: World, amina: Client, bruno: Client) -> None:
    transcript = says(world, kept(world, "son.wav"), "La coopération se prépare.")
    excerpt = passage_of(world, transcript, "La coopération se prépare")
    home = f"/communaute/{world.community.slug}/fiches/"
    page = bruno.post(home, {"title": "Coopérer", "question": "Comment ?"}, follow=True)
    card = Card.objects.get()
    assert page.redirect_chain == [(f"/fiches/{card.pk}/", 302)]
    bruno.post(f"/fiches/{card.pk}/enseignement/", {"kind": "finding", "text": "Cela se prépare."})
    claim = Claim.objects.get()
    choose = bruno.get(f"/enseignements/{claim.pk}/appui/?q=coopération").content.decode()
    assert (choose.count("La coopération se prépare"), choose.count('name="excerpt"')) == (1, 1)
    bruno.post(f"/enseignements/{claim.pk}/appui/", {"excerpt": str(excerpt.pk), "stance": "nuances"})
    assert [(one.stance, one.by) for one in Evidence.objects.all()] == [("nuances", world.bruno)]
    bruno.post(f"/appuis/{Evidence.objects.get().pk}/", {"stance": "supports"})
    bruno.post(f"/enseignements/{claim.pk}/", {"kind": "proposal", "text": "Cela se prépare à table."})
    claim.refresh_from_db()
    assert (claim.kind, claim.text, claim.evidence.get().stance) == (
        "proposal",
        "Cela se prépare à table.",
        "supports",
    )
    assert bruno.post(f"/fiches/{card.pk}/publier/").status_code == 403
    refused = amina.post(f"/fiches/{card.pk}/publier/", follow=True, headers={"Accept-Language": "en"})
    assert "No claim of this card can be public yet" in refused.content.decode()
    assert Card.objects.get().published_at is None
    bruno.post(f"/enseignements/{claim.pk}/", {"remove": "1"})
    assert Claim.objects.count() == 0


def test_a_passage_leads_to_a_new_claim_on_a_new_card(world: World, bruno: Client) -> None:
    transcript = says(world, kept(world, "son.wav"), "La coopération se prépare.")
    excerpt = passage_of(world, transcript, "La coopération se prépare")
    page = f"/extraits/{excerpt.pk}/fiche/"
    wrong = bruno.post(page, {"kind": "finding", "stance": "supports", "text": ""})
    assert sorted(wrong.context["form"].errors) == ["text", "title"]
    bruno.post(page, {"kind": "finding", "stance": "supports", "text": "Cela se prépare.", "title": "Coopérer"})
    claim = Claim.objects.get()
    assert (claim.card.title, claim.text, claim.evidence.get().excerpt) == ("Coopérer", "Cela se prépare.", excerpt)
    bruno.post(page, {"claim": str(claim.pk), "kind": "finding", "stance": "contradicts"})
    assert (Claim.objects.count(), claim.evidence.get().stance) == (1, "contradicts")


def test_the_journal_holds_ids_and_hashes_and_no_words(world: World, claim: Claim) -> None:
    accepts(world.chloe, claim)
    said = " ".join(str(data) for data in Event.objects.values_list("data", flat=True))
    assert [word for word in ("Coopérer", "coopération", "Chloé") if word in said] == []


def test_a_card_asks_as_often_for_three_claims_as_for_one(world: World, claim: Claim, amina: Client) -> None:
    transcript = claim.evidence.get().excerpt.transcript
    assert transcript is not None

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            amina.get(claim.card.get_absolute_url())
        return len(asked)

    one = questions()
    for words in ("Le conflit est nommé", "Le conflit"):
        claimed(world, f"{words}.", passage_of(world, transcript, words), card=claim.card)
    assert questions() == one


def test_cards_of_others_do_not_exist(world: World, claim: Claim, driss: Client) -> None:
    other = write_card(world.elsewhere, "Chez nous", by=world.driss)
    assert driss.get(other.get_absolute_url()).status_code == 200
    addresses = [
        claim.card.get_absolute_url(),
        f"/enseignements/{claim.pk}/appui/",
        f"/extraits/{claim.evidence.get().excerpt_id}/fiche/",
    ]
    assert [driss.get(address).status_code for address in addresses] == [404, 404, 404]
