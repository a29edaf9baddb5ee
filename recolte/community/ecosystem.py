"""Structures in their territory: what is known of them, what ties them, and two that turn out to be one."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation, Person, Relation, RelationKind, User
from recolte.community.people import same
from recolte.journal.actions import record

FACTS = [
    "kind",
    "municipality",
    "code",
    "latitude",
    "longitude",
    "website",
    "description",
    "starts_on",
    "ends_on",
]


@transaction.atomic
def add_organisation(community: Community, name: str, *, by: User | None, **facts: Any) -> Organisation:
    """A structure that is not here yet; `facts` are those of FACTS. Raises ValidationError when the name is taken."""
    organisation = Organisation(community=community, name=_free(community, name), **facts)
    _agrees_with_itself(organisation)
    organisation.save()
    record("organisation.added", organisation, by=by)
    return organisation


@transaction.atomic
def change_organisation(organisation: Organisation, *, by: User | None, **facts: Any) -> bool:
    """Say otherwise what a structure is; False where nothing changes. Raises ValidationError when the name is taken."""
    if "name" in facts:
        facts["name"] = _free(organisation.community, facts["name"], organisation)
    changed = sorted(field for field, value in facts.items() if getattr(organisation, field) != value)
    if not changed:
        return False
    for field in changed:
        setattr(organisation, field, facts[field])
    _agrees_with_itself(organisation)
    organisation.save(update_fields=changed)
    record("organisation.changed", organisation, by=by, fields=", ".join(changed))
    return True


def _free(community: Community, name: str, itself: Organisation | None = None) -> str:
    name = " ".join(name.replace("\x00", "").split())[:160].strip()
    if not name:
        raise ValidationError({"name": _("A structure needs a name: give the one that people use.")})
    others = Organisation.objects.filter(community=community).values_list("pk", "name")
    if any(same(other, name) for pk, other in others if not itself or pk != itself.pk):
        raise ValidationError(
            {"name": _("There is already a structure of this name: open it, or add what tells them apart.")}
        )
    return name


def _agrees_with_itself(organisation: Organisation) -> None:
    if (organisation.latitude is None) != (organisation.longitude is None):
        raise ValidationError({"longitude": _("A point needs its latitude and its longitude: give both, or neither.")})
    _ends_after_it_starts(organisation.starts_on, organisation.ends_on)


def _ends_after_it_starts(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends < starts:
        raise ValidationError({"ends_on": _("This ends before it begins: correct one of the two dates.")})


@transaction.atomic
def relate(
    subject: Organisation,
    kind: RelationKind,
    object: Organisation,
    *,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    source: str = "",
) -> Relation:
    """Note what ties two structures. Raises ValidationError when it is noted already for some of that time, or when a
    structure would be a part of itself.
    """
    if subject == object:
        raise ValidationError({"other": _("A relation is between two structures: choose another one.")})
    _ends_after_it_starts(starts_on, ends_on)
    relation = Relation(
        community_id=subject.community_id,
        subject=subject,
        kind=kind,
        object=object,
        starts_on=starts_on,
        ends_on=ends_on,
        source=" ".join(source.split())[:250],
        by=by,
    )
    if any(_says_the_same(relation, other) for other in Relation.objects.touching(subject)):
        raise ValidationError(
            {
                "other": _(
                    "This relation is already noted for that time: end the one that is there, or change the dates."
                )
            }
        )
    if kind == RelationKind.PART_OF and _closes_a_ring(relation):
        raise ValidationError(
            {"other": _("A structure cannot be within itself, nor within one that is a part of it: choose another.")}
        )
    relation.save()
    record("relation.added", relation, by=by, between=str(subject.pk), other=str(object.pk), kind=kind)
    return relation


def _says_the_same(one: Relation, other: Relation) -> bool:
    """The same tie of the same two, at the same time."""
    ends = (one.subject_id, one.object_id)
    if one.kind != other.kind or (
        ends != (other.subject_id, other.object_id)
        and not (one.is_symmetric and ends == (other.object_id, other.subject_id))
    ):
        return False
    return _overlap(one, other)


def _overlap(one: Relation, other: Relation) -> bool:
    return (one.starts_on or date.min) <= (other.ends_on or date.max) and (other.starts_on or date.min) <= (
        one.ends_on or date.max
    )


def _closes_a_ring(new: Relation) -> bool:
    """Whether what it would be a part of is, at that time, a part of it."""
    those = Relation.objects.nesting().filter(community=new.community_id)
    nested = Nesting([one for one in those if _overlap(one, new)])
    return new.subject_id in nested.around(new.object_id)


class Nesting:
    """Which structure is a part of which, by the relations that say so; a structure may be a part of several."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self.direct: dict[UUID, list[Relation]] = defaultdict(list)
        for one in relations:
            self.direct[one.subject_id].append(one)

    def around(self, structure: UUID) -> list[UUID]:
        """All that it is within, the nearest first."""
        found: list[UUID] = []
        ahead = [structure]
        while ahead:
            outer = [one.object_id for at in ahead for one in self.direct.get(at, ())]
            ahead = [one for one in dict.fromkeys(outer) if one not in found]
            found += ahead
        return found


