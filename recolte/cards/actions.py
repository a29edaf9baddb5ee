"""Writing claims, tying them to what bears them, asking those whose words they rest on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.cards.models import Answer, Card, Claim, Evidence, Kind, Validation
from recolte.cards.rules import standing, standings, version_of, version_part
from recolte.coding.actions import drop_unused, strike
from recolte.coding.models import Excerpt, Stance
from recolte.community.models import Community, Person, User
from recolte.journal.actions import record

Hook = Callable[[Card], None]
_on_change: list[Hook] = []
LINK_DAYS = 90
_signer = signing.TimestampSigner(salt="personal-link")


def on_change(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when what a card says, or what bears it, is another."""
    _on_change.append(hook)
    return hook


def _changed(card: Card) -> None:
    for hook in _on_change:
        hook(card)


@transaction.atomic
def write_card(community: Community, title: str, question: str = "", *, by: User) -> Card:
    card = Card.objects.create(community=community, title=" ".join(title.split()), question=question.strip(), by=by)
    record("card.written", card, by=by)
    return card


@transaction.atomic
def change_card(card: Card, *, by: User, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(card, name, value)
    card.save()
    record("card.changed", card, by=by)


@transaction.atomic
def add_claim(card: Card, text: str, *, kind: str = Kind.FINDING, by: User) -> Claim:
    last = card.claims.aggregate(last=Max("position"))["last"]
    claim = Claim.objects.create(
        community_id=card.community_id, card=card, position=(last or 0) + 1, kind=kind, text=_whole(text)
    )
    record("claim.added", claim, by=by)
    card.save(update_fields=["changed_at"])
    return claim


@transaction.atomic
def change_claim(claim: Claim, text: str, *, kind: str, by: User) -> None:
    """Other words: every answer that was given to the former ones is open again, by itself."""
    text = _whole(text)
    if (claim.text, claim.kind) == (text, kind):
        return
    claim.text, claim.kind = text, kind
    claim.save()
    claim.card.save(update_fields=["changed_at"])
    record("claim.changed", claim, by=by, version=standing(claim).version)
    _changed(claim.card)


def _whole(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) < 3:
        raise ValidationError(_("Write the claim as a whole sentence."))
    return text


@transaction.atomic
def remove_claim(claim: Claim, *, by: User) -> None:
    record("claim.removed", claim, by=by)
    excerpts = [evidence.excerpt for evidence in claim.evidence.select_related("excerpt")]
    claim.card.save(update_fields=["changed_at"])
    card = claim.card
    claim.delete()
    for excerpt in excerpts:
        drop_unused(excerpt)
    _changed(card)


@transaction.atomic
def tie(claim: Claim, excerpt: Excerpt, *, stance: str = Stance.SUPPORTS, by: User) -> Evidence:
    """Let `excerpt` bear `claim` (or nuance, or contradict it); said again, it takes the new stance."""
    evidence, created = Evidence.objects.update_or_create(
        claim=claim,
        excerpt=excerpt,
        defaults={"stance": stance},
        create_defaults={"community_id": claim.community_id, "stance": stance, "by": by},
    )
    record("evidence.tied", evidence, by=by, claim=str(claim.pk), excerpt=str(excerpt.pk), stance=str(stance))
    claim.card.save(update_fields=["changed_at"])
    _changed(claim.card)
    return evidence


@transaction.atomic
def untie(evidence: Evidence, *, by: User) -> None:
    record("evidence.untied", evidence, by=by, claim=str(evidence.claim_id), excerpt=str(evidence.excerpt_id))
    excerpt = evidence.excerpt
    evidence.claim.card.save(update_fields=["changed_at"])
    card = evidence.claim.card
    evidence.delete()
    drop_unused(excerpt)
    _changed(card)


@transaction.atomic
def answer(claim: Claim, person: Person, what: Answer, *, version: str, wording: str = "") -> Validation:
    """What `person` answers to `claim` as they read it (`version`). Raises ValidationError when it has changed since.

    Who rephrases has agreed to the claim in their own words; who strikes wants their words used nowhere.
    """
    now = standing(claim)
    if person.pk not in {asked.person.pk for asked in now.asked}:
        raise ValidationError(_("This sentence does not rest on your words any more: there is nothing to answer."))
    if now.version != version:
        raise ValidationError(_("This claim was changed while you were reading: read it again, then answer."))
    agreed_to = version
    if what == Answer.REPHRASED:
        wording = _whole(wording)
        if wording == claim.text:
            what, wording = Answer.ACCEPTED, ""
        else:
            agreed_to = version_of(claim.kind, wording, [version_part(one.evidence) for one in now.borne])
    validation = Validation.objects.create(
        community_id=claim.community_id,
        claim=claim,
        person=person,
        version=agreed_to,
        answer=what,
        wording=wording if what == Answer.REPHRASED else "",
    )
    record("claim.answered", validation, by=None, person=str(person.pk), answer=str(what), version=agreed_to)
    if what == Answer.STRUCK:
        for one in now.borne:
            if person.pk in one.passage.person_ids:
                strike(one.evidence.excerpt, person)
    _changed(claim.card)
    return validation


@transaction.atomic
def adopt(validation: Validation, *, by: User) -> None:
    """Take the wording that somebody proposed: theirs is agreed to already, the others are asked anew."""
    change_claim(validation.claim, validation.wording, kind=validation.claim.kind, by=by)


@transaction.atomic
def publish_card(card: Card, *, by: User) -> None:
    """Send out the card as it is now: of its claims, those that are ready. What is changed later waits to be sent out too."""
    ready = {str(one.claim.pk): one.version for one in standings(card.claims.all()) if one.is_ready}
    card.published_at, card.published_by = timezone.now(), by
    card.published = {"title": card.title, "question": card.question, "claims": ready}
    card.save()
    record("card.published", card, by=by, claims=len(ready))
    _changed(card)


@transaction.atomic
def take_back_card(card: Card, *, by: User) -> None:
    card.published_at = card.published_by = None
    card.published = {}
    card.save()
    record("card.taken_back", card, by=by)
    _changed(card)


def personal_link(person: Person) -> str:
    """Where `person`, without an account, hears their words, answers, agrees and withdraws. Good for LINK_DAYS."""
    token = _signer.sign(f"{person.pk.hex}.{person.link_number}").replace(":", "~")
    return f"{settings.SITE_URL}{reverse('personal', args=[token])}"


def read_personal_link(token: str) -> Person | None:
    """Whose link this is; None when it was invented, is too old, or was ended."""
    try:
        value = _signer.unsign(token.replace("~", ":"), max_age=LINK_DAYS * 24 * 3600)
        pk, number = value.split(".")
        return Person.objects.filter(pk=UUID(pk), link_number=int(number)).first()
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def end_links(person: Person, *, by: User) -> None:
    """The links that were given out for `person` open nothing any more."""
    person.link_number += 1
    person.save(update_fields=["link_number"])
    record("person.links_ended", person, by=by)
