"""Who they are: people, structures and what ties them, circles, functions, what each says of themselves."""

from datetime import time
from zoneinfo import ZoneInfo

from recolte.community.belonging import affiliate, enter_circle, make_circle, note_mandate
from recolte.community.ecosystem import change_organisation, relate
from recolte.community.models import Circle, Definition, Mandate, Person, RelationKind, Role
from recolte.community.people import change_person, find_or_make_person
from recolte.community.profiles import define, share_definition, write_profile
from recolte.gatherings.clock import at
from recolte.server.demo.story import Facts, Telling, day, facts, span, user

NOON = time(12)


def tell(telling: Telling) -> None:
    for one in [*telling.all("members"), *telling.all("people")]:
        telling.people[one.get("name") or one["role"]] = _person(telling, one)
    for one in telling.all("members"):
        _since(telling, one)
    for one in telling.all("structures"):
        structure = telling.structure(one["name"])
        change_organisation(structure, by=telling.amina, **facts(one, "name"))
    for one in telling.all("relations"):
        between = (telling.structure(one["subject"]), RelationKind(one["kind"]), telling.structure(one["object"]))
        relate(*between, by=telling.amina, **facts(one, "subject", "kind", "object"))
    for one in telling.all("affiliations"):
        capacity = one.get("capacity", "")
        affiliate(telling.people[one["person"]], one["structure"], capacity=capacity, span=span(one), by=telling.amina)
    for one in telling.all("mandates"):
        note_mandate(
            telling.owner(one["person"]),
            Role(one["role"]),
            community=telling.community,
            scope=one["scope"],
            structure=one.get("structure", ""),
            span=span(one),
            by=telling.amina,
        )
    for one in telling.all("circles"):
        circle = make_circle(telling.community, Circle.Kind(one["kind"]), one["name"], by=telling.amina)
        for name in one["people"]:
            enter_circle(circle, telling.people[name], span=span(one), by=telling.amina)
    for one in telling.all("profiles"):
        shown = {name: text for name, text in one.items() if name not in ("person", "shared")}
        write_profile(telling.community, shown, shared=one["shared"], by=telling.account(one["person"]))
    for one in telling.all("definitions"):
        by = telling.account(one["person"])
        made = define(telling.community, one["notion"], one["text"], where=one.get("where", ""), by=by)
        share_definition(made, shared=one.get("shared", True), by=by)
        given = at(day(*one["given_on"]), NOON, ZoneInfo(telling.community.time_zone))
        Definition.objects.filter(pk=made.pk).update(given_at=given)


def _since(telling: Telling, told: Facts) -> None:
    """Those with an account have had their role as long as the story tells, not since it was told."""
    trail = Mandate.objects.filter(community=telling.community, user=user(told["email"]), gives_rights=True)
    structure = telling.structure(told["structure"])
    trail.update(starts_on=day(*told["since"]), scope=told.get("scope", ""), organisation=structure)


def _person(telling: Telling, told: Facts) -> Person:
    amina, name, role, structure = telling.amina, told.get("name", ""), told["role"], told.get("structure", "")
    person = find_or_make_person(telling.community, name=name, role=role, structure=structure, by=amina)
    if pseudonym := told.get("pseudonym", ""):
        change_person(person, name=name, role=role, structure=structure, pseudonym=pseudonym, by=amina)
    if "email" in told:
        person.user = user(told["email"])
        person.save(update_fields=["user"])
    return person
