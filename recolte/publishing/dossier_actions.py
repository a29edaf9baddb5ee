"""What happens around dossiers: reactions are collected and put aside, hosts are written to."""

from datetime import date
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import Organisation, User
from recolte.gatherings.models import Gathering
from recolte.journal.actions import record
from recolte.publishing.actions import validated_claims
from recolte.publishing.models import HostLink, Reaction, ReactionDoor
from recolte.publishing.rules import why_no_reaction

_doors = signing.Signer(salt="reaction-door")
_reactions = signing.Signer(salt="reaction")
_hosts = signing.Signer(salt="host-link")


# What people say of a restitution -----------------------------------------------------------------------------------


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


# What a host reads ---------------------------------------------------------------------------------------------------


@transaction.atomic
def open_to_host(gathering: Gathering, organisation: Organisation, *, by: User) -> HostLink:
    """An address at which `organisation` reads what the visit brought; the one that there is, if there is one."""
    facts = {"community_id": gathering.community_id, "by": by}
    link, is_new = HostLink.objects.get_or_create(gathering=gathering, organisation=organisation, defaults=facts)
    if is_new:
        record("host_link.opened", link, by=by, gathering=str(gathering.pk), organisation=str(organisation.pk))
        tell_host(link, by=by)
    return link


@transaction.atomic
def tell_host(link: HostLink, *, by: User) -> None:
    """Let the host read all that is validated now; what is validated later waits until this is done again."""
    link.told = {str(one.claim.pk): one.version for one in validated_claims(link.gathering)}
    link.save(update_fields=["told"])
    record("host_link.told", link, by=by, claims=len(link.told))


@transaction.atomic
def send_to_host(link: HostLink, email: str, *, by: User) -> None:
    """Write to the host with the address. The e-mail address is kept no longer than the letter takes."""
    words = {"link": link, "community": link.community, "by": by, "address": host_address(link)}
    subject = _("What your visit brought: %(gathering)s") % {"gathering": link.gathering}
    body = render_to_string("publishing/dossier_host_letter.txt", words)
    post(link.community, email, subject, body, about=link, by=by)
    record("host_link.sent", link, by=by)


@transaction.atomic
def close_to_host(link: HostLink, *, by: User) -> None:
    """The address opens nothing any more; another one may be made."""
    record("host_link.closed", link, by=by, gathering=str(link.gathering_id))
    link.delete()


def host_token(link: HostLink) -> str:
    return _hosts.sign_object(str(link.pk))


def host_address(link: HostLink) -> str:
    return site_address(reverse("host_reads", args=[host_token(link)]))


def read_host_token(token: str) -> HostLink | None:
    try:
        key = _hosts.unsign_object(token)
    except signing.BadSignature:
        return None
    links = HostLink.objects.filter(pk=UUID(key))
    return links.select_related("gathering__community", "gathering__axis", "organisation", "community").first()
