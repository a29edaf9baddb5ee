"""For the host: what the visit brought. Only what those who said it have agreed to, and may be quoted with in public.

A host is an employer too: neither drafts, nor what somebody objected to or took back, nor that they did, is told here.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from recolte.cards.rules import Standing
from recolte.community.models import Role, User
from recolte.publishing.actions import latest_publications, own_address, reaction_link, told_claims, validated_claims
from recolte.publishing.dossiers.paper import Block, Dossier, Section, Text
from recolte.publishing.dossiers.restitution import open_door_of
from recolte.publishing.dossiers.visit import about, claims, figures, in_figures, nothing, programme
from recolte.publishing.models import HostLink
from recolte.sources.actions import deposit_link
from recolte.sources.models import DepositDoor
from recolte.sources.rules import why_no_deposit


def told_to(link: HostLink) -> tuple[list[Standing], list[Standing]]:
    """What the host is told, of what is validated now; and what else is, which waits for those who coordinate."""
    validated = validated_claims(link.gathering)
    told = [one for one in validated if link.told.get(str(one.claim.pk)) == one.version]
    return told, [one for one in validated if link.told.get(str(one.claim.pk)) != one.version]


def host_dossier(link: HostLink) -> Dossier:
    gathering, community = link.gathering, link.community
    told, waiting = told_to(link)
    found = figures([gathering])
    sections = [
        Section("thanks", _("Thank you"), [Text(_thanks(link))]),
        Section("visit", _("The visit"), [*([in_figures(found)] if found else []), *programme(gathering)]),
        Section("learned", _("What it taught us"), list(_learned(link, told))),
        Section("yours", _("What is yours to do"), list(_yours(link))),
    ]
    return Dossier(
        title=_("What your visit brought"),
        about=str(link.organisation),
        facts=[gathering.name, *about(gathering)[1:]],
        community=community.name,
        made_from=_("from what those who spoke have validated, and agreed to be quoted with"),
        sections=[one for one in sections if one.blocks],
        first=""
        if told or waiting
        else _(
            "Nobody has validated a claim that rests on this visit yet: ask those who spoke, from the page of the people, "
            "then write to the host."
        ),
    )


def _thanks(link: HostLink) -> str:
    return _(
        "%(organisation)s received us: thank you. Here is what it became, as those who spoke have read it again and "
        "agreed to it. This page is made anew each time it is opened."
    ) % {"organisation": link.organisation}


def _learned(link: HostLink, told: list[Standing]) -> Iterable[Block]:
    if not told:
        yield nothing(_("What was learned is being read again by those who said it. Come back to this page later."))
        return
    yield from claims(told_claims(told))
    is_written = any(not one.folder for one in latest_publications(link.community))
    if is_written and any(one.is_sent_out for one in told):
        yield Text(_("The public site of the community"), own_address(link.community))


def _yours(link: HostLink) -> Iterable[Block]:
    gathering = link.gathering
    deposit = DepositDoor.objects.filter(gathering=gathering).select_related("gathering").first()
    if deposit and not why_no_deposit(deposit):
        yield Text(_("Give something more of this visit: a word, a photo or a recording"), deposit_link(deposit))
    if door := open_door_of(gathering):
        yield Text(_("Say what you make of it"), reaction_link(door))
    names = ", ".join(coordinators(link))
    yield Text(
        _(
            "Whoever spoke may hear their words again, correct them, or take them back, at any time and without giving a "
            "reason: with their personal link, or by asking %(names)s for a new one."
        )
        % {"names": names or link.community.name}
    )


def coordinators(link: HostLink) -> list[str]:
    coordinating = User.objects.filter(memberships__community=link.community, memberships__role=Role.COORDINATOR)
    return [one.name for one in coordinating.exclude(name="").order_by("name")]
