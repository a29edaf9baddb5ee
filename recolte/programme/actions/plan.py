"""What happens to programmes, their axes and phases, the dates told of them, and the credits."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person, User
from recolte.journal.actions import record
from recolte.programme.models import Axis, Contribution, DatedFact, Phase, Precision, Programme


def changed(row: models.Model, facts: dict[str, Any], *, by: User | None, verb: str) -> bool:
    """Give `row` these facts; the journal keeps which of them changed, not what they say. False when none did."""
    names = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name in names:
        setattr(row, name, facts[name])
    if names:
        row.save()
        record(verb, row, by=by, fields=", ".join(names))
    return bool(names)


@transaction.atomic
def start_programme(
    community: Community, title: str, *, by: User | None, question: str = "", variants: list[str] | None = None
) -> Programme:
    """Say what the community has set out to do; `variants` are other titles that it goes by."""
    programme = Programme.objects.create(
        community=community, title=" ".join(title.split()), question=question, variants=variants or [], by=by
    )
    record("programme.started", programme, by=by)
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, by: User | None, **facts: Any) -> None:
    changed(programme, facts, by=by, verb="programme.changed")


@transaction.atomic
def add_axis(programme: Programme, number: int, title: str, *, by: User | None, purpose: str = "") -> Axis:
    axis = Axis.objects.create(
        community=programme.community, programme=programme, number=number, title=title, purpose=purpose
    )
    record("axis.added", axis, by=by)
    return axis


@transaction.atomic
def change_axis(axis: Axis, *, by: User | None, **facts: Any) -> None:
    changed(axis, facts, by=by, verb="axis.changed")


@transaction.atomic
def add_phase(
    programme: Programme, number: int, *, by: User | None, axis: Axis | None = None, title: str = "", purpose: str = ""
) -> Phase:
    """A phase of `axis`, or of the whole programme."""
    phase = Phase.objects.create(
        community=programme.community, programme=programme, axis=axis, number=number, title=title, purpose=purpose
    )
    record("phase.added", phase, by=by)
    return phase


@transaction.atomic
def change_phase(phase: Phase, *, by: User | None, **facts: Any) -> None:
    changed(phase, facts, by=by, verb="phase.changed")


@transaction.atomic
def remove(row: Programme | Axis | Phase, *, by: User | None) -> None:
    """Take away what was written by mistake. Raises ValidationError while something hangs on it."""
    for relation in row._meta.related_objects:
        if relation.related_model._default_manager.filter(**{relation.field.name: row}).exists():
            raise ValidationError(
                _("Phases, dates, credits or funding hang on it: remove those first, or tie them to something else.")
            )
    record(f"{row._meta.model_name}.removed", row, by=by)
    row.delete()


@transaction.atomic
def tell_date(
    about: Programme | Axis | Phase,
    what: DatedFact.What,
    day: date,
    *,
    source: str,
    by: User | None,
    precision: Precision = Precision.DAY,
    address: str = "",
) -> DatedFact:
    """Note when something began or ended, according to `source`, beside what others say: no date replaces another."""
    fact = DatedFact.objects.create(
        community=about.community,
        programme=about if isinstance(about, Programme) else about.programme,
        axis=about if isinstance(about, Axis) else None,
        phase=about if isinstance(about, Phase) else None,
        what=what,
        day=day,
        precision=precision,
        source=" ".join(source.split()),
        address=address,
        by=by,
    )
    record("date.told", fact, by=by)
    return fact


@transaction.atomic
def take_date_back(fact: DatedFact, *, by: User | None) -> None:
    record("date.taken_back", fact, by=by)
    fact.delete()


@transaction.atomic
def credit(
    programme: Programme, person: Person, role: str, *, by: User | None, axis: Axis | None = None, named: bool = False
) -> Contribution:
    """Say what somebody gave; `named`, that they agreed to be named for it. Said twice, it is one credit."""
    contribution, is_new = Contribution.objects.get_or_create(
        community=programme.community, programme=programme, axis=axis, person=person, role=" ".join(role.split())
    )
    if is_new:
        record("contribution.credited", contribution, by=by, named=named)
    if contribution.may_be_named != named:
        contribution.may_be_named = named
        contribution.save(update_fields=["may_be_named"])
        if not is_new:
            record("contribution.changed", contribution, by=by, named=named)
    return contribution


@transaction.atomic
def change_credit(contribution: Contribution, *, by: User | None, **facts: Any) -> None:
    changed(contribution, facts, by=by, verb="contribution.changed")


@transaction.atomic
def remove_credit(contribution: Contribution, *, by: User | None) -> None:
    record("contribution.removed", contribution, by=by)
    contribution.delete()