def nesting_on(community: Community, day: date) -> Nesting:
    those = Relation.objects.nesting().filter(community=community).in_force_on(day)
    return Nesting(those.select_related("subject", "object"))


@transaction.atomic
def end_relation(relation: Relation, day: date, *, by: User | None) -> None:
    """Say on which day a relation ended; it stays, for those who look at an earlier day."""
    _ends_after_it_starts(relation.starts_on, day)
    relation.ends_on = day
    relation.save(update_fields=["ends_on"])
    record("relation.ended", relation, by=by)


@transaction.atomic
def remove_relation(relation: Relation, *, by: User | None) -> None:
    """Take away a relation that never was."""
    record("relation.removed", relation, by=by)
    relation.delete()


@transaction.atomic
def merge_organisations(kept: Organisation, gone: Organisation, *, by: User | None) -> int:
    """Two structures turn out to be one: all that pointed to `gone` points to `kept`, which learns what it did not know.

    Gives back how many rows were moved. What both said already (the same relation) is kept once.
    """
    if kept == gone or kept.community_id != gone.community_id:
        raise ValidationError(_("Only two different structures of the same community can become one."))
    moved = sum(_move(link, kept, gone) for link in Organisation._meta.related_objects)
    _say_once(Relation.objects.touching(kept))
    missing = missing_facts(kept, gone)
    gone_id = str(gone.pk)
    gone.delete()
    kept.refresh_from_db()
    for field, value in missing.items():
        setattr(kept, field, value)
    kept.save()
    record("organisation.merged", kept, by=by, gone=gone_id, moved=moved)
    return moved


def missing_facts(kept: Organisation, other: Organisation) -> dict[str, Any]:
    """What `other` knows and `kept` does not. A point comes whole."""
    found = {
        field: getattr(other, field)
        for field in FACTS
        if getattr(kept, field) in ("", None) and getattr(other, field) not in ("", None)
    }
    if kept.starts_on and found.get("ends_on") and found["ends_on"] < kept.starts_on:
        del found["ends_on"]
    if kept.ends_on and found.get("starts_on") and found["starts_on"] > kept.ends_on:
        del found["starts_on"]
    return found


@dataclass(frozen=True)
class Pointing:
    """How many rows point to a structure."""

    people: int
    relations: int
    others: int


def pointing_to(organisation: Organisation) -> Pointing:
    """What a merging would move, for the page that explains it."""
    counts: Counter[str] = Counter()
    names: dict[type[models.Model], str] = {Person: "people", Relation: "relations"}
    for link in Organisation._meta.related_objects:
        rows = link.related_model._base_manager.filter(**{link.field.name: organisation})
        counts[names.get(link.related_model, "others")] += rows.count()
    return Pointing(counts["people"], counts["relations"], counts["others"])


def _move(link: Any, kept: Organisation, gone: Organisation) -> int:
    """Let the rows behind one foreign key point to `kept`; a row that `kept` has already is taken away."""
    name, moved = link.field.name, 0
    for row in link.related_model._base_manager.filter(**{name: gone}):
        if link.many_to_many:
            getattr(row, name).add(kept)
            moved += 1
            continue
        setattr(row, name, None if row == kept and link.field.null else kept)
        if isinstance(row, Relation) and row.subject_id == row.object_id:
            row.delete()
            continue
        try:
            with transaction.atomic():
                row.save(update_fields=[name])
        except IntegrityError:
            row.delete()
        else:
            moved += 1
    return moved


def _say_once(relations: Iterable[Relation]) -> None:
    """Of relations that say exactly the same, keep one."""
    seen: list[Relation] = []
    for relation in relations:
        twin = next((one for one in seen if _says_the_same(one, relation) and _dates(one) == _dates(relation)), None)
        if twin is None:
            seen.append(relation)
            continue
        if relation.source and not twin.source:
            twin.source = relation.source
            twin.save(update_fields=["source"])
        relation.delete()


def _dates(relation: Relation) -> tuple[date | None, date | None]:
    return (relation.starts_on, relation.ends_on)
