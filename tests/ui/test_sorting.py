"""É stands beside E wherever names are listed."""

import pytest
from django.test import Client

from recolte.community.models import Organisation, Person
from tests.world import World

NAMES = ["Agathe", "Aïda", "Alma", "éloi", "Émile", "Esther", "Œnone", "Olga", "Zoé"]


@pytest.mark.parametrize("model", [Person, Organisation])
def test_names_are_in_order_whatever_their_accents(world: World, model: type[Person] | type[Organisation]) -> None:
    model.objects.all().delete()
    for name in reversed(NAMES):
        model.objects.create(community=world.community, name=name)
    assert [one.name for one in model.objects.all()] == NAMES


def test_a_list_is_sorted_so_up_and_down(world: World, amina: Client) -> None:
    Organisation.objects.all().delete()
    for name in reversed(NAMES):
        Organisation.objects.create(community=world.community, name=name)
    url = f"/communaute/{world.community.slug}/structures/"
    rows = {sort: amina.get(f"{url}?sort={sort}").context["listing"].rows for sort in ("name", "-name")}
    assert [[one.name for one in those] for those in rows.values()] == [NAMES, NAMES[::-1]]
