"""Where people belong: several structures at once, functions, circles — each with its dates."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from recolte.community.actions import join
from recolte.community.belonging import (
    Span,
    affiliate,
    end,
    enter_circle,
    make_circle,
    note_mandate,
    person_of,
    take_back,
)
from recolte.community.ecosystem import relate
from recolte.community.models import (
    Affiliation,
    Circle,
    CircleMember,
    Form,
    Mandate,
    Organisation,
    Person,
    Relation,
    RelationKind,
    Role,
    User,
)
from recolte.community.roles import change_role
from recolte.journal.models import Event
from tests.world import World

MAY, JUNE, JULY = date(2021, 5, 1), date(2021, 6, 1), date(2021, 7, 1)


def _page(world: World, who: object) -> str:
    return f"/communaute/{world.community.slug}/membres/{getattr(who, 'pk', who)}/"


def _names(found: object) -> list[str]:
    return sorted(str(one.organisation) for one in found)  # type: ignore[attr-defined]


def test_one_belongs_to_five_structures_at_once_through_the_form(world: World, bruno: Client) -> None:
    five = ["Chaire", "Laboratoire", "Institut", "Fondation", "Programme"]
    for name in five:
        facts = {"do": "affiliate", "structure": name, "capacity": "membre", "starts_on": "2021-05-01"}
        assert bruno.post(_page(world, world.bruno), facts).status_code == 302
    person = Person.objects.get(user=world.bruno)
    standing = person.affiliations.all()
    assert _names(Affiliation.objects.standing_on(JUNE)) == sorted(five)
    assert (len(standing), Affiliation.objects.standing_on(date(2021, 4, 30)).count()) == (5, 0)
    shown = bruno.get(_page(world, world.bruno)).context["affiliations"]
    assert sorted(str(one.organisation) for one, _above in shown) == sorted(five)


@pytest.mark.parametrize(
    ("span", "days"),
    [
        (Span(), [True, True, True]),
        (Span(JUNE), [False, True, True]),
        (Span(None, JUNE), [True, True, False]),
        (Span(JUNE, JUNE), [False, True, False]),
    ],
)
def test_a_day_that_is_not_known_excludes_nothing(world: World, span: Span, days: list[bool]) -> None:
    affiliate(world.chloe, "Collège", span=span, by=world.amina)
    assert [Affiliation.objects.standing_on(day).exists() for day in (MAY, JUNE, JULY)] == days


def test_what_ends_before_it_starts_is_refused_by_the_form_and_by_the_table(world: World, amina: Client) -> None:
    facts = {"do": "affiliate", "structure": "Collège", "starts_on": "2021-06-01", "ends_on": "2021-05-01"}
    page = amina.post(_page(world, world.chloe), facts)
    assert (page.status_code, list(page.context["forms"].affiliating.errors)) == (422, ["ends_on"])
    made = affiliate(world.chloe, "Collège", span=Span(JUNE), by=world.amina)
    with pytest.raises(ValidationError):
        end(made, MAY, by=world.amina)
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.update(ends_on=MAY)


def test_structures_nest_and_a_page_says_all_that_one_is_within(world: World, bruno: Client) -> None:
    chair, lab, institute = (
        Organisation.objects.create(community=world.community, name=name) for name in ("Chaire", "Labo", "Institut")
    )
    url = f"/communaute/{world.community.slug}/emboitements/"
    for inner, outer in ((chair, lab), (lab, institute)):
        assert bruno.post(url, {"organisation": inner.pk, "within": outer.pk}).status_code == 302
    affiliate(world.chloe, "Chaire", by=world.bruno)
    ((_one, above),) = bruno.get(_page(world, world.chloe)).context["affiliations"]
    assert [str(one) for one in above] == ["Labo", "Institut"]
    for outer in (chair, lab):
        page = bruno.post(url, {"organisation": institute.pk, "within": outer.pk})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["within"])
    with pytest.raises(ValidationError):
        relate(chair, RelationKind.PART_OF, chair, by=world.bruno)
    assert not Relation.objects.filter(subject=institute).exists()


def test_a_structure_is_a_part_of_several_each_in_its_time(world: World, bruno: Client) -> None:
    lab, fund, group = (
        Organisation.objects.create(community=world.community, name=name) for name in ("Labo", "Fonds", "Groupe")
    )
    url = f"/communaute/{world.community.slug}/emboitements/"
    for outer, starts, ends in ((lab, "2020-01-01", ""), (fund, "2021-05-01", "2021-06-30")):
        facts = {"organisation": world.atelier.pk, "within": outer.pk, "starts_on": starts, "ends_on": ends}
        assert bruno.post(url, facts).status_code == 302
    relate(lab, RelationKind.PART_OF, group, by=world.bruno)
    shown = {}
    for day in ("2019-12-31", "2021-06-01", "2021-07-01"):
        rows = {str(row[0]): row[1:] for row in bruno.get(f"{url}?le={day}").context["rows"]}
        direct, around = rows.get("L’Atelier", ([], []))
        shown[day] = ([str(one.object) for one in direct], [str(one) for one in around])
    assert shown == {
        "2019-12-31": ([], []),
        "2021-06-01": (["Labo", "Fonds"], ["Groupe"]),
        "2021-07-01": (["Labo"], ["Groupe"]),
    }
    later = {"organisation": fund.pk, "within": world.atelier.pk, "starts_on": "2021-07-01"}
    assert bruno.post(url, later | {"starts_on": "2021-06-30"}).status_code == 422  # a ring, on that day
    assert bruno.post(url, later).status_code == 302


def test_a_structure_of_another_community_cannot_be_chosen(world: World, amina: Client) -> None:
    other = Organisation.objects.create(community=world.elsewhere, name="Leur structure")
    url = f"/communaute/{world.community.slug}/emboitements/"
    page = amina.post(url, {"organisation": other.pk, "within": world.atelier.pk})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["organisation"])


def test_a_function_gives_no_rights_and_is_told_on_its_days(world: World, amina: Client) -> None:
    facts = {"do": "mandate", "role": "coordinator", "scope": "copilotage de l’axe 1", "starts_on": "2021-05-01"}
    assert amina.post(_page(world, world.bruno), facts | {"structure": "L’Atelier"}).status_code == 302
    made = Mandate.objects.get(gives_rights=False)
    assert (made.user, made.person, made.organisation, made.starts_on) == (world.bruno, None, world.atelier, MAY)
    assert world.client("bruno").get(f"/communaute/{world.community.slug}/passation/").status_code == 403
    listed = {
        day: [
            (str(one.who), one.gives_rights)
            for one in amina.get(f"/communaute/{world.community.slug}/fonctions/?le={day}").context["listing"].rows
        ]
        for day in ("2021-04-30", "2021-05-01")
    }
    assert listed == {"2021-04-30": [], "2021-05-01": [("Bruno", False)]}


def test_a_person_without_an_account_holds_a_function_too(world: World, amina: Client) -> None:
    amina.post(_page(world, world.chloe), {"do": "mandate", "role": "host"})
    made = Mandate.objects.get(gives_rights=False)
    assert (made.person, made.user, [str(one) for one in amina.get(_page(world, world.chloe)).context["mandates"]]) == (
        world.chloe,
        None,
        [made.title],
    )


@pytest.mark.parametrize("form", list(Form))
def test_a_role_is_said_in_the_form_that_somebody_wishes(world: World, form: Form) -> None:
    world.bruno.form = form
    world.bruno.save()
    member = world.community.memberships.get(user=world.bruno)
    person = person_of(world.community, world.bruno, by=world.amina)
    noted = note_mandate(person, Role.RESEARCHER, community=world.community, by=world.amina)
    assert member.title == noted.title == Mandate.objects.get(user=world.bruno).title


def test_the_trail_of_rights_cannot_be_ended_or_taken_back_by_hand(world: World, amina: Client) -> None:
    trail = Mandate.objects.get(user=world.bruno)
    for action in (lambda: end(trail, JUNE, by=world.amina), lambda: take_back(trail, by=world.amina)):
        with pytest.raises(ValidationError):
            action()
    answer = amina.post(_page(world, world.bruno), {"do": "take_back", "what": "mandate", "id": trail.pk})
    assert (answer.status_code, Mandate.objects.filter(pk=trail.pk).exists()) == (404, True)


def test_what_was_noted_is_ended_on_a_day_or_taken_back(world: World, bruno: Client) -> None:
    made = affiliate(world.chloe, "Collège", span=Span(MAY), by=world.amina)
    what = {"what": "affiliation", "id": made.pk}
    bruno.post(_page(world, world.chloe), {"do": "end", "on": "2021-06-01"} | what)
    assert Affiliation.objects.get().ends_on == JUNE
    # an affiliation is not taken back from the page of somebody else
    assert bruno.post(_page(world, world.amina), {"do": "take_back"} | what).status_code == 404
    bruno.post(_page(world, world.chloe), {"do": "take_back"} | what)
    assert Affiliation.objects.count() == 0
    verbs = list(Event.objects.filter(verb__startswith="affiliation.").values_list("verb", flat=True))
    assert sorted(verbs) == ["affiliation.ended", "affiliation.noted", "affiliation.taken_back"]


def test_circles_count_their_people_on_a_day(world: World, amina: Client) -> None:
    answer = amina.post(f"/communaute/{world.community.slug}/cercles/", {"name": " Noyau ", "kind": "core"})
    core = Circle.objects.get()
    assert (answer["Location"], core.name) == (f"/cercles/{core.pk}/", "Noyau")
    for name, begins in (("bruno", "2021-05-01"), ("Chloé", "2021-06-01"), ("Une invitée", "2021-07-01")):
        assert amina.post(f"/cercles/{core.pk}/", {"name": name, "starts_on": begins}).status_code == 302
    people = {day: sorted(str(one) for one in core.people_on(day)) for day in (MAY, JUNE, JULY)}
    assert people == {MAY: ["Bruno"], JUNE: ["Bruno", "Chloé"], JULY: ["Bruno", "Chloé", "Une invitée"]}
    assert Person.objects.get(name="Bruno").user == world.bruno
    counts = {
        day: amina.get(f"/communaute/{world.community.slug}/cercles/?le={day}").context["in_any"]
        for day in ("2021-04-01", "2021-06-15", "2021-07-01")
    }
    assert counts == {"2021-04-01": 0, "2021-06-15": 2, "2021-07-01": 3}


def test_one_is_in_a_circle_once_at_a_time_and_may_come_back(world: World, amina: Client) -> None:
    core = make_circle(world.community, Circle.Kind.CORE, "Noyau", by=world.amina)
    enter_circle(core, world.chloe, span=Span(MAY, JUNE), by=world.amina)
    page = amina.post(_page(world, world.chloe), {"do": "enter", "circle": core.pk, "starts_on": "2021-06-01"})
    assert (page.status_code, list(page.context["forms"].entering.errors)) == (422, ["__all__"])
    amina.post(_page(world, world.chloe), {"do": "enter", "circle": core.pk, "starts_on": "2021-07-01"})
    assert (CircleMember.objects.count(), core.people_on(JULY).count()) == (2, 1)


def test_two_circles_do_not_bear_one_name(world: World, amina: Client) -> None:
    make_circle(world.community, Circle.Kind.CORE, "Équipe", by=world.amina)
    page = amina.post(f"/communaute/{world.community.slug}/cercles/", {"name": "équipe", "kind": "core"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["name"])


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.RESEARCHER)])
def test_only_the_team_says_where_somebody_belongs(world: World, role: Role) -> None:
    change_role(world.community.memberships.get(user=world.bruno), role, by=world.amina)
    client = world.client("bruno")
    core = make_circle(world.community, Circle.Kind.CORE, "Noyau", by=world.amina)
    posts = {
        _page(world, world.chloe): {"do": "affiliate", "structure": "Collège"},
        f"/communaute/{world.community.slug}/cercles/": {"name": "Autre", "kind": "core"},
        f"/cercles/{core.pk}/": {"name": "Chloé"},
        f"/communaute/{world.community.slug}/emboitements/": {"organisation": world.atelier.pk},
    }
    assert [client.post(url, facts).status_code for url, facts in posts.items()] == [403] * 4
    assert (Affiliation.objects.count(), Circle.objects.count(), CircleMember.objects.count()) == (0, 1, 0)
    assert [client.get(url).status_code for url in posts] == [200] * 4


def test_the_list_of_members_is_searched_and_filtered(world: World, amina: Client) -> None:
    join(world.community, User.objects.create_user("elise@example.org", "Élise"), Role.HOST, by=world.amina)
    affiliate(person_of(world.community, world.bruno, by=world.amina), "Université", by=world.amina)
    core = make_circle(world.community, Circle.Kind.CORE, "Noyau", by=world.amina)
    enter_circle(core, person_of(world.community, world.amina, by=world.amina), by=world.amina)
    url = f"/communaute/{world.community.slug}/"
    found = {
        asked: [str(one.user) for one in amina.get(url + asked).context["listing"].rows]
        for asked in ("", "?q=univers", "?q=lise", "?role=host", f"?circle={core.pk}", "?circle=x", "?sort=-name")
    }
    everybody = ["Amina", "Bruno", "Élise"]
    assert {asked: sorted(names) for asked, names in found.items()} == {
        "": everybody,
        "?q=univers": ["Bruno"],
        "?q=lise": ["Élise"],
        "?role=host": ["Élise"],
        f"?circle={core.pk}": ["Amina"],
        "?circle=x": everybody,
        "?sort=-name": everybody,
    }


def test_the_team_alone_takes_the_list_of_members_away(world: World) -> None:
    url = f"/communaute/{world.community.slug}/?as=csv"
    assert world.client("bruno").get(url)["Content-Type"] == "text/csv; charset=utf-8"
    change_role(world.community.memberships.get(user=world.bruno), Role.PRACTITIONER, by=world.amina)
    page = world.client("bruno").get(url)
    assert (page["Content-Type"], "take-away" in page.content.decode()) == ("text/html; charset=utf-8", False)
