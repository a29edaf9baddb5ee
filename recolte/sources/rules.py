from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Person, Reader, Role
from recolte.community.rules import can_contribute, is_member, role_in
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change
from recolte.sources.models import Deposit, DepositDoor, Source
from recolte.ui.dates import date_format

MOST_AN_HOUR = 30  # deposits without an account, for one gathering
MOST_BYTES = 300 * 1024 * 1024  # of one of them


def can_deposit(user: Reader, gathering: Gathering) -> bool:
    return can_contribute(user, gathering.community)


def can_agree(user: Reader, source: Source) -> bool:
    """Who brought it attests: nobody else knows who was informed. For what a guest left, who organises the gathering."""
    if source.is_left:
        return can_change(user, source.gathering)
    return source.deposit.by == user and is_member(user, source.community)


def can_steer(user: Reader, source: Source) -> bool:
    """Cancel or start again the work on a source: who brought it, and who coordinates."""
    return source.deposit.by == user or role_in(source.community, user) == Role.COORDINATOR


def can_tell_moment(user: Reader, source: Source) -> bool:
    """Say what was happening in a photo, and who is seen on it: who brought it, and who organises the gathering."""
    brought = source.deposit.by == user and is_member(user, source.community)
    return brought or can_change(user, source.gathering)


def why_no_deposit(door: DepositDoor) -> str:
    """Why nothing can be left now without an account: the sentence, or nothing when it can."""
    if door.gathering.is_called_off:
        return _("This gathering is called off: give what you have to whoever invited you.")
    if door.gathering.today > door.last_day:
        return _("This page took things in until %(day)s: give what you have to whoever invited you.") % {
            "day": date_format(door.last_day, "l j F Y")
        }
    lately = Deposit.objects.filter(gathering=door.gathering_id).left_since(timezone.now() - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return _("Many people are leaving something at this moment: come back to this page in an hour.")
    return ""


def speaks_for_themselves(person: Person) -> bool:
    """Whether what is ticked without an account may count as this person's agreement.

    Anybody can write any name: nobody's earlier words are opened, and no withdrawal is undone, by who writes theirs. So it
    counts only for somebody of whom the community holds nothing but what was left in this way.
    """
    return (
        person.user_id is None
        and not person.consents.exists()
        and not person.sources.exclude(deposit__person=person).exists()
    )
