"""Who was there: ticked by the team, or said by the people themselves at the door."""

from collections.abc import Iterable

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.models import Person, User
from recolte.community.people import find_or_make_person
from recolte.gatherings.actions.invitations import person_of
from recolte.gatherings.models import Attendance, Gathering
from recolte.gatherings.rules import why_door_is_closed
from recolte.journal.actions import record

_doors = signing.Signer(salt="gathering-door")  # without a date: what was printed stays valid


@transaction.atomic
def note_presence(
    gathering: Gathering,
    people: Iterable[Person],
    *,
    absent: Iterable[Person] = (),
    members: Iterable[User] = (),
    by: User,
) -> None:
    """Note that these people and members were there, and that those `absent` were not after all."""
    came = [*people, *(person_of(user, gathering.community, by=by) for user in members)]
    gone, _rows = gathering.attendances.filter(person__in=absent).delete()
    new = sum(_note(gathering, person, Attendance.How.NOTED) for person in came)
    if new or gone:
        record("attendance.noted", gathering, by=by, came=new, gone=gone)


@transaction.atomic
def note_guests(gathering: Gathering, guests: Iterable[tuple[str, str]], *, by: User) -> None:
    """Note that guests without an account were there: each by a name and perhaps a structure."""
    found = [
        find_or_make_person(gathering.community, name=name, structure=structure, by=by) for name, structure in guests
    ]
    note_presence(gathering, found, by=by)


@transaction.atomic
def come_in(gathering: Gathering, name: str, structure: str = "") -> Person:
    """Somebody says at the door that they are there. The same name is the same person, and counts once.

    Raises ValidationError outside the days of the gathering.
    """
    if closed := why_door_is_closed(gathering):
        raise ValidationError(closed)
    if not name.strip():
        raise ValidationError(_("Write your name: then those who organise know that you are there."))
    person = find_or_make_person(gathering.community, name=name, structure=structure, by=None)
    if _note(gathering, person, Attendance.How.THEMSELVES):
        record("attendance.said", gathering, by=None, person=str(person.pk))
    return person


def _note(gathering: Gathering, person: Person, how: Attendance.How) -> bool:
    facts = {"community": gathering.community, "how": how}
    _row, is_new = Attendance.objects.get_or_create(gathering=gathering, person=person, defaults=facts)
    return is_new


def door_link(gathering: Gathering) -> str:
    """The address behind the QR code: whoever is there says so on their own phone."""
    return site_address(reverse("door", args=[_doors.sign(str(gathering.pk))]))


def read_door_link(token: str) -> Gathering | None:
    try:
        key = _doors.unsign(token)
    except signing.BadSignature:
        return None
    return Gathering.objects.filter(pk=key).select_related("community").first()
