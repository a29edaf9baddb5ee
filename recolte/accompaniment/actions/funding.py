"""What may pay for the accompaniment: written once, as a line of the programme's funding, and tied to a call."""

from datetime import date
from typing import Any

from django.db import transaction

from recolte.accompaniment.models import Application, Call, FundingOption
from recolte.community.models import Organisation, User
from recolte.journal.actions import record
from recolte.programme.actions import add_funding, change_funding
from recolte.programme.actions.plan import changed
from recolte.programme.models import FundingLine


@transaction.atomic
def tie_line(
    call: Call,
    line: FundingLine,
    *,
    as_of: date,
    source: str = "",
    application: Application | None = None,
    by: User,
) -> FundingOption:
    """Say that a line of the community's funding may pay for what a call opens, or for one of its sites."""
    option = FundingOption.objects.create(
        community=call.community, call=call, application=application, line=line, as_of=as_of, source=source
    )
    record("funding_option.added", option, by=by, call=str(call.pk), line=str(line.pk))
    return option


@transaction.atomic
def add_option(
    call: Call,
    funder: Organisation,
    purpose: str,
    *,
    as_of: date,
    source: str = "",
    application: Application | None = None,
    by: User,
    **facts: Any,
) -> FundingOption:
    """A new line that may pay for what a call opens, or for one of its sites; `facts` are its other fields."""
    line = add_funding(call.community, funder, purpose, by=by, **facts)
    return tie_line(call, line, as_of=as_of, source=source, application=application, by=by)


@transaction.atomic
def change_option(
    option: FundingOption, *, as_of: date, source: str, application: Application | None, by: User, **facts: Any
) -> None:
    change_funding(option.line, by=by, **facts)
    told = {"as_of": as_of, "source": source, "application": application}
    changed(option, told, by=by, verb="funding_option.changed")


@transaction.atomic
def untie_line(option: FundingOption, *, by: User) -> None:
    """The line stays in the funding of the community."""
    record("funding_option.removed", option, by=by, line=str(option.line_id))
    option.delete()
