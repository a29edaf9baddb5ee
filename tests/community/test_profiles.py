"""Getting acquainted: each line is one's own until it is shared; definitions are kept as they were said first."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from recolte.community.actions import join
from recolte.community.models import Definition, Profile, Role
from recolte.community.profiles import define, share_definition, write_profile
from recolte.community.roles import end_membership
from recolte.journal.models import Event
from tests.world import World


def _page(world: World, who: object) -> str:
    return f"/communaute/{world.community.slug}/membres/{getattr(who, 'pk', who)}/"


def _shared(client: Client, url: str) -> list[str]:
    return [text for _label, text in client.get(url).context["shared"]]


def test_each_line_is_ones_own_until_it_is_ticked(world: World, bruno: Client, amina: Client) -> None:
    facts = {"form": "masculine", "about": "Je viens du Jura.", "phone": "01 02 03", "seeks": "Des complices."}
    answer = bruno.post("/moi/profil/", facts | {"share_about": "on"})
    assert answer["Location"] == _page(world, world.bruno)
    page = amina.get(_page(world, world.bruno)).content.decode()
    assert [word for word in ("Jura", "01 02 03", "complices") if word in page] == ["Jura"]
    world.bruno.refresh_from_db()
    assert (_shared(amina, _page(world, world.bruno)), world.bruno.form) == (["Je viens du Jura."], "masculine")
    form = bruno.get("/moi/profil/").context["form"]
    assert (form["phone"].value(), form["share_phone"].value(), form["share_about"].value()) == (
        "01 02 03",
        False,
        True,
    )
    bruno.post("/moi/profil/", facts)
    assert _shared(amina, _page(world, world.bruno)) == []


def test_what_is_ticked_but_empty_says_nothing(world: World, amina: Client) -> None:
    write_profile(world.community, {"about": " "}, shared=["about", "invented"], by=world.amina)
    assert (Profile.objects.get().shared, _shared(amina, _page(world, world.amina))) == (["about"], [])


def test_a_profile_is_of_one_community(world: World, bruno: Client) -> None:
    join(world.elsewhere, world.bruno, Role.PRACTITIONER, by=world.driss)
    facts = {"form": "inclusive", "about": "Pour ailleurs.", "share_about": "on"}
    bruno.post(f"/moi/profil/?de={world.elsewhere.slug}", facts)
    assert _shared(bruno, _page(world, world.bruno)) == []
    assert _shared(world.client("driss"), f"/communaute/{world.elsewhere.slug}/membres/{world.bruno.pk}/") == [
        "Pour ailleurs."
    ]
    assert bruno.get("/moi/profil/?de=invente").status_code == 404


def test_who_left_is_no_longer_read(world: World, amina: Client) -> None:
    write_profile(world.community, {"about": "Je viens du Jura."}, shared=["about"], by=world.bruno)
    end_membership(world.community.memberships.get(user=world.bruno), by=world.amina)
    assert amina.get(_page(world, world.bruno)).status_code == 404


def test_who_has_no_community_has_nothing_to_fill_in(world: World, driss: Client) -> None:
    world.elsewhere.memberships.all().delete()
    assert driss.get("/moi/profil/").context["form"] is None


def test_the_first_definition_is_kept_and_later_ones_are_added(world: World, bruno: Client) -> None:
    url = f"/communaute/{world.community.slug}/definitions/"
    for notion, text in (("Solidarité", "Donner."), ("solidarité ", "Se tenir."), ("Coopération", "Faire avec.")):
        facts = {"do": "define", "notion": notion, "text": text, "where": "Séminaire d’entrée"}
        assert bruno.post(url, facts).status_code == 302
    mine = [(notion, [(one.text, one.is_first) for one in those]) for notion, those in bruno.get(url).context["mine"]]
    assert mine == [
        ("Coopération", [("Faire avec.", True)]),
        ("Solidarité", [("Donner.", True), ("Se tenir.", False)]),
    ]


def test_others_read_a_definition_once_it_is_shared(world: World, bruno: Client, amina: Client) -> None:
    url = f"/communaute/{world.community.slug}/definitions/"
    one = define(world.community, "Solidarité", "Donner.", by=world.bruno)
    seen = []
    for do in ("share", "keep"):
        bruno.post(url, {"do": do, "definition": one.pk})
        seen.append([found.text for found in amina.get(url).context["listing"].rows])
        seen.append([found.text for found in Definition.objects.readable_by(world.amina)])
    assert seen == [["Donner."], ["Donner."], [], []]
    assert amina.post(url, {"do": "share", "definition": one.pk}).status_code == 404  # it is not hers to share
    assert "Donner" not in str(list(Event.objects.values_list("data", flat=True)))


def test_start_and_later_are_put_apart(world: World, amina: Client) -> None:
    for text in ("Donner.", "Se tenir."):
        share_definition(define(world.community, "Solidarité", text, by=world.bruno), shared=True, by=world.bruno)
    url = f"/communaute/{world.community.slug}/definitions/"
    found = {
        asked: [one.text for one in amina.get(url + asked).context["listing"].rows]
        for asked in ("", "?when=first", "?when=later", "?q=tenir")
    }
    assert found == {
        "": ["Donner.", "Se tenir."],
        "?when=first": ["Donner."],
        "?when=later": ["Se tenir."],
        "?q=tenir": ["Se tenir."],
    }


def test_a_definition_needs_a_notion_and_words(world: World, bruno: Client) -> None:
    page = bruno.post(f"/communaute/{world.community.slug}/definitions/", {"do": "define", "notion": "Solidarité"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["text"])
    with pytest.raises(ValidationError):
        define(world.community, "Solidarité", "  ", by=world.bruno)
