"""What is to be thought of around a gathering."""

from django.db import transaction
from django.utils import timezone

from recolte.community.models import User
from recolte.gatherings.checklists import usual
from recolte.gatherings.models import ChecklistItem, Gathering
from recolte.journal.actions import record


@transaction.atomic
def begin_checklist(gathering: Gathering, *, by: User) -> None:
    """Put down what is usual for a gathering of this kind; nothing where something stands already."""
    if ChecklistItem.objects.filter(gathering=gathering).exists():
        return
    facts = {"community_id": gathering.community_id, "gathering": gathering}
    rows = [ChecklistItem(moment=moment, what=str(what), **facts) for moment, what in usual(gathering)]
    ChecklistItem.objects.bulk_create(rows)
    record("checklist.begun", gathering, by=by, items=len(rows))


@transaction.atomic
def add_to_checklist(gathering: Gathering, what: str, moment: str, *, by: User) -> ChecklistItem:
    item = ChecklistItem.objects.create(
        community_id=gathering.community_id, gathering=gathering, moment=moment, what=" ".join(what.split())
    )
    record("checklist_item.added", item, by=by, gathering=str(gathering.pk))
    return item


@transaction.atomic
def tick(item: ChecklistItem, *, by: User) -> None:
    """Say that it was thought of; said of what is ticked, it is to be done again."""
    is_done = item.done_at is None
    item.done_at, item.done_by = (timezone.now(), by) if is_done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    record("checklist_item.ticked", item, by=by, done=is_done)


@transaction.atomic
def take_off_checklist(item: ChecklistItem, *, by: User) -> None:
    record("checklist_item.removed", item, by=by, gathering=str(item.gathering_id))
    item.delete()
