"""As many questions to the database for three things as for one, and exactly how many."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recolte.community.actions import invite, join
from recolte.community.models import Role, User
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.actions.checklist import add_to_checklist, tick
from recolte.gatherings.actions.committee import add_item, decide, give_task, lean_on, postpone
from recolte.gatherings.actions.stays import add_lodging, add_stay
from recolte.jobs.actions import start
from recolte.sources.models import Kind
from tests.world import World, kept, spoken


def _gatherings(world: World, count: int) -> str:
    for number in range(1, count):
        plan_gathering(world.community, f"Visite {number}", by=world.amina)
    return "/rencontres/"


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


def _agenda(world: World, count: int) -> str:
    gathering = plan_gathering(world.community, "Comité", by=world.amina, kind="committee")
    later = plan_gathering(world.community, "Plus tard", by=world.amina)
    for number in range(count):
        postpone(add_item(gathering, f"Remis {number}", by=world.amina), later, by=world.amina)
        decision = decide(later.agenda.get(title=f"Remis {number}"), "Oui.", date(2021, 9, 27), by=world.amina)
        lean_on(decision, ("source", kept(world, f"{number}.wav").pk), by=world.amina)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.bruno, decision=decision)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.chloe, decision=decision)
        add_item(
            plan_gathering(world.community, f"Visite {number}", by=world.amina, starts_on="2021-01-01"),
            "Point",
            by=world.amina,
        )
    return f"/rencontres/{later.pk}/ordre-du-jour/"


def _decision(world: World, count: int) -> str:
    item = add_item(world.gathering, "Point", by=world.amina)
    decision = decide(item, "Oui.", date(2021, 9, 27), by=world.amina)
    for number in range(count):
        lean_on(decision, ("source", kept(world, f"{number}.wav").pk), by=world.amina)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.chloe, decision=decision)
    return decision.get_absolute_url()


def _decisions(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/decisions/"


def _tasks(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/taches/"


def _status(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/ou-en-est-on/"


def _stays(world: World, count: int) -> str:
    for number in range(count):
        place = add_lodging(world.gathering, name=f"Maison {number}", by=world.amina)
        for guest in (world.bruno, world.chloe):
            add_stay(world.gathering, guest, by=world.amina, lodging=place)
            add_stay(world.gathering, guest, by=world.amina)
    return f"/rencontres/{world.gathering.pk}/hebergement/"


def _checklist(world: World, count: int) -> str:
    for number in range(count):
        tick(add_to_checklist(world.gathering, f"Chose {number}", "1_before", by=world.amina), by=world.amina)
        add_to_checklist(world.gathering, f"Reste {number}", "3_after", by=world.amina)
    return f"/rencontres/{world.gathering.pk}/preparatifs/"


PAGES = [
    (_checklist, 13),
    (_agenda, 21),
    (_decision, 18),
    (_decisions, 14),
    (_tasks, 18),
    (_status, 17),
    (_stays, 18),
    (_home, 21),
    (_gatherings, 12),
    (_gathering, 15),
    (_people, 14),
    (_search, 14),
    (_listen, 34),
    (_source, 22),
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
