"""« Those present were informed and agreed »: kept once, in the words of who attests it."""

import hashlib

import pytest
from django.core.exceptions import ValidationError

from recolte.consent.actions import attest
from recolte.consent.models import Attestation
from recolte.journal.models import Event
from tests.world import AGREED, World


def test_an_attestation_is_kept_with_its_purposes_and_the_journal_has_its_hash(world: World) -> None:
    attestation = attest(world.community, AGREED, by=world.amina)
    assert (attestation.statement, attestation.purposes, attestation.by) == (
        AGREED,
        ["record", "transcribe"],
        world.amina,
    )
    event = Event.objects.get(verb="agreement.attested")
    assert (event.subject_id, event.by) == (str(attestation.pk), world.amina)
    assert event.data == {"sha256": hashlib.sha256(AGREED.encode()).hexdigest()}


@pytest.mark.parametrize("again", [AGREED, f"  {AGREED}\n", AGREED.replace("é", "e\u0301")])
def test_the_same_statement_of_the_same_person_is_one(world: World, again: str) -> None:
    first = attest(world.community, AGREED, by=world.amina)
    assert attest(world.community, again, by=world.amina) == first
    assert (Attestation.objects.count(), Event.objects.filter(verb="agreement.attested").count()) == (1, 1)


def test_each_one_attests_for_themselves_and_for_their_community(world: World) -> None:
    made = [
        attest(world.community, AGREED, by=world.amina),
        attest(world.community, AGREED, by=world.bruno),
        attest(world.elsewhere, AGREED, by=world.driss),
        attest(world.community, "Tous, par écrit.", by=world.amina),
    ]
    assert len({attestation.pk for attestation in made}) == 4


@pytest.mark.parametrize("statement", ["", "   ", "ok", "\n\t"])
def test_an_attestation_says_something(world: World, statement: str) -> None:
    with pytest.raises(ValidationError):
        attest(world.community, statement, by=world.amina)
    assert Attestation.objects.count() == 0


def test_who_attested_cannot_be_erased_without_their_statements(world: World) -> None:
    attest(world.community, AGREED, by=world.amina)
    with pytest.raises(Exception, match="protected"):
        world.amina.delete()
    assert Attestation.objects.get().by == world.amina
