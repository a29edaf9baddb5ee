"""As many questions to the database for three things as for one, and exactly how many."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recolte.community.actions import invite, join
from recolte.community.models import Person, Role, User
from recolte.gatherings.actions import (
    add_place,
    add_session,
    add_speaker,
    feed_link,
    note_presence,
    open_feed,
    plan_gathering,
)
from recolte.gatherings.models import Invitation
from recolte.jobs.actions import start
from recolte.sources.models import Kind
from tests.world import World, kept, spoken


def _gatherings(world: World, count: int) -> str:
    for number in range(1, count):
        plan_gathering(world.community, f"Visite {number}", by=world.amina)
    return "/rencontres/"


def _programme(world: World, count: int) -> str:
    for number in range(count):
        place = add_place(world.gathering, name=f"Halle {number}", by=world.amina)
        starts = datetime(2021, 9, 16 + number, 8, tzinfo=UTC)
        facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "place": place}
        session = add_session(world.gathering, by=world.amina, title=f"Séquence {number}", **facts)
        for who in ("Chloé", "Quelqu’un de la mairie"):
            add_speaker(session, who, by=world.amina)
    return f"{world.gathering.get_absolute_url()}programme/"


def _people_at(world: World, count: int) -> list[Person]:
    return [Person.objects.create(community=world.community, name=f"Invité {number}") for number in range(count)]


def _participants(world: World, count: int) -> str:
    note_presence(world.gathering, _people_at(world, count), by=world.amina)
    return f"{world.gathering.get_absolute_url()}participants/"


def _invitations(world: World, count: int) -> str:
    facts = {"community": world.community, "gathering": world.gathering}
    for number, person in enumerate(_people_at(world, count)):
        Invitation.objects.create(person=person, email=f"i{number}@example.org", **facts)
    return f"{world.gathering.get_absolute_url()}invitations/"


def _calendar_feed(world: World, count: int) -> str:
    for number in range(count):
        world.gathering = plan_gathering(
            world.community, f"Visite {number}", by=world.amina, starts_on=date(2021, 9, 16)
        )
        _programme(world, count)
    return feed_link(open_feed(world.community, by=world.amina)).removeprefix(settings.SITE_URL)


def _home(world: World, count: int) -> str:
    for number in range(count):
        world.gathering = plan_gathering(world.community, f"Atelier {number}", by=world.amina)
        kept(world, f"son {number}.wav", agreed="")
        kept(world, f"abîmé {number}.wav", agreed="")
    world.gathering.sources.update(state="damaged", problem="partly_read")
    return "/"


def _gathering(world: World, count: int) -> str:
    for number in range(count):
        for kind in Kind:
            source = kept(world, f"{number}.{kind}", kind, by=[world.amina, world.bruno][number % 2])
            start("sources.prepare", source.pk, community=world.community, topic=world.gathering.pk)
    return world.gathering.get_absolute_url()


def _people(world: World, count: int) -> str:
    for number in range(count):
        join(world.community, User.objects.create_user(f"p{number}@example.org"), Role.PRACTITIONER, by=world.amina)
        invite(world.community, f"q{number}@example.org", Role.PRACTITIONER, by=world.amina)
    return f"/communaute/{world.community.slug}/"


def _search(world: World, count: int) -> str:
    for number in range(count):
        spoken(kept(world, f"son {number}.wav"), "Une coopération.")
        kept(world, f"note {number}.md", Kind.DOCUMENT, text="La coopération.")
    return "/recherche/?q=cooperation"


def _listen(world: World, count: int) -> str:
    source = kept(world, "son.wav")
    spoken(source, *(f"Parole {number}." for number in range(count)))
    return source.get_absolute_url()


def _source(world: World, count: int) -> str:
    source = kept(world, "note.md", Kind.DOCUMENT)
    source.blocks = [{"kind": "p", "text": "Un paragraphe."}] * count
    source.save()
    return source.get_absolute_url()


PAGES = [
    (_home, 20),
    (_gatherings, 15),
    (_gathering, 15),
    (_programme, 15),
    (_participants, 17),
    (_invitations, 15),
    (_calendar_feed, 5),
    (_people, 13),
    (_search, 13),
    (_listen, 33),
    (_source, 21),
]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), PAGES, ids=[page.__name__[1:] for page, _ in PAGES])
def test_a_page_asks_as_often_for_three_things_as_for_one(
    world: World,
    amina: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    page: Callable[[World, int], str],
    queries: int,
    count: int,
) -> None:
    url = page(world, count)
    with django_assert_num_queries(queries):
        assert amina.get(url).status_code == 200
