"""The mirror: structures × facets, from the codings; what nobody observed says so."""

from django.test import Client

from recolte.coding.actions import code_excerpt, make_code
from recolte.coding.models import Facet
from recolte.community.actions import join
from recolte.community.models import Organisation, Person, Role, User
from recolte.comparison.mirror import FACETS, cell, mirror
from recolte.consent.models import Purpose
from tests.world import World, allows, kept, passage_of, says


def _said(world: World) -> None:
    transcript = says(world, kept(world, "son.wav"), "La confiance vient à table.", "On reformule, puis on se tait.")
    trust = make_code(world.community, "confiance", facet=Facet.VALUE, by=world.bruno)
    table = make_code(world.community, "convivialité", facet=Facet.VALUE, by=world.bruno)
    silence = make_code(world.community, "retrait", facet=Facet.POSTURE, by=world.bruno)
    for words, code in (
        ("La confiance vient à table", trust),
        ("à table", table),
        ("La confiance vient", trust),
        ("puis on se tait", silence),
    ):
        code_excerpt(passage_of(world, transcript, words), code, by=world.bruno)


def test_a_passage_stands_with_the_structure_of_who_speaks(world: World) -> None:
    other = Organisation.objects.create(community=world.community, name="Le Fournil")
    Person.objects.create(community=world.community, name="Dora", organisation=other)
    _said(world)
    found = mirror(world.community, reader=world.bruno)
    assert [(str(row), [[(str(code), n) for code, n in one.codes] for one in cells]) for row, cells in found.rows] == [
        ("Le Fournil", [[], [], [], [], []]),
        ("L’Atelier", [[("confiance", 2), ("convivialité", 1)], [("retrait", 1)], [], [], []]),
    ]
    assert [facet.value for facet in found.facets] == ["value", "posture", "know_how", "strategy", "notion"]
    one = cell(world.community, world.atelier, Facet.POSTURE, reader=world.bruno)
    assert [passage.quote for passage in one.passages] == ["puis on se tait"]


def test_the_page_says_what_nobody_observed_and_opens_what_was_said(world: World, bruno: Client) -> None:
    _said(world)
    home = f"/communaute/{world.community.slug}/miroir/"
    page = bruno.get(home, headers={"Accept-Language": "en"}).content.decode()
    assert page.count("not observed") == len(FACETS) - 2
    opened = bruno.get(f"{home}{world.atelier.pk}/value/").content.decode()
    assert (opened.count("La confiance vient à table"), opened.count("on se tait")) == (1, 0)
    assert bruno.get(f"{home}{world.atelier.pk}/method/").status_code == 404


def test_others_of_the_community_see_what_was_agreed_for_them_alone(world: World) -> None:
    _said(world)
    elise = User.objects.create_user("elise@example.org", "Élise")
    join(world.community, elise, Role.PRACTITIONER, by=world.amina)

    def seen() -> list[int]:
        return [len(one.passages) for _row, cells in mirror(world.community, reader=elise).rows for one in cells]

    assert seen() == [0, 0, 0, 0, 0]
    allows(world.chloe, Purpose.GROUP)
    assert seen() == [3, 1, 0, 0, 0]
