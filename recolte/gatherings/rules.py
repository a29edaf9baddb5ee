from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Reader, Role
from recolte.community.rules import can_contribute, role_in
from recolte.gatherings.models import Gathering, Task
from recolte.ui.dates import date_format


def can_plan(user: Reader, community: Community) -> bool:
    """Whoever contributes may add a gathering: what was lived should not wait for somebody's rights."""
    return can_contribute(user, community)


def can_change(user: Reader, gathering: Gathering) -> bool:
    """Change it, invite, note who was there, write its agenda, lodge people: who planned it, and who coordinates."""
    role = role_in(gathering.community, user)
    return role == Role.COORDINATOR or (role is not None and gathering.by_id == user.pk)


def reminded_lately(reminded_at: datetime | None) -> bool:
    """Nobody is reminded twice within a day."""
    return reminded_at is not None and timezone.now() - reminded_at < timedelta(days=1)


def why_not_called_off(gathering: Gathering) -> str:
    """Why the gathering cannot be called off: the sentence, or nothing when it can."""
    if gathering.is_called_off:
        return _("This gathering is called off already.")
    if gathering.is_option:
        return _("This gathering is under study, nobody was told that it takes place: there is nothing to call off.")
    if gathering.is_over:
        return _("This gathering is over: what took place is not called off any more.")
    return ""


def why_door_is_closed(gathering: Gathering) -> str:
    """Why nobody can say now that they are there: the sentence, or nothing when they can.

    One can from the day before the gathering to the day after, as the calendar says where it takes place.
    """
    if closed := _does_not_take_place(gathering):
        return closed
    first, last = gathering.starts_on, gathering.last_day
    if first is None or last is None:
        return _("This gathering has no date yet: ask whoever invites you when it takes place.")
    today = gathering.today
    if today < first - timedelta(days=1):
        return _("The gathering has not begun: come back on %(day)s.") % {"day": date_format(first, "l j F Y")}
    if today > last + timedelta(days=1):
        return _("The gathering is over: tell whoever invited you that you were there, they can still note it.")
    return ""


def why_no_evening(gathering: Gathering) -> str:
    """Why there is no letter of the evening to send now: the sentence, or nothing when there is one.

    It is of a day of the gathering; the morning after the last one, it may still be written.
    """
    if closed := _does_not_take_place(gathering):
        return closed
    first, last = gathering.starts_on, gathering.last_day
    today = gathering.today
    if first is None or last is None or today < first:
        return _("The gathering has not begun: the letter of its evening is written on the day.")
    if today > last + timedelta(days=1):
        return _("The gathering is over: an interim report or a dossier tells of it now.")
    return ""


def why_no_stay(gathering: Gathering) -> str:
    """Why nobody can be lodged any more: the sentence, or nothing when somebody can."""
    if gathering.is_over:
        return _("This gathering is over: no new stay is noted, and what was told for the others erases itself.")
    return ""


def _does_not_take_place(gathering: Gathering) -> str:
    if gathering.is_option:
        return _("This gathering is not confirmed yet: ask whoever invites you when it takes place.")
    if gathering.is_called_off:
        return _("This gathering is called off: ask whoever invites you when it takes place.")
    return ""


def can_coordinate(user: Reader, community: Community) -> bool:
    return role_in(community, user) == Role.COORDINATOR


def can_finish(user: Reader, task: Task) -> bool:
    """Say that a task is done, or that it is not: whose it is, and who coordinates."""
    role = role_in(task.community, user)
    return role == Role.COORDINATOR or (role is not None and task.account_id == user.pk)
