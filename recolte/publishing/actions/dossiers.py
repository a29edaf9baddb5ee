"""What a host reads: it is opened to them, told to them, written to them, closed."""

from uuid import UUID

from django.core import signing
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import Organisation, User
from recolte.gatherings.models import Gathering
from recolte.journal.actions import record
from recolte.publishing.actions.site import validated_claims
from recolte.publishing.models import HostLink

_hosts = signing.Signer(salt="host-link")


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
