"""What people say of a restitution: it is collected, put aside, taken back."""

from datetime import date

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from recolte.community.actions import site_address
from recolte.community.models import User
from recolte.gatherings.models import Gathering
from recolte.journal.actions import record
from recolte.publishing.models import Reaction, ReactionDoor
from recolte.publishing.rules import why_no_reaction

_doors = signing.Signer(salt="reaction-door")
_reactions = signing.Signer(salt="reaction")


@transaction.atomic
def open_reactions(gathering: Gathering, last_day: date, *, by: User) -> ReactionDoor:
    """Give the restitution an address where words are taken in; any that was given out before stops working."""
    door, is_new = ReactionDoor.objects.get_or_create(
        gathering=gathering, defaults={"community_id": gathering.community_id, "last_day": last_day}
    )
    if not is_new:
        door.number, door.last_day = door.number + 1, last_day
        door.save(update_fields=["number", "last_day"])
    record("reactions.opened", door, by=by, gathering=str(gathering.pk), number=door.number)
    return door


@transaction.atomic
def close_reactions(door: ReactionDoor, *, by: User) -> None:
    """The address stops working; what was said stays."""
    record("reactions.closed", door, by=by, gathering=str(door.gathering_id))
    door.delete()


def reaction_link(door: ReactionDoor) -> str:
    """The address behind the QR code."""
    return site_address(reverse("react", args=[_doors.sign_object([str(door.pk), door.number])]))


def read_reaction_link(token: str) -> ReactionDoor | None:
    try:
        key, number = _doors.unsign_object(token)
    except signing.BadSignature:
        return None
    return ReactionDoor.objects.filter(pk=key, number=number).select_related("gathering__community").first()


@transaction.atomic
def react(door: ReactionDoor, words: str, name: str = "") -> Reaction:
    """Somebody without an account says a word. Raises ValidationError when the address takes nothing in now."""
    if closed := why_no_reaction(door):
        raise ValidationError(closed)
    facts = {"words": words.strip(), "name": " ".join(name.split())}
    reaction = Reaction.objects.create(community_id=door.community_id, gathering=door.gathering, **facts)
    record("reaction.left", reaction, by=None, gathering=str(door.gathering_id))
    return reaction


def own_link(reaction: Reaction) -> str:
    """The address at which who said it takes it back."""
    return site_address(reverse("own_reaction", args=[_reactions.sign_object(str(reaction.pk))]))


def read_own_link(token: str) -> Reaction | None:
    """The reaction of this address; None when it was invented, or when it was taken back or erased."""
    try:
        key = _reactions.unsign_object(token)
    except signing.BadSignature:
        return None
    return Reaction.objects.filter(pk=key).select_related("gathering__community").first()


@transaction.atomic
def take_back_reaction(reaction: Reaction) -> None:
    """Who said it wants it kept no more: it is erased."""
    record("reaction.taken_back", reaction, by=None)
    reaction.delete()


@transaction.atomic
def put_aside(reaction: Reaction, *, by: User) -> None:
    reaction.hidden_at = timezone.now()
    reaction.save(update_fields=["hidden_at"])
    record("reaction.put_aside", reaction, by=by)


@transaction.atomic
def show_again(reaction: Reaction, *, by: User) -> None:
    reaction.hidden_at = None
    reaction.save(update_fields=["hidden_at"])
    record("reaction.shown_again", reaction, by=by)


@transaction.atomic
def erase_reaction(reaction: Reaction, *, by: User) -> None:
    record("reaction.erased", reaction, by=by)
    reaction.delete()
