"""What a claim still lacks, and who may do what with a card."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.cards.models import Answer, Card, Claim, Evidence, Validation
from recolte.coding.models import Stance
from recolte.coding.passages import Passage, passages
from recolte.community.models import Community, Person, Reader, Role
from recolte.community.rules import can_contribute, role_in
from recolte.consent.models import Purpose
from recolte.consent.rules import Given, To, given, may_use, taken_back

# Without these nobody can be quoted
QUOTING = (Purpose.RECORD, Purpose.TRANSCRIBE, Purpose.GROUP, Purpose.QUOTE_PSEUDONYM, Purpose.QUOTE_NAME)


def can_publish(user: Reader, community: Community) -> bool:
    """What becomes public is for those who coordinate to send out; a researcher cannot alone."""
    return role_in(community, user) == Role.COORDINATOR


def can_write(user: Reader, community: Community) -> bool:
    """Cards and claims are written by those who contribute; the others read them."""
    return can_contribute(user, community)


def shown(held: Iterable["Standing"], *, may_write: bool) -> list["Standing"]:
    """The claims that one reads: all for who contributes; for a host, a funder, a committee, those that are public.

    Who is quoted may depend on who reads: an employer never sees who objected, nor what was taken back.
    """
    return [one for one in held if may_write or (one.is_ready and one.is_sent_out)]


def version_of(kind: str, text: str, evidence: Iterable[tuple[str, str, str, int | None, int | None]]) -> str:
    """The sha256 of a claim and its quotes: what somebody answers to. One word more, another version.

    `evidence`: (excerpt's id, stance, quote, start_ms, end_ms) of each; their order says nothing.
    """
    said = json.dumps([kind, text, sorted(evidence)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


class Lack(models.TextChoices):
    """What an evidence, or a claim, lacks before it may be public."""

    LISTENING = "listening", gettext_lazy("Nobody has listened to this passage and found its words right.")
    READING = "reading", gettext_lazy("Nobody who was there has read this note back.")
    SPEAKER = "speaker", gettext_lazy("It is not said who speaks here: what has no speaker cannot be quoted.")
    DRIFTED = "drifted", gettext_lazy("The text was corrected here: look whether these are still the right words.")
    CONSENT = "consent", gettext_lazy("Its speaker has not agreed to be quoted in public.")
    GROUP = (
        "group",
        gettext_lazy("Its speaker has not agreed to be read by the community, which being public asks too."),
    )
    STRUCK = "struck", gettext_lazy("These words were struck by who said them.")
    TAKEN_BACK = "taken_back", gettext_lazy("The agreement to be quoted in public was taken back.")
    AGREEMENT = "agreement", gettext_lazy("Nobody has attested that this source may be used.")


@dataclass(frozen=True, slots=True)
class Borne:
    """One evidence of a claim, and whether it may be public."""

    evidence: Evidence
    passage: Passage
    lacks: tuple[Lack, ...]
    may_sound: bool  # whether the voice itself may be heard in public
    may_reuse: bool  # whether others may take the words up from there

    @property
    def is_gone(self) -> bool:
        return Lack.STRUCK in self.lacks or Lack.TAKEN_BACK in self.lacks

    @property
    def is_usable(self) -> bool:
        return not self.lacks


@dataclass(frozen=True, slots=True)
class Asked:
    """What one of those who speak in a claim's quotes has answered to it as it is now."""

    person: Person
    answer: Validation | None
    is_reopened: bool  # they had answered to another wording
    would_rephrase: bool = False  # their last word is another wording, which nobody has taken

    @property
    def has_accepted(self) -> bool:
        return self.answer is not None and self.answer.answer in (Answer.ACCEPTED, Answer.REPHRASED)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim stands: what bears it, who answered, what it lacks."""

    claim: Claim
    version: str
    borne: tuple[Borne, ...]
    asked: tuple[Asked, ...]
    proposals: tuple[Validation, ...] = field(default=())  # other wordings that wait for an answer

    @property
    def usable(self) -> list[Borne]:
        return [one for one in self.borne if one.is_usable]

    @property
    def is_unsupported(self) -> bool:
        """Something bore it, and all of that was withdrawn or struck."""
        supports = [one for one in self.borne if one.evidence.stance == Stance.SUPPORTS]
        return bool(supports) and all(one.is_gone for one in supports)

    @property
    def is_supported(self) -> bool:
        return any(one.evidence.stance == Stance.SUPPORTS and one.is_usable for one in self.borne)

    @property
    def is_validated(self) -> bool:
        return bool(self.asked) and all(asked.has_accepted for asked in self.asked)

    @property
    def is_ready(self) -> bool:
        """Whether it may be public: borne, nothing lacking, and accepted by all whose words it rests on."""
        return self.is_supported and self.is_validated and all(one.is_usable or one.is_gone for one in self.borne)

    @property
    def is_sent_out(self) -> bool:
        """Whether those who coordinate published just these words, on these quotes."""
        return bool(self.claim.card.published.get("claims", {}).get(str(self.claim.pk)) == self.version)

    @property
    def state(self) -> str:
        """A word of `ui/state.html`."""
        if self.is_unsupported:
            return "unsupported"
        if self.is_ready:
            return "validated"
        if any(asked.answer and asked.answer.answer == Answer.STRUCK for asked in self.asked) or self.proposals:
            return "contested"
        if self.is_supported and all(one.is_usable or one.is_gone for one in self.borne):
            return "to_validate"
        if any(lack in (Lack.LISTENING, Lack.READING) for one in self.borne for lack in one.lacks):
            return "to_listen"
        if any(lack in (Lack.CONSENT, Lack.GROUP) for one in self.borne for lack in one.lacks):
            return "to_consent"
        return "draft"

    def missing(self, names: Callable[[Person], bool] = lambda _person: True) -> list[str]:
        """What the claim lacks before it can be public, in whole sentences (what single evidences lack stands there).

        `names` says whose name the reader may know here: the others are told of without it.
        """
        found = []
        if self.is_unsupported:
            found.append(_("All that bore this claim was withdrawn: find other evidence, or take the claim back."))
        elif not any(one.evidence.stance == Stance.SUPPORTS for one in self.borne):
            found.append(_("Nothing bears this claim yet: tie a passage to it that supports it."))
        for asked in self.asked:
            person = str(asked.person) if names(asked.person) else _("Somebody whose words these are")
            if asked.would_rephrase:
                found.append(_("%(person)s would say it otherwise: see their words.") % {"person": person})
            elif asked.answer and asked.answer.answer == Answer.STRUCK:
                found.append(_("%(person)s has struck this claim.") % {"person": person})
            elif not asked.answer and asked.is_reopened:
                found.append(_("%(person)s had answered to other words: send the link again.") % {"person": person})
            elif not asked.answer:
                found.append(_("%(person)s has not answered yet.") % {"person": person})
        return list(dict.fromkeys(found))


def standings(claims: Iterable[Claim]) -> list[Standing]:
    """Where each of `claims` stands, in a fixed number of questions to the database."""
    those = list(claims)
    evidence: dict[UUID, list[Evidence]] = defaultdict(list)
    rows = Evidence.objects.filter(claim__in=those).select_related(
        "excerpt__source__gathering", "excerpt__source__deposit", "excerpt__person"
    )
    every = list(rows)
    for one in every:
        evidence[one.claim_id].append(one)
    held = {p.excerpt.pk: p for p in passages({one.excerpt_id: one.excerpt for one in every}.values())}
    people = {person for passage in held.values() for person in passage.person_ids}
    standing = given(people)
    gone = taken_back(people, QUOTING)
    answers: dict[UUID, list[Validation]] = defaultdict(list)
    for validation in Validation.objects.filter(claim__in=those).select_related("person"):
        answers[validation.claim_id].append(validation)
    return [
        _standing(
            claim,
            [_borne(one, held[one.excerpt_id], standing, gone) for one in evidence[claim.pk]],
            answers[claim.pk],
        )
        for claim in those
    ]


def standing(claim: Claim) -> Standing:
    return standings([claim])[0]


def _borne(evidence: Evidence, passage: Passage, standing: Given, gone: set[UUID]) -> Borne:
    may_quote = may_use(passage, Purpose.QUOTE_PSEUDONYM, to=To.PUBLIC, standing=standing)
    may_sound = passage.is_voice and may_use(passage, Purpose.PUBLISH_AUDIO, to=To.PUBLIC, standing=standing)
    lacks = []
    if passage.is_struck:
        lacks.append(Lack.STRUCK)
    elif not may_quote and passage.person_ids & gone:
        lacks.append(Lack.TAKEN_BACK)
    else:
        if not passage.attestation_id:
            lacks.append(Lack.AGREEMENT)
        if None in passage.person_ids or not passage.person_ids:
            lacks.append(Lack.SPEAKER)
        elif not may_quote and passage.attestation_id:
            quotable = all(Purpose.QUOTE_PSEUDONYM in standing.get(one, ()) for one in passage.person_ids if one)
            lacks.append(Lack.GROUP if quotable else Lack.CONSENT)
        if not passage.is_checked:
            lacks.append(Lack.READING if passage.is_note else Lack.LISTENING)
        if passage.excerpt.is_drifted:
            lacks.append(Lack.DRIFTED)
    may_reuse = may_use(passage, Purpose.REUSE, to=To.PUBLIC, standing=standing)
    return Borne(evidence, passage, tuple(lacks), may_sound, may_reuse)


def _standing(claim: Claim, borne: list[Borne], answers: list[Validation]) -> Standing:
    version = version_of(claim.kind, claim.text, [version_part(one.evidence) for one in borne])
    latest = {answer.person_id: answer for answer in answers}  # who says otherwise later has not agreed any more
    proposals = tuple(
        answer
        for answer in latest.values()
        if answer.answer == Answer.REPHRASED and answer.version != version and answer.wording != claim.text
    )
    asked = []
    for person in {p.pk: p for one in borne if not one.is_gone for p in one.passage.people}.values():
        theirs = latest.get(person.pk)
        now = theirs if theirs and theirs.version == version else None
        asked.append(Asked(person, now, theirs is not None and now is None, theirs in proposals))
    return Standing(claim, version, tuple(borne), tuple(asked), proposals)


def version_part(evidence: Evidence) -> tuple[str, str, str, int | None, int | None]:
    excerpt = evidence.excerpt
    quote = " ".join((excerpt.quote or excerpt.note).split())  # in how many turns it stands changes no word
    return (str(excerpt.pk), evidence.stance, quote, excerpt.start_ms, excerpt.end_ms)


def state_of(card: Card, standings: Collection[Standing]) -> str:
    """The card's own word: the least advanced of its claims, once there are any; public once it was published."""
    states = [one.state for one in standings]
    if not states:
        return "draft"
    if "unsupported" in states:
        return "unsupported"
    if card.published_at and any(one.is_ready and one.is_sent_out for one in standings):
        return "published"
    for state in ("contested", "draft", "to_listen", "to_consent", "to_validate"):
        if state in states:
            return state
    return "validated"


def listed(cards: Iterable[Card]) -> list[tuple[Card, str, int]]:
    """Each of `cards` with its state and how many claims it has, in a fixed number of questions."""
    every = list(cards)
    claims = _by_card(standings(Claim.objects.filter(card__in=every).select_related("card")))
    return [(card, state_of(card, claims[card.pk]), len(claims[card.pk])) for card in every]


def public(cards: Iterable[Card]) -> list[tuple[Card, str, int]]:
    """As `listed`, for who only reads: the cards of which something is public, as they were sent out, with what is."""
    every = list(cards)
    held = standings(Claim.objects.filter(card__in=every).select_related("card"))
    claims = _by_card(shown(held, may_write=False))
    return [(card.as_sent_out(), "published", len(claims[card.pk])) for card in every if card.pk in claims]


def seen_by(user: Reader, cards: Iterable[Card]) -> list[Card]:
    """`cards` as `user` reads them: whole where they contribute, elsewhere what is public. They come with `community`."""
    every = list(cards)
    writes = {community: can_write(user, community) for community in {card.community for card in every}}
    own = [card for card in every if writes[card.community]]
    return [*own, *(card for card, _state, _claims in public(card for card in every if not writes[card.community]))]


def _by_card(held: Iterable[Standing]) -> dict[UUID, list[Standing]]:
    claims: dict[UUID, list[Standing]] = defaultdict(list)
    for one in held:
        claims[one.claim.card_id].append(one)
    return claims
