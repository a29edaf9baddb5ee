"""What happens to agreements: they are noted, change, and are told of before they end."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import Community, Organisation, Role, User
from recolte.journal.actions import record
from recolte.programme.actions.plan import changed
from recolte.programme.models import Agreement, Standing


@transaction.atomic
def add_agreement(
    community: Community, title: str, parties: Iterable[Organisation], *, by: User | None, **facts: Any
) -> Agreement:
    """Note what was agreed between structures; `facts` are its other fields (terms, signed_on, ends_on, …)."""
    agreement = Agreement.objects.create(community=community, title=title, by=by, **facts)
    agreement.parties.set(parties)
    record("agreement.added", agreement, by=by)
    return agreement


@transaction.atomic
def change_agreement(agreement: Agreement, parties: Iterable[Organisation], *, by: User | None, **facts: Any) -> None:
    parties = set(parties)
    others = parties != set(agreement.parties.all())
    agreement.parties.set(parties)
    if not changed(agreement, facts, by=by, verb="agreement.changed") and others:
        record("agreement.changed", agreement, by=by, fields="parties")


@transaction.atomic
def remove_agreement(agreement: Agreement, *, by: User | None) -> None:
    record("agreement.removed", agreement, by=by)
    agreement.delete()


def remind_of_ends(today: date) -> int:
    """Write to those who coordinate of each agreement that is to be renewed: one letter each, once for an end.

    An end that is moved is told of again when its notice begins. Returns how many agreements were told of.
    """
    waiting = Agreement.objects.standing(Standing.TO_RENEW, today).exclude(reminded_of=F("ends_on"))
    return sum(_remind(agreement) for agreement in waiting.select_related("community"))


@transaction.atomic
def _remind(agreement: Agreement) -> bool:
    """The mark and the letters are one transaction: whoever comes second finds the mark."""
    untold = Agreement.objects.filter(pk=agreement.pk, ends_on=agreement.ends_on).exclude(reminded_of=F("ends_on"))
    if not untold.update(reminded_of=F("ends_on")):
        return False
    words = {"agreement": agreement, "link": site_address(agreement.get_absolute_url())}
    coordinators = User.objects.filter(
        memberships__community=agreement.community, memberships__role=Role.COORDINATOR, is_active=True
    )
    for user in coordinators:
        post(
            agreement.community,
            user.email,
            _("A convention ends soon: %(title)s") % {"title": agreement},
            render_to_string("programme/reminder.txt", words),
            about=agreement,
            by=None,
        )
    record("agreement.reminded", agreement, by=None)
    return True
