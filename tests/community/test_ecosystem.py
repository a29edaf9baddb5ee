"""Structures in their territory, what ties them on a day, and two that turn out to be one."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.community.ecosystem import (
    Pointing,
    add_organisation,
    change_organisation,
    end_relation,
    merge_organisations,
    pointing_to,
    relate,
    remove_relation,
)
from recolte.community.map import ecosystem_map
from recolte.community.models import Organisation, Origin, Person, Relation, RelationKind
from recolte.journal.models import Event
from tests.world import World

DIJON = {"latitude": 47.322, "longitude": 5.041}
CAEN = {"latitude": 49.183, "longitude": -0.371}
VISIT = date(2021, 9, 16)


def _made(world: World, name: str, **facts: object) -> Organisation:
    return add_organisation(world.community, name, by=world.amina, **facts)


def _verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize(
    ("facts", "department", "region"),
    [
        (DIJON, "Côte-d'Or", "Bourgogne-Franche-Comté"),
        ({"code": "97411"}, "La Réunion", "La Réunion"),
        (DIJON | {"code": "14000"}, "Côte-d'Or", "Bourgogne-Franche-Comté"),
        ({"latitude": 50.85, "longitude": 4.35, "code": "59000"}, "Nord", "Hauts-de-France"),
        ({}, "", ""),
    ],
)
def test_a_structure_lies_where_its_point_is_else_where_its_code_says(
    world: World, facts: dict[str, object], department: str, region: str
) -> None:
    made = _made(world, "Le Pôle", **facts)
    made.refresh_from_db()
    assert (made.department_name, made.region_name) == (department, region)


def test_adding_and_changing_a_structure_is_in_the_journal_without_a_word_of_it(world: World) -> None:
    made = _made(world, "  Le   Pôle ", kind="network")
    assert change_organisation(made, by=world.bruno, name="Le Pôle", municipality="Dijon", **DIJON)
    assert not change_organisation(made, by=world.bruno, name="Le Pôle", municipality="Dijon")
    made.refresh_from_db()
    assert (made.name, made.municipality, made.department) == ("Le Pôle", "Dijon", "21")
    lines = Event.objects.filter(subject_id=str(made.pk)).order_by("id").values_list("verb", "data")
    assert list(lines) == [
        ("organisation.added", {}),
        ("organisation.changed", {"fields": "latitude, longitude, municipality"}),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "l’ATELIER"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "A", "latitude": 47.0}, "longitude"),
        ({"name": "A", "starts_on": date(2020, 1, 1), "ends_on": date(2019, 1, 1)}, "ends_on"),
    ],
)
def test_a_structure_that_cannot_be_is_refused(world: World, facts: dict[str, str], field: str) -> None:
    before = Organisation.objects.count()
    with pytest.raises(ValidationError) as refused:
        add_organisation(world.community, by=world.amina, **facts)
    assert list(refused.value.message_dict) == [field]
    assert Organisation.objects.count() == before


def test_a_relation_reads_from_both_ends(world: World) -> None:
    fund = _made(world, "La Fondation")
    funding = relate(fund, RelationKind.FUNDS, world.atelier, by=world.amina)
    sharing = relate(fund, RelationKind.SHARES_PREMISES, world.atelier, by=world.amina)
    assert funding.reading_from(fund) != funding.reading_from(world.atelier)
    assert sharing.reading_from(fund) == sharing.reading_from(world.atelier)
    assert (funding.other_than(fund), funding.other_than(world.atelier)) == (world.atelier, fund)


@pytest.mark.parametrize(
    ("starts", "ends", "days"),
    [
        (None, None, [True, True, True]),
        (date(2021, 9, 16), None, [False, True, True]),
        (None, date(2021, 9, 16), [True, True, False]),
        (date(2021, 9, 16), date(2021, 9, 16), [False, True, False]),
    ],
)
def test_a_relation_holds_from_its_first_day_to_its_last(
    world: World, starts: date | None, ends: date | None, days: list[bool]
) -> None:
    tie = relate(
        world.atelier, RelationKind.HOSTS, _made(world, "Le Pôle"), by=world.amina, starts_on=starts, ends_on=ends
    )
    asked = [date(2021, 9, 15), date(2021, 9, 16), date(2021, 9, 17)]
    assert [tie.was_in_force_on(day) for day in asked] == days
    assert [Relation.objects.in_force_on(day).exists() for day in asked] == days


def test_the_same_relation_is_not_noted_twice_for_the_same_time(world: World) -> None:
    pole = _made(world, "Le Pôle")
    relate(world.atelier, RelationKind.WORKS_WITH, pole, by=world.amina, ends_on=date(2019, 12, 31))
    with pytest.raises(ValidationError):  # symmetric: the other way round is the same
        relate(pole, RelationKind.WORKS_WITH, world.atelier, by=world.amina, starts_on=date(2019, 6, 1))
    with pytest.raises(ValidationError):
        relate(pole, RelationKind.WORKS_WITH, pole, by=world.amina)
    relate(pole, RelationKind.WORKS_WITH, world.atelier, by=world.amina, starts_on=date(2020, 6, 1))
    relate(pole, RelationKind.FUNDS, world.atelier, by=world.amina)
    relate(world.atelier, RelationKind.FUNDS, pole, by=world.amina)
    assert Relation.objects.count() == 4


def test_ending_keeps_a_relation_for_earlier_days_and_removing_does_not(world: World) -> None:
    tie = relate(world.atelier, RelationKind.HOSTS, _made(world, "Le Pôle"), by=world.amina)
    end_relation(tie, VISIT, by=world.bruno)
    assert Relation.objects.in_force_on(VISIT).exists()
    assert not Relation.objects.in_force_on(date(2022, 1, 1)).exists()
    remove_relation(tie, by=world.bruno)
    assert not Relation.objects.exists()
    assert _verbs()[-3:] == ["relation.added", "relation.ended", "relation.removed"]


def test_merging_keeps_people_relations_and_all_that_points_there(world: World) -> None:
    twin = _made(world, "Atelier partagé", municipality="Dijon", kind="association", **DIJON)
    pole = _made(world, "Le Pôle")
    luc = Person.objects.create(community=world.community, name="Luc", organisation=twin)
    Origin.objects.create(community=world.community, organisation=twin, source="Carte", external_id="7")
    relate(world.atelier, RelationKind.WORKS_WITH, pole, by=world.amina)
    relate(pole, RelationKind.WORKS_WITH, twin, by=world.amina, source="leur rapport")
    relate(twin, RelationKind.MEMBER_OF, pole, by=world.amina)
    relate(twin, RelationKind.HOSTS, world.atelier, by=world.amina)
    change_organisation(world.atelier, by=world.amina, kind="cooperative")
    assert pointing_to(twin) == Pointing(people=1, relations=3, others=1)
    twin_id = str(twin.pk)
    merge_organisations(world.atelier, twin, by=world.amina)
    kept = Organisation.objects.get(pk=world.atelier.pk)
    assert (kept.name, kept.kind, kept.municipality, kept.department) == ("L’Atelier", "cooperative", "Dijon", "21")
    assert [str(one) for one in kept.people.all()] == ["Chloé", "Luc"]
    assert list(kept.origins.values_list("external_id", flat=True)) == ["7"]
    ties = [(one.subject, one.kind, one.object, one.source) for one in Relation.objects.touching(kept)]
    assert ties == [(kept, "works_with", pole, "leur rapport"), (kept, "member_of", pole, "")]
    assert not Organisation.objects.filter(pk=twin_id).exists()
    luc.refresh_from_db()
    assert luc.organisation == kept
    last = Event.objects.order_by("id").last()
    assert last and (last.verb, last.data) == ("organisation.merged", {"gone": twin_id, "moved": 4})


def test_structures_of_two_communities_are_never_merged(world: World) -> None:
    theirs = add_organisation(world.elsewhere, "L’Atelier", by=world.driss)
    with pytest.raises(ValidationError):
        merge_organisations(world.atelier, theirs, by=world.amina)


# The map --------------------------------------------------------------------------------------------------------------


def test_the_map_is_that_of_its_day(world: World) -> None:
    change_organisation(world.atelier, by=world.amina, **DIJON)
    old = _made(world, "L’Ancien", ends_on=date(2020, 1, 1), **DIJON)
    pole = _made(world, "Le Pôle", latitude=47.33, longitude=5.05)
    relate(world.atelier, RelationKind.HOSTS, pole, by=world.amina, starts_on=date(2021, 1, 1))
    relate(world.atelier, RelationKind.SUPPORTS, old, by=world.amina)
    _made(world, "Sans adresse")
    shown = ecosystem_map(world.community, VISIT)
    assert [place.organisation.name for place in shown.places] == ["L’Atelier", "Le Pôle"]
    assert [(one.subject, one.object) for one in shown.relations] == [(world.atelier, pole)]
    assert [one.name for one in shown.unplaced] == ["Sans adresse"]
    before = ecosystem_map(world.community, date(2019, 6, 1))
    assert [place.organisation.name for place in before.places] == ["L’Ancien", "L’Atelier", "Le Pôle"]
    assert [(one.subject, one.object) for one in before.relations] == [(world.atelier, old)]


def test_the_map_comes_as_near_as_it_can(world: World) -> None:
    change_organisation(world.atelier, by=world.amina, **DIJON)
    near = ecosystem_map(world.community, VISIT)
    assert near.frame.box.east - near.frame.box.west < 4
    assert [(one.key, one.is_shown) for one in near.zones] == [("france", False), ("27", False)]
    _made(world, "Le Réseau", **CAEN)
    _made(world, "Là-bas", latitude=-20.88, longitude=55.45)
    whole = ecosystem_map(world.community, VISIT)
    assert [place.organisation.name for place in whole.places] == ["L’Atelier", "Le Réseau"]
    (inset,) = whole.insets
    assert (inset.label, [(one.number, one.organisation.name) for one in inset.places]) == (
        "La Réunion",
        [(3, "Là-bas")],
    )
    assert inset.drawing.land.count("M") == 1 and whole.elsewhere == []
    assert [(one.key, one.count) for one in whole.zones] == [("france", 3), ("04", 1), ("27", 1), ("28", 1)]
    island = ecosystem_map(world.community, VISIT, "04")
    assert ([place.organisation.name for place in island.places], island.insets) == (["Là-bas"], [])
    mainland = ecosystem_map(world.community, VISIT, "27")
    assert ([one.name for one in mainland.elsewhere], mainland.insets) == (["Là-bas", "Le Réseau"], [])
    assert ecosystem_map(world.community, VISIT, "invented").frame == whole.frame


def test_departments_overseas_are_drawn_beside_france_and_not_with_the_ocean_between(world: World) -> None:
    _made(world, "Au volcan", latitude=-21.2, longitude=55.6)
    alone = ecosystem_map(world.community, VISIT)
    assert (len(alone.places), alone.insets, alone.frame.box.west > 50) == (1, [], True)
    cayenne = _made(world, "À Cayenne", latitude=4.93, longitude=-52.32)
    kourou = _made(world, "À Kourou", latitude=5.16, longitude=-52.65)
    relate(cayenne, RelationKind.WORKS_WITH, kourou, by=world.amina)
    _made(world, "À Québec", latitude=46.81, longitude=-71.21)
    both = ecosystem_map(world.community, VISIT)
    assert [(one.label, [place.number for place in one.places], len(one.lines)) for one in both.insets] == [
        ("Guyane", [1, 2], 1),
        ("La Réunion", [3], 0),
    ]
    assert [one.name for one in both.elsewhere] == ["À Québec"]


def test_structures_in_one_place_do_not_hide_each_other(world: World) -> None:
    for number in range(5):
        _made(world, f"Structure {number}", **DIJON)
    places = ecosystem_map(world.community, VISIT).places
    assert len({(place.x, place.y) for place in places}) == 5
    assert [place.home is None for place in places] == [True, False, False, False, False]


# The pages ------------------------------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered_by_territory(world: World, amina: Client) -> None:
    _made(world, "Le Pôle", municipality="Dijon", kind="network", **DIJON)
    _made(world, "Le Réseau", municipality="Caen", kind="network", **CAEN)
    url = f"/communaute/{world.community.slug}/structures/"

    def names(query: str) -> list[str]:
        return sorted(str(one) for one in amina.get(url + query).context["listing"].page_obj)

    assert names("") == ["Le Pôle", "Le Réseau", "L’Atelier"]
    assert names("?territory=r27") == ["Le Pôle"]
    assert names("?territory=d14") == ["Le Réseau"]
    assert names("?q=pôle+dijon") == ["Le Pôle"]
    assert names("?kind=network") == ["Le Pôle", "Le Réseau"]
    assert amina.get(url + "?as=csv").content.decode("utf-8-sig").count("\r\n") == 4


def test_a_structure_is_added_changed_and_tied_in_the_browser(world: World, amina: Client) -> None:
    url = f"/communaute/{world.community.slug}/structures/nouvelle/"
    assert amina.post(url, {"name": "l’atelier"}).status_code == 422
    answer = amina.post(url, {"name": "Le Pôle", "code": "21000", "website": "pole.example", "starts_on": "2010-01-01"})
    pole = Organisation.objects.get(name="Le Pôle")
    assert answer.headers["Location"] == f"/structures/{pole.pk}/"
    assert (pole.department, pole.website, pole.starts_on) == ("21", "https://pole.example", date(2010, 1, 1))
    form = amina.get(f"/structures/{pole.pk}/modifier/").context["form"]
    answer = amina.post(
        f"/structures/{pole.pk}/modifier/", {**{k: v or "" for k, v in form.initial.items()}, "kind": "network"}
    )
    pole.refresh_from_db()
    assert (answer.status_code, pole.kind, pole.code) == (302, "network", "21000")
    tie = {"reading": "funds/", "other": world.atelier.pk, "starts_on": "2021-01-01", "source": "dit à la visite"}
    assert amina.post(f"/structures/{pole.pk}/relation/", tie).status_code == 302
    relation = Relation.objects.get()
    assert (relation.subject, relation.object, relation.source) == (world.atelier, pole, "dit à la visite")
    assert amina.post(f"/structures/{pole.pk}/relation/", tie).status_code == 422
    page = f"/relations/{relation.pk}/"
    assert amina.post(page, {"do": "end", "ends_on": "2020-01-01"}).status_code == 422
    assert amina.post(page, {"do": "end", "ends_on": "2021-12-31"}).status_code == 302
    then = amina.get(f"/structures/{pole.pk}/?le=2021-06-01").context
    now = amina.get(f"/structures/{pole.pk}/").context
    assert ([len(then[key]) for key in ("relations", "others")]) == [1, 0]
    assert ([len(now[key]) for key in ("relations", "others")]) == [0, 1]
    assert now["day"] == timezone.localdate()


def test_two_structures_are_merged_after_it_was_explained(world: World, amina: Client) -> None:
    twin = _made(world, "Atelier partagé", municipality="Dijon")
    page = f"/structures/{world.atelier.pk}/fusionner/"
    shown = amina.get(page, {"avec": twin.pk}).context
    assert (shown["gone"], shown["moving"], len(shown["learning"])) == (twin, Pointing(0, 0, 0), 1)
    assert Organisation.objects.filter(pk=twin.pk).exists()
    assert amina.post(page, {"avec": world.atelier.pk}).status_code == 422
    assert amina.post(page, {"avec": twin.pk}).headers["Location"] == f"/structures/{world.atelier.pk}/"
    assert not Organisation.objects.filter(pk=twin.pk).exists()


def test_a_practitioner_reads_and_changes_nothing(world: World, client: Client) -> None:
    world.community.memberships.filter(user=world.bruno).update(role="practitioner")
    client.force_login(world.bruno)
    tie = relate(world.atelier, RelationKind.HOSTS, _made(world, "Le Pôle"), by=world.amina)
    home, its = f"/communaute/{world.community.slug}", f"/structures/{world.atelier.pk}"
    read = [f"{home}/structures/", f"{home}/ecosysteme/", f"{its}/", f"/relations/{tie.pk}/"]
    changing = [f"{home}/structures/nouvelle/", f"{its}/modifier/", f"{its}/relation/", f"{its}/fusionner/"]
    assert [client.get(url).status_code for url in read + changing] == [200] * 4 + [403] * 4
    assert client.post(f"/relations/{tie.pk}/", {"do": "remove"}).status_code == 403
    assert Relation.objects.exists()


def test_every_point_of_the_map_stands_in_the_list_under_its_number(world: World, amina: Client) -> None:
    change_organisation(world.atelier, by=world.amina, **DIJON)
    _made(world, "Le Pôle", **DIJON)
    page = amina.get(f"/communaute/{world.community.slug}/ecosysteme/?le=2021-09-16").content.decode()
    drawn = re.findall(r'<a href="(/structures/[^"]+)" tabindex="-1">.*?<text[^>]*>(\d+)</text>', page)
    listed = re.findall(r'<li value="(\d+)"><a href="(/structures/[^"]+)">', page)
    assert drawn == [(url, number) for number, url in listed]
    assert [number for _url, number in drawn] == ["1", "2"]


def test_a_day_that_is_none_is_said_and_today_is_shown(world: World, amina: Client) -> None:
    shown = amina.get(f"/communaute/{world.community.slug}/ecosysteme/?le=hier").context
    assert (list(shown["form"].errors), shown["map"].day) == (["le"], timezone.localdate())
