from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation, Origin, User
from recolte.interchange.actors.matching import Choice, Proposal, Why, differences, filled
from recolte.interchange.actors.models import ActorList
from recolte.interchange.actors.reading import Fault, Listed, NotAList, Reading, open_table, reassigned, understand
from recolte.interchange.actors.sentences import sentence
from recolte.journal.actions import record

KEPT_DAYS = 30  # that a file's lines are kept while nobody brings them in


@transaction.atomic
def receive_list(
    community: Community,
    name: str,
    data: bytes,
    *,
    by: User | None,
    source: str = "",
    credit: str = "",
    told: Mapping[str, str] | None = None,
) -> ActorList:
    """Read a list and keep it until somebody has chosen what becomes of it. Raises ValidationError with a sentence.

    `told` says what single columns hold, or nothing; the others are guessed. Where no column is known to hold the names,
    the list waits for somebody to say which one does (`is_understood`).
    """
    try:
        table = open_table(data).without_contacts()
        mapping = reassigned(table, told or {})
        reading = understand(table, mapping) if "name" in mapping else Reading([], mapping, [])
    except NotAList as problem:
        raise ValidationError(sentence(problem)) from None
    name = PurePath(name).name[:160]
    received = ActorList.objects.create(
        community=community,
        by=by,
        name=name,
        source=" ".join(source.split())[:160] or PurePath(name).stem[:160] or name,
        credit=" ".join(credit.split())[:250],
        format=table.format,
        columns=table.columns,
        lines=table.lines,
        mapping=reading.mapping,
        unused=reading.unused[:100],
        actors=[one.as_json() for one in reading.actors],
        nameless=reading.nameless,
        repeated=reading.repeated,
    )
    record("actors.received", received, by=by, actors=len(reading.actors))
    return received


@transaction.atomic
def take_columns(received: ActorList, mapping: Mapping[str, str], *, by: User) -> None:
    """Read the list again, with `mapping`: in which column what stands. Raises ValidationError with a sentence."""
    if received.applied_at or not received.lines:
        raise ValidationError(_("What this file said is not kept any more: bring it again, then choose its columns."))
    try:
        reading = understand(received.table, mapping)
    except NotAList as problem:
        if problem.fault == Fault.EMPTY:
            raise ValidationError(_("No line says a name in that column: choose another one for the names.")) from None
        raise ValidationError(sentence(problem)) from None
    received.mapping, received.unused = reading.mapping, reading.unused[:100]
    received.actors = [one.as_json() for one in reading.actors]
    received.nameless, received.repeated = reading.nameless, reading.repeated
    received.save()
    record("actors.columns_chosen", received, by=by, actors=len(reading.actors))


def forget_lines() -> int:
    """What files said that nobody brought in is not kept for ever: their columns can then not be changed any more."""
    old = ActorList.objects.filter(received_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).exclude(lines=[])
    return old.update(lines=[])


@dataclass
class Outcome:
    """How many structures were added, completed or corrected, found to be here already, and left out."""

    added: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0


def by_default(found: list[Proposal]) -> dict[int, Choice]:
    """What is done where nobody chooses line by line."""
    return {one.number: one.default for one in found}


@transaction.atomic
def bring_in(received: ActorList, choices: Mapping[int, Choice], *, by: User | None) -> Outcome:
    """Do what was chosen for each line, by its number; lines without a choice are left out.

    Raises ValidationError when it was done already.
    """
    taken = ActorList.objects.filter(pk=received.pk, applied_at=None).update(applied_at=timezone.now())
    if not taken:
        raise ValidationError(
            _("This list has been brought in already: bring the file again to see what is left of it.")
        )
    outcome = Outcome()
    names = {
        one.casefold()
        for one in Organisation.objects.filter(community=received.community_id).values_list("name", flat=True)
    }
    for proposal in received.proposals():
        choice = choices.get(proposal.number, Choice.LEAVE)
        here: Organisation | None = None if choice == Choice.ADD else proposal.here
        if choice == Choice.LEAVE or (here is None and choice != Choice.ADD):
            outcome.left += 1
            continue
        if here is None:
            here = _add(received, proposal.listed, names)
            outcome.added += 1
        elif _complete(here, proposal.listed, choice):
            outcome.changed += 1
        else:
            outcome.same += 1
        if proposal.why != Why.KNOWN or choice == Choice.ADD:
            _remember(received, proposal.listed, here, by)
    received.applied_at = timezone.now()
    received.actors = received.lines = []
    received.save(update_fields=["applied_at", "actors", "lines"])
    record("actors.imported", received, by=by, added=outcome.added, changed=outcome.changed, same=outcome.same)
    return outcome


def _add(received: ActorList, listed: Listed, names: set[str]) -> Organisation:
    name = listed.name
    if name.casefold() in names and listed.municipality:
        name = f"{name[:100]} ({listed.municipality[:50]})"
    number, wanted = 2, name
    while name.casefold() in names:
        name, number = f"{wanted[:150]} ({number})", number + 1
    names.add(name.casefold())
    facts = {field: value for field, value in listed.as_facts().items() if value not in ("", None)}
    return Organisation.objects.create(community_id=received.community_id, name=name, **facts)


def _complete(here: Organisation, listed: Listed, choice: Choice) -> bool:
    """Whether something changed."""
    facts: dict[str, Any] = {}
    if choice == Choice.FILL:
        facts = filled(listed, here)
    elif choice == Choice.TAKE:
        facts = {difference.field: difference.theirs for difference in differences(listed, here)}
    starts, ends = facts.get("starts_on", here.starts_on), facts.get("ends_on", here.ends_on)
    if starts and ends and ends < starts:  # one date of ours, one of theirs: together they would mean nothing
        facts.pop("starts_on", None)
        facts.pop("ends_on", None)
    for field, value in facts.items():
        setattr(here, field, value)
    if facts:
        here.save(update_fields=list(facts))
    return bool(facts)


def _remember(received: ActorList, listed: Listed, here: Organisation, by: User | None) -> None:
    Origin.objects.update_or_create(
        community_id=received.community_id,
        source=received.source,
        external_id=listed.external_id,
        defaults={"organisation": here, "credit": received.credit, "by": by},
    )
