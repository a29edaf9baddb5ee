"""Calls: prepared, opened, changed; removed while nobody has applied."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.accompaniment.models import Call, Criterion
from recolte.community.models import Community, User
from recolte.journal.actions import record
from recolte.programme.actions.plan import changed

Criteria = Sequence[tuple[str, str]]  # each a name, and what is looked at


@transaction.atomic
def open_call(community: Community, title: str, words: str, *, criteria: Criteria = (), by: User, **facts: Any) -> Call:
    """Prepare a call; `facts` are its other fields. It is open from `opens_on` to `closes_on`, both included."""
    call = Call.objects.create(community=community, title=title, words=words, by=by, **facts)
    _write_criteria(call, criteria)
    record("call.added", call, by=by, criteria=len(criteria))
    return call


@transaction.atomic
def change_call(call: Call, *, criteria: Criteria | None = None, by: User, **facts: Any) -> None:
    """Give the call these facts. Raises ValidationError when the criteria would change after somebody has applied."""
    locked = Call.objects.select_for_update().get(pk=call.pk)
    now = [(one.name, one.looked_at) for one in call.criteria.all()]
    if criteria is not None and list(criteria) != now:
        if locked.applications.exists():
            raise ValidationError(
                {"criteria": _("Somebody has applied already, for these criteria: they stay as they are.")}
            )
        call.criteria.all().delete()
        _write_criteria(call, criteria)
        record("call.criteria_changed", call, by=by, criteria=len(criteria))
    changed(call, facts, by=by, verb="call.changed")


@transaction.atomic
def remove_call(call: Call, *, by: User) -> None:
    """Take a call away. Raises ValidationError once somebody has applied: close it instead."""
    if Call.objects.select_for_update().get(pk=call.pk).applications.exists():
        raise ValidationError(_("Somebody has applied to this call: give it a last day that is over to close it."))
    record("call.removed", call, by=by)
    call.delete()


def _write_criteria(call: Call, criteria: Criteria) -> None:
    for position, (name, looked_at) in enumerate(criteria, 1):
        Criterion.objects.create(community=call.community, call=call, position=position, name=name, looked_at=looked_at)
