"""What is said of an application: to the collective, of its status; to those who choose, of what a choice departs from."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from recolte.accompaniment.models import State
from recolte.ui.ids import is_uuid

LATE, FULL, ALL_MET, NOT_MET, PARTLY = "late", "full", "all_met", "not_met:", "partly:"


def told(state: str) -> str:
    """The status, as the collective reads it."""
    return {
        State.RECEIVED: _("Your application has arrived. It has not been read yet."),
        State.READING: _("Your application is being read."),
        State.ACCOMPANIED: _("Your collective will be accompanied."),
        State.WAITING: _("Your application is on the waiting list."),
        State.DECLINED: _("Your application was not chosen."),
        State.WITHDRAWN: _("Your application was withdrawn: what you wrote is erased."),
    }[State(state)]


def departure(code: str, criteria: Mapping[UUID, str]) -> str:
    """What a choice departs from, in words; `criteria` are the names of those of the call."""
    kind, _colon, key = code.rpartition(":")
    if key:
        name = {"name": (criteria.get(UUID(key), "") if is_uuid(key) else "") or "?"}
        if f"{kind}:" == PARTLY:
            return _("accompanied, though a reader found “%(name)s” only partly met") % name
        return _("accompanied, though a reader found “%(name)s” not met") % name
    return {
        LATE: _("accompanied, though it came after the last day of the call"),
        FULL: _("accompanied, though the call hoped for fewer sites"),
        ALL_MET: _("not accompanied, though every reader found every criterion met"),
    }[code]
