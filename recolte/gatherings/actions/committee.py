"""The agenda of a gathering, what is decided on it, and who does what of that."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person, User
from recolte.gatherings.linked import Address, linked
from recolte.gatherings.models import AgendaItem, Decision, Gathering, Support, Task
from recolte.journal.actions import record
from recolte.ui.dates import date_format


def _locked(item: AgendaItem) -> AgendaItem:
    """The point, held until the end of the transaction: it is closed, put off or taken away by one person at a time.

    Raises ValidationError when somebody has just taken it away.
    """
    found = AgendaItem.objects.select_for_update(of=("self",)).select_related("gathering").filter(pk=item.pk).first()
    if found is None:
        raise ValidationError(_("Somebody has just taken this point away: go back to the agenda."))
    return found


def _last(gathering: Gathering) -> int:
    last: int | None = AgendaItem.objects.filter(gathering=gathering).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


@transaction.atomic
def add_item(gathering: Gathering, title: str, *, brought_by: str = "", by: User) -> AgendaItem:
    """Put a point at the end of the agenda."""
    item = AgendaItem.objects.create(
        community_id=gathering.community_id,
        gathering=gathering,
        position=_last(gathering),
        title=" ".join(title.split()),
        brought_by=" ".join(brought_by.split()),
        by=by,
    )
    record("agenda_item.added", item, by=by, gathering=str(gathering.pk))
    return item


@transaction.atomic
def write_item(item: AgendaItem, *, title: str, brought_by: str, minutes: str, by: User) -> None:
    """Say otherwise what a point is, or write down what was said about it."""
    now = {"title": title, "brought_by": brought_by, "minutes": minutes}
    changed = sorted(field for field, value in now.items() if getattr(item, field) != value)
    if not changed:
        return
    for field in changed:
        setattr(item, field, now[field])
    item.save(update_fields=changed)
    record("agenda_item.changed", item, by=by, fields=", ".join(changed))


@transaction.atomic
def move_up(item: AgendaItem, *, by: User) -> None:
    """Let the point change places with the one before it."""
    before = AgendaItem.objects.filter(gathering=item.gathering_id, position__lt=item.position).last()
    if before is None:
        return
    item.position, before.position = before.position, item.position
    AgendaItem.objects.bulk_update([item, before], ["position"])
    record("agenda_item.moved", item, by=by, position=item.position)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User) -> None:
    """Take a point away of which nothing was said yet. Raises ValidationError when something was."""
    item = _locked(item)
    if item.minutes or item.decisions.exists() or item.follows_id or AgendaItem.objects.filter(follows=item).exists():
        raise ValidationError(
            _(
                "Something was said or decided on this point: close it by a decision, or put it off to a later gathering."
            )
        )
    record("agenda_item.removed", item, by=by, gathering=str(item.gathering_id))
    item.delete()


@transaction.atomic
def postpone(item: AgendaItem, gathering: Gathering, *, by: User) -> AgendaItem:
    """Let the point appear again in another gathering of the community, with its history.

    Raises ValidationError when it is closed already, or when that gathering is no confirmed one that comes later.
    """
    item = _locked(item)
    if AgendaItem.objects.filter(follows=item).exists():
        raise ValidationError(_("This point was put off already: you find it again in the later gathering."))
    if item.decisions.exists():
        raise ValidationError(_("This point was closed by a decision: add a new point to the later gathering instead."))
    if not Gathering.objects.following(item.gathering).filter(pk=gathering.pk).exists():
        raise ValidationError(
            _("A point can be put off only to a later gathering that is confirmed: choose another one.")
        )
    later = AgendaItem.objects.create(
        community_id=item.community_id,
        gathering=gathering,
        position=_last(gathering),
        title=item.title,
        brought_by=item.brought_by,
        follows=item,
        thread=item.thread,
        by=by,
    )
    record("agenda_item.postponed", item, by=by, to=str(later.pk), gathering=str(gathering.pk))
    return later


@transaction.atomic
def decide(item: AgendaItem, text: str, decided_on: date, *, by: User) -> Decision:
    """Close a point by a decision; a second one on the same point is fine.

    Raises ValidationError when it was put off, or the day is before the gathering.
    """
    item = _locked(item)
    if AgendaItem.objects.filter(follows=item).exists():
        raise ValidationError(
            _("This point was put off: note the decision in the later gathering, where it stands again.")
        )
    first = item.gathering.starts_on or item.gathering.months_from
    if first and decided_on < first:
        said = _("The gathering begins on %(day)s: a decision taken there is of that day or of a later one.")
        raise ValidationError({"decided_on": said % {"day": date_format(first, "l j F Y")}})
    decision = Decision.objects.create(
        community_id=item.community_id, item=item, text=text.strip(), decided_on=decided_on, by=by
    )
    record("decision.made", decision, by=by, item=str(item.pk))
    return decision


@transaction.atomic
def lean_on(decision: Decision, address: Address | None, *, by: User) -> Support:
    """Tie to a decision what it rests on. Raises ValidationError when `by` may not see it, or it is another community's."""
    found = linked(by, [address]).get(address) if address else None
    if address is None or found is None or found.community_id != decision.community_id or address[1] == decision.pk:
        raise ValidationError(
            _(
                "Nothing that you may read here has this address: open the source, excerpt, issue or card and copy its address."
            )
        )
    kind, target = address
    support, created = Support.objects.get_or_create(
        decision=decision, kind=kind, target=target, defaults={"community_id": decision.community_id, "by": by}
    )
    if created:
        record("decision.supported", decision, by=by, kind=kind, target=str(target))
    return support


@transaction.atomic
def lean_no_more(support: Support, *, by: User) -> None:
    record("decision.unsupported", support.decision, by=by, kind=support.kind, target=str(support.target))
    support.delete()


@transaction.atomic
def give_task(
    community: Community,
    what: str,
    *,
    by: User,
    owner: User | Person | None = None,
    due_on: date | None = None,
    decision: Decision | None = None,
) -> Task:
    """Note what somebody is to do; `decision` is what it comes from, if it comes from one."""
    task = Task.objects.create(
        community=community,
        decision=decision,
        what=" ".join(what.split()),
        user=owner if isinstance(owner, User) else None,
        person=owner if isinstance(owner, Person) else None,
        due_on=due_on,
        by=by,
    )
    record("task.given", task, by=by, decision=str(decision.pk) if decision else None)
    return task


@transaction.atomic
def finish(task: Task, *, by: User) -> None:
    """Say that a task is done; said twice, the first time counts."""
    if Task.objects.open().filter(pk=task.pk).update(done_at=timezone.now(), done_by=by):
        record("task.done", task, by=by)


@transaction.atomic
def take_up_again(task: Task, *, by: User) -> None:
    if Task.objects.filter(pk=task.pk).exclude(done_at=None).update(done_at=None, done_by=None):
        record("task.reopened", task, by=by)
