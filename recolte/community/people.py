"""The people who speak, and the structures they come from."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation, Person, User
from recolte.journal.actions import record


@transaction.atomic
def find_or_make_organisation(community: Community, name: str, by: User | None) -> Organisation | None:
    """The structure of that name (however it is capitalised), made if there is none; None when no name is given."""
    name = _tidy(name, 160)
    if not name:
        return None
    found = next((one for one in Organisation.objects.filter(community=community) if same(one.name, name)), None)
    if found is None:
        found = Organisation.objects.create(community=community, name=name)
        record("organisation.added", found, by=by)
    return found


@transaction.atomic
def find_or_make_person(
    community: Community, *, name: str = "", role: str = "", structure: str = "", by: User | None
) -> Person:
    """Who speaks. The same name is the same person, completed where nothing was known of them yet.

    Somebody without a name is known by role and structure. Raises ValidationError when there is neither name nor role.
    """
    name, role = _tidy(name), _tidy(role)
    _needs_name_or_role(name, role)
    organisation = find_or_make_organisation(community, structure, by)
    those = Person.objects.filter(community=community).order_by("created_at", "id")
    if not name:
        nameless = those.filter(name="", organisation=organisation)
        found = next((one for one in nameless if same(one.role, role)), None)
    elif found := next((one for one in those if same(one.name, name)), None):
        _complete(found, role, organisation, by)
    if found is None:
        found = Person.objects.create(community=community, name=name, role=role, organisation=organisation)
        record("person.added", found, by=by)
    return found


def _complete(person: Person, role: str, organisation: Organisation | None, by: User | None) -> None:
    missing = []
    if role and not person.role:
        person.role = role
        missing.append("role")
    if organisation and not person.organisation_id:
        person.organisation = organisation
        missing.append("organisation")
    if missing:
        person.save(update_fields=missing)
        record("person.changed", person, by=by, fields=", ".join(missing))


@transaction.atomic
def change_person(
    person: Person, *, name: str, role: str, structure: str = "", pseudonym: str = "", by: User | None
) -> None:
    """Say otherwise who somebody is. Raises ValidationError when there is neither name nor role, or the name is taken."""
    name, role = _tidy(name), _tidy(role)
    _needs_name_or_role(name, role)
    others = Person.objects.filter(community_id=person.community_id).exclude(pk=person.pk)
    if name and any(same(other, name) for other in others.values_list("name", flat=True)):
        raise ValidationError(
            {"name": _("Somebody else in this community has this name: add what tells them apart, such as an initial.")}
        )
    now = {
        "name": name,
        "role": role,
        "organisation": find_or_make_organisation(person.community, structure, by),
        "pseudonym": _tidy(pseudonym),
    }
    changed = sorted(field for field, value in now.items() if getattr(person, field) != value)
    if not changed:
        return
    for field in changed:
        setattr(person, field, now[field])
    person.save(update_fields=changed)
    record("person.changed", person, by=by, fields=", ".join(changed))


def same(one: str, other: str) -> bool:
    """Whether two names differ by their capitals alone. (SQLite compares only those without accents.)"""
    return one.casefold() == other.casefold()


def _needs_name_or_role(name: str, role: str) -> None:
    if not name and not role:
        raise ValidationError(_("Give a name, or the role in which they speak: one of the two is enough."))


def _tidy(text: str, longest: int = 120) -> str:
    """One line, without blanks around it, no longer than the table takes."""
    text = " ".join(unicodedata.normalize("NFC", text).replace("\x00", "").split())
    return text[:longest].strip()
