"""Where people belong: noted by the team, dated, ended when it is over, taken back when it was noted by mistake."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import (
    Affiliation,
    Circle,
    CircleMember,
    Community,
    Mandate,
    Person,
    Role,
    User,
)
from recolte.community.people import find_or_make_organisation, same
from recolte.journal.actions import record


@dataclass(frozen=True)
class Span:
    """From one day to another; each may be unknown. Raises ValidationError when it ends before it starts."""

    starts_on: date | None = None
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("This ends before it starts: correct one of the two dates.")})


ALWAYS = Span()


@transaction.atomic
def person_of(community: Community, user: User, *, by: User | None) -> Person:
    """The person that an account is in a community; made when there is none yet."""
    found = Person.objects.filter(community=community, user=user).first()
    if found is None:
        found = Person.objects.create(community=community, user=user, name=str(user)[:120])
        record("person.added", found, by=by)
    return found


@transaction.atomic
def affiliate(person: Person, structure: str, *, capacity: str = "", span: Span = ALWAYS, by: User) -> Affiliation:
    """Note that somebody belongs to a structure, beside all those that they belong to already."""
    organisation = find_or_make_organisation(person.community, structure, by)
    if organisation is None:
        raise ValidationError({"structure": _("Give the name of the structure.")})
    made = Affiliation.objects.create(
        community=person.community,
        person=person,
        organisation=organisation,
        capacity=" ".join(capacity.split())[:120],
        starts_on=span.starts_on,
        ends_on=span.ends_on,
    )
    record("affiliation.noted", made, by=by, person=str(person.pk), organisation=str(organisation.pk))
    return made


@transaction.atomic
def note_mandate(
    who: Person | User,
    role: Role,
    *,
    community: Community,
    scope: str = "",
    structure: str = "",
    span: Span = ALWAYS,
    by: User,
) -> Mandate:
    """Note that somebody holds a function. It gives no rights: those come with the role (`roles.change_role`)."""
    made = Mandate.objects.create(
        community=community,
        person=who if isinstance(who, Person) else None,
        user=who if isinstance(who, User) else None,
        role=role,
        scope=" ".join(scope.split())[:200],
        organisation=find_or_make_organisation(community, structure, by),
        starts_on=span.starts_on,
        ends_on=span.ends_on,
    )
    record("mandate.noted", made, by=by, role=role)
    return made


@transaction.atomic
def make_circle(community: Community, kind: Circle.Kind, name: str, *, by: User) -> Circle:
    name = " ".join(name.split())[:120]
    if any(same(one, name) for one in community.circles.values_list("name", flat=True)):
        raise ValidationError({"name": _("There is already a circle of this name: open it, or choose another name.")})
    made = Circle.objects.create(community=community, kind=kind, name=name)
    record("circle.made", made, by=by, kind=kind)
    return made


@transaction.atomic
def enter_circle(circle: Circle, person: Person, *, span: Span = ALWAYS, by: User) -> CircleMember:
    """Somebody is in a circle for a time. Raises ValidationError when they already are during a part of it."""
    if person.community_id != circle.community_id:
        raise ValidationError(_("This person is of another community: choose somebody of this one."))
    those = CircleMember.objects.filter(circle=circle, person=person)
    if any(_overlap(span, Span(one.starts_on, one.ends_on)) for one in those):
        raise ValidationError(
            _("This person is already in the circle at that time: end that first, or give other dates.")
        )
    made = CircleMember.objects.create(
        community=circle.community, circle=circle, person=person, starts_on=span.starts_on, ends_on=span.ends_on
    )
    record("circle.entered", made, by=by, circle=str(circle.pk), person=str(person.pk))
    return made


def _overlap(one: Span, other: Span) -> bool:
    starts = (one.starts_on or date.min, other.starts_on or date.min)
    ends = (one.ends_on or date.max, other.ends_on or date.max)
    return max(starts) <= min(ends)


Noted = Affiliation | Mandate | CircleMember


@transaction.atomic
def end(noted: Noted, on: date, *, by: User) -> None:
    """It holds until that day, which is its last."""
    _is_noted(noted)
    noted.ends_on = Span(noted.starts_on, on).ends_on
    noted.save(update_fields=["ends_on"])
    record(f"{noted._meta.model_name}.ended", noted, by=by, on=str(on))


@transaction.atomic
def take_back(noted: Noted, *, by: User) -> None:
    """It was noted by mistake: as if it had never been."""
    _is_noted(noted)
    record(f"{noted._meta.model_name}.taken_back", noted, by=by)
    noted.delete()


def _is_noted(noted: Noted) -> None:
    if isinstance(noted, Mandate) and noted.gives_rights:
        raise ValidationError(_("This is the trail of somebody's rights, which stays as it is: change their role."))
