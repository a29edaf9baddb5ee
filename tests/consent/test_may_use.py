"""What may be done with a passage: not expressly allowed means forbidden."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from recolte.community.models import Person
from recolte.community.people import find_or_make_person
from recolte.consent.actions import agree_to, attest, withdraw
from recolte.consent.models import ATTESTED, Consent, Purpose
from recolte.consent.rules import To, given, level, may_use, taken_back
from recolte.journal.models import Event
from tests.world import AGREED, World

PAPER = Consent.How.PAPER
OWN = [Purpose.GROUP, Purpose.QUOTE_PSEUDONYM, Purpose.QUOTE_NAME, Purpose.PUBLISH_AUDIO]
SUBSETS = [set(some) for number in range(len(OWN) + 1) for some in combinations(OWN, number)]


@dataclass(frozen=True)
class Stretch:
    attestation_id: UUID | None
    person_ids: Collection[UUID | None]
    is_struck: bool = False


@pytest.fixture
def chloe(world: World) -> Person:
    return world.chloe


@pytest.fixture
def passage(world: World, chloe: Person) -> Stretch:
    return Stretch(attest(world.community, AGREED, by=world.amina).pk, [chloe.pk])


def _allowed(passage: Stretch) -> set[tuple[str, str]]:
    return {(to.value, purpose.value) for to in To for purpose in Purpose if may_use(passage, purpose, to=to)}


FOR_THE_TEAM = {("team", "record"), ("team", "transcribe")}


def _expected(agreed: set[Purpose]) -> set[tuple[str, str]]:
    """The rule once more, in its own words: each circle asks for its tick, each purpose for its own."""
    ticks = {purpose.value for purpose in agreed} | {"record", "transcribe"}
    if "quote_name" in ticks:
        ticks.add("quote_pseudonym")
    circles = ["team"]
    if "group" in ticks:
        circles.append("community")
        if "quote_pseudonym" in ticks:
            circles.append("public")
    return {(circle, purpose) for circle in circles for purpose in ticks}


@pytest.mark.parametrize("agreed", SUBSETS, ids=lambda some: "+".join(sorted(some)) or "nothing")
def test_each_purpose_before_each_circle(world: World, chloe: Person, passage: Stretch, agreed: set[Purpose]) -> None:
    agree_to(chloe, agreed, how=PAPER, by=world.amina)
    assert _allowed(passage) == _expected(agreed)
    assert _allowed(replace(passage, is_struck=True)) == set()
    assert _allowed(replace(passage, attestation_id=None)) == set()
    for voices in ([None], [chloe.pk, None], []):
        assert _allowed(replace(passage, person_ids=voices)) == FOR_THE_TEAM


def test_without_any_answer_only_the_team_reads_and_hears(passage: Stretch) -> None:
    assert _allowed(passage) == FOR_THE_TEAM


def test_to_be_quoted_by_name_is_to_be_quoted(world: World, chloe: Person, passage: Stretch) -> None:
    agree_to(chloe, [Purpose.GROUP, Purpose.QUOTE_NAME], how=PAPER, by=world.amina)
    assert may_use(passage, Purpose.QUOTE_PSEUDONYM, to=To.PUBLIC)
    withdraw(chloe, [Purpose.QUOTE_NAME], how=PAPER, by=world.amina)
    assert not may_use(passage, Purpose.QUOTE_PSEUDONYM, to=To.PUBLIC)


@pytest.mark.parametrize("purpose", OWN)
def test_what_was_taken_back_is_as_if_never_given(
    world: World, chloe: Person, passage: Stretch, purpose: Purpose
) -> None:
    agree_to(chloe, OWN, how=PAPER, by=world.amina)
    withdraw(chloe, [purpose], how=PAPER, by=world.amina)
    # Who is no longer to be quoted is no longer to be quoted by name
    gone = {purpose, Purpose.QUOTE_NAME} if purpose == Purpose.QUOTE_PSEUDONYM else {purpose}
    assert _allowed(passage) == _expected(set(OWN) - gone)
    agree_to(chloe, gone, how=PAPER, by=world.amina)
    assert _allowed(passage) == _expected(set(OWN))


@pytest.mark.parametrize("purpose", sorted(ATTESTED))
@pytest.mark.parametrize("by_themselves", [False, True])
def test_taking_back_the_recording_or_its_text_forbids_even_the_team(
    world: World, chloe: Person, passage: Stretch, purpose: Purpose, by_themselves: bool
) -> None:
    agree_to(chloe, [*OWN, *([purpose] if by_themselves else [])], how=PAPER, by=world.amina)
    withdraw(chloe, [purpose], how=PAPER, by=None)
    assert _allowed(passage) == set()
    agree_to(chloe, [purpose], how=PAPER, by=None)
    assert _allowed(passage) == _expected(set(OWN))


def test_whoever_agreed_least_decides_for_all_who_speak(world: World, chloe: Person, passage: Stretch) -> None:
    emile = find_or_make_person(world.community, name="Émile", by=world.amina)
    both = replace(passage, person_ids=[chloe.pk, emile.pk])
    agree_to(chloe, OWN, how=PAPER, by=world.amina)
    assert _allowed(both) == FOR_THE_TEAM
    agree_to(emile, [Purpose.GROUP], how=PAPER, by=world.amina)
    assert _allowed(both) == _expected({Purpose.GROUP})


def test_the_widest_use_as_a_chip_shows_it(world: World, chloe: Person, passage: Stretch) -> None:
    seen = [level(passage)]
    for purpose in OWN:
        agree_to(chloe, [purpose], how=PAPER, by=world.amina)
        seen.append(level(passage))
    assert seen == ["", "group", "pseudonym", "named", "audio"]


def test_an_agreement_is_a_dated_fact_that_is_kept_when_it_is_taken_back(
    world: World, chloe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Person] = []
    monkeypatch.setattr("recolte.consent.actions._on_withdrawal", [told.append])
    agree_to(chloe, [Purpose.GROUP], how=PAPER, by=world.bruno)
    assert agree_to(chloe, [Purpose.GROUP], how=PAPER, by=world.bruno) == []
    assert taken_back([chloe.pk], [Purpose.GROUP]) == set()
    withdraw(chloe, [Purpose.GROUP, Purpose.PUBLISH_AUDIO], how=PAPER, by=None)
    withdraw(chloe, [Purpose.GROUP], how=PAPER, by=None)
    (consent,) = chloe.consents.all()
    assert (consent.purpose, consent.how, consent.by) == ("group", "paper", world.bruno)
    assert consent.withdrawn_at and consent.withdrawn_at >= consent.given_at
    assert taken_back([chloe.pk, None], [Purpose.GROUP]) == {chloe.pk}
    assert told == [chloe]
    verbs = Event.objects.filter(verb__startswith="consent.").order_by("id").values_list("verb", "by__name")
    assert list(verbs) == [("consent.given", "Bruno"), ("consent.withdrawn", None)]


purposes = st.frozensets(st.sampled_from([purpose.value for purpose in Purpose]))
people = st.lists(st.uuids(version=4), min_size=1, max_size=4, unique=True)


@examples(st.data(), people, st.sampled_from(list(Purpose)), st.sampled_from(list(To)), st.sampled_from(list(Purpose)))
def test_one_more_agreement_never_forbids(
    data: st.DataObject, who: list[UUID], purpose: Purpose, to: To, more: Purpose
) -> None:
    standing = {one: data.draw(purposes) for one in who}
    passage = Stretch(uuid4(), who)
    if may_use(passage, purpose, to=to, standing=standing):
        for one in who:
            assert may_use(passage, purpose, to=to, standing=standing | {one: standing[one] | {more}})


@examples(st.data(), people, st.sampled_from(list(Purpose)), st.sampled_from(list(To)), st.booleans())
def test_together_people_never_allow_more_than_each_of_them(
    data: st.DataObject, who: list[UUID], purpose: Purpose, to: To, unknown: bool
) -> None:
    standing = {one: data.draw(purposes) for one in who}
    together = Stretch(uuid4(), [*who, *([None] if unknown else [])])
    alone = [may_use(replace(together, person_ids=[one]), purpose, to=to, standing=standing) for one in who]
    if unknown:
        assert may_use(together, purpose, to=to, standing=standing) == (to == To.TEAM and purpose in ATTESTED)
    else:
        assert may_use(together, purpose, to=to, standing=standing) == all(alone)


def test_who_agreed_to_what_is_one_question(world: World, chloe: Person, django_assert_num_queries: object) -> None:
    agree_to(chloe, OWN, how=PAPER, by=world.amina)
    emile = find_or_make_person(world.community, name="Émile", by=world.amina)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = given([chloe.pk, emile.pk, None])
    assert found == {chloe.pk: ATTESTED | set(OWN), emile.pk: ATTESTED}
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert given([None]) == {}
