"""What happens to the money: lines are added, become surer or less sure, and are removed."""

from typing import Any

from django.db import transaction

from recolte.community.models import Community, Organisation, User
from recolte.journal.actions import record
from recolte.programme.actions.plan import changed
from recolte.programme.models import FundingLine


@transaction.atomic
def add_funding(
    community: Community, funder: Organisation, purpose: str, *, by: User | None, **facts: Any
) -> FundingLine:
    """A sum that somebody gives, or may give; `facts` are its other fields (amount, state, axis, …)."""
    line = FundingLine.objects.create(community=community, funder=funder, purpose=purpose, by=by, **facts)
    record("funding.added", line, by=by, state=line.state)
    return line


@transaction.atomic
def change_funding(line: FundingLine, *, by: User | None, **facts: Any) -> None:
    changed(line, facts, by=by, verb="funding.changed")


@transaction.atomic
def remove_funding(line: FundingLine, *, by: User | None) -> None:
    record("funding.removed", line, by=by)
    line.delete()
