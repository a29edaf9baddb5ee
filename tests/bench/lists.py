"""Lists of a community that has lived: 5,000 people, 500 gatherings, 20,000 attendances."""

import random
from datetime import date, timedelta

from django.db import connection
from django.test import override_settings

from recolte.community.models import Affiliation, Membership, Organisation, Person, Role, User
from recolte.gatherings.models import Attendance, Gathering, Kind
from tests.bench.timing import cpu_ms, table
from tests.world import World

PEOPLE, GATHERINGS, ATTENDANCES, STRUCTURES = 5_000, 500, 20_000, 400


@override_settings(ALLOWED_HOSTS=["*"])
def measure(world: World) -> str:
    pages = {
        "gatherings": "/rencontres/",
        "gatherings, searched and sorted": "/rencontres/?q=visite&sort=-present",
        "members": f"/communaute/{world.community.slug}/",
        "members, searched": f"/communaute/{world.community.slug}/?q=personne+12",
        "people who speak": f"/communaute/{world.community.slug}/personnes/",
        "structures": f"/communaute/{world.community.slug}/structures/",
        "circles": f"/communaute/{world.community.slug}/cercles/",
        "where we are": f"/communaute/{world.community.slug}/ou-en-est-on/",
        "who was there": f"/rencontres/{world.gathering.pk}/participants/",
    }
    client = world.client("amina")
    few = {name: _cost(client, url) for name, url in pages.items()}
    _live(world)
    many = {name: _cost(client, url) for name, url in pages.items()}
    rows: list[list[object]] = [
        [name, few[name][0], many[name][0], many[name][0] / few[name][0], few[name][1], many[name][1]] for name in pages
    ]
    return (
        f"{PEOPLE:,} people with an account, {GATHERINGS} gatherings, {ATTENDANCES:,} attendances, {STRUCTURES} structures, beside "
        "the same pages of a community of three (baseline). Server, median of 15 runs; the aim is 60 ms:\n\n"
        + table(["page", "CPU ms, baseline", "CPU ms", "ratio", "questions, baseline", "questions"], rows)
    )


def _cost(client: object, url: str) -> tuple[float, int]:
    asked: list[str] = []

    def count(execute: object, sql: str, *rest: object) -> object:
        asked.append(sql)
        return execute(sql, *rest)  # type: ignore[operator]

    with connection.execute_wrapper(count):
        answer = client.get(url)  # type: ignore[attr-defined]
    assert answer.status_code == 200, (url, answer.status_code)
    return cpu_ms(lambda: client.get(url)), len(asked)  # type: ignore[attr-defined]


def _live(world: World) -> None:
    chance, community = random.Random(7), world.community
    users = [User(email=f"p{n}@example.org", name=f"Personne {n}", password="!") for n in range(PEOPLE)]
    User.objects.bulk_create(users, batch_size=500)
    Membership.objects.bulk_create(
        (Membership(community=community, user=one, role=Role.PRACTITIONER) for one in users), batch_size=500
    )
    structures = [Organisation(community=community, name=f"Structure {n}") for n in range(STRUCTURES)]
    Organisation.objects.bulk_create(structures, batch_size=500)
    people = [
        Person(community=community, name=one.name, user=one, organisation=chance.choice(structures)) for one in users
    ]
    Person.objects.bulk_create(people, batch_size=500)
    Affiliation.objects.bulk_create(
        (Affiliation(community=community, person=one, organisation=chance.choice(structures)) for one in people),
        batch_size=500,
    )
    first = date(2010, 1, 1)
    gatherings = [
        Gathering(
            community=community,
            name=f"Visite {n}",
            kind=chance.choice(Kind.values),
            starts_on=first + timedelta(days=10 * n),
            by=world.amina,
        )
        for n in range(GATHERINGS)
    ]
    Gathering.objects.bulk_create(gatherings, batch_size=500)
    came = {(chance.choice(gatherings).pk, chance.choice(people).pk) for _ in range(ATTENDANCES + 200)}
    Attendance.objects.bulk_create(
        (
            Attendance(community=community, gathering_id=where, person_id=who, how=Attendance.How.NOTED)
            for where, who in sorted(came)[:ATTENDANCES]
        ),
        batch_size=500,
    )
