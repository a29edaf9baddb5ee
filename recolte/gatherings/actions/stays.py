"""Lodging people, and forgetting what they told for it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from recolte.community.models import Person, User
from recolte.gatherings.models import Gathering, Lodging, Stay
from recolte.journal.actions import record


@transaction.atomic
def add_lodging(gathering: Gathering, *, by: User, **facts: Any) -> Lodging:
    """Note a place where people can sleep; `facts` are its fields (kind, name, address, beds, cost, shared_by)."""
    lodging = Lodging.objects.create(community_id=gathering.community_id, gathering=gathering, **facts)
    record("lodging.added", lodging, by=by, gathering=str(gathering.pk))
    return lodging


@transaction.atomic
def change_lodging(lodging: Lodging, *, by: User, **facts: Any) -> None:
    if changed := _set(lodging, facts):
        record("lodging.changed", lodging, by=by, fields=", ".join(changed))


@transaction.atomic
def remove_lodging(lodging: Lodging, *, by: User) -> None:
    """Take a place away; those who were to sleep there wait for another."""
    record("lodging.removed", lodging, by=by, gathering=str(lodging.gathering_id))
    lodging.delete()


@transaction.atomic
def add_stay(gathering: Gathering, guest: User | Person, *, by: User, **facts: Any) -> Stay:
    """Note the nights of `guest`; `facts` are its other fields."""
    stay = Stay.objects.create(
        community_id=gathering.community_id,
        gathering=gathering,
        user=guest if isinstance(guest, User) else None,
        person=guest if isinstance(guest, Person) else None,
        **facts,
    )
    record("stay.added", stay, by=by, gathering=str(gathering.pk))
    return stay


@transaction.atomic
def change_stay(stay: Stay, *, by: User, **facts: Any) -> None:
    if changed := _set(stay, facts):
        record("stay.changed", stay, by=by, fields=", ".join(changed))


@transaction.atomic
def remove_stay(stay: Stay, *, by: User) -> None:
    record("stay.removed", stay, by=by, gathering=str(stay.gathering_id))
    stay.delete()


def _set(row: Lodging | Stay, facts: dict[str, Any]) -> list[str]:
    """Write what is new of `facts`; returns the names of the fields that changed."""
    changed = sorted(field for field, value in facts.items() if getattr(row, field) != value)
    for field in changed:
        setattr(row, field, facts[field])
    row.save(update_fields=changed)
    return changed


def erase_outlived() -> int:
    """Forget whose the stays were that may be kept no longer, and all that they told; how many stays."""
    outlived = Stay.objects.outlived(timezone.localdate())
    gatherings = Gathering.objects.filter(pk__in=outlived.values("gathering"))
    return sum(erase_stays(gathering, outlived.filter(gathering=gathering)) for gathering in gatherings)


@transaction.atomic
def erase_stays(gathering: Gathering, stays: Iterable[Stay]) -> int:
    """Leave of `stays` only nights, bed and money, and of the places no word on whose home they were or who paid."""
    now = timezone.now()
    gone: dict[str, Any] = {
        "user": None,
        "person": None,
        "diet": "",
        "access_needs": "",
        "remark": "",
        "erased_at": now,
    }
    count = Stay.objects.filter(pk__in=[stay.pk for stay in stays]).update(**gone)
    places = Lodging.objects.filter(gathering=gathering, erased_at=None)
    homes = places.filter(kind=Lodging.Kind.HOME).update(name="", address="", shared_by="", erased_at=now)
    homes += places.update(shared_by="", erased_at=now)
    record("stay.erased", gathering, by=None, stays=count, lodgings=homes)
    return count
