"""Lists of actors, from the file to the structures: seen first, chosen line by line, brought in once."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from recolte.community.ecosystem import add_organisation, change_organisation, merge_organisations
from recolte.community.models import Organisation, Origin
from recolte.interchange.actors.actions import (
    Outcome,
    bring_in,
    by_default,
    forget_lines,
    receive_list,
    take_columns,
)
from recolte.interchange.actors.matching import Choice, Why
from recolte.interchange.actors.models import ActorList
from recolte.journal.models import Event
from recolte.ui.command import CommandError
from tests.world import World

LIST = """id;nom;commune;code postal;latitude;longitude;site web
1;L'ATELIER;Dijon;21000;47,3220;5,0410;https://atelier.example
2;Le Pôle;Dijon;21000;47,3300;5,0500;
3;Le Pôle;Caen;14000;49,1830;-0,3710;
4;Atelier partagé du port;Caen;14000;49,1830;-0,3711;
"""


def _received(world: World, text: str = LIST, source: str = "Carte") -> ActorList:
    return receive_list(
        world.community, "liste.csv", text.encode(), by=world.amina, source=source, credit="Le Réseau, Licence Ouverte"
    )


def _all(world: World) -> list[tuple[str, str, str, str]]:
    rows = Organisation.objects.filter(community=world.community)
    return sorted(rows.values_list("name", "municipality", "department", "website"))


def test_a_list_is_compared_before_anything_is_done(world: World) -> None:
    add_organisation(world.community, "L’Atelier partagé", by=world.amina, latitude=49.1831, longitude=-0.371)
    change_organisation(world.atelier, by=world.amina, municipality="Longvic")
    found = _received(world).proposals()
    assert [(one.why, str(one.here), one.default) for one in found] == [
        (Why.NAME, "L’Atelier", Choice.FILL),
        (Why.NEW, "None", Choice.ADD),
        (Why.NEW, "None", Choice.ADD),
        (Why.CLOSE, "L’Atelier partagé", Choice.LEAVE),
    ]
    assert [(one.field, one.ours, one.theirs) for one in found[0].differences] == [
        ("municipality", "Longvic", "Dijon"),
        ("code", "", "21000"),
        ("latitude", None, 47.322),
        ("longitude", None, 5.041),
        ("website", "", "https://atelier.example"),
    ]
    assert Organisation.objects.filter(community=world.community).count() == 2


@pytest.mark.parametrize(
    ("listed", "here", "town", "why"),
    [
        ("La Filature Ombeline", "La Filature d'Ombeline", "Rouen", Why.NEAR),
        ("FILATURE D’OMBELINE", "La filature Ombéline", "rouen", Why.NEAR),
        ("Les Jardins de l’Écluse", "Jardin de l'Ecluse", "Rouen", Why.NEAR),
        ("Le Grenier", "La Grange", "Rouen", Why.NEW),
        ("Le Grenier", "Le Grenier à blé", "Rouen", Why.NEW),
        ("La Filature Ombeline", "La Filature d'Ombeline", "Caen", Why.NEW),
    ],
)
def test_nearly_the_same_name_in_one_municipality_is_asked_about(
    world: World, listed: str, here: str, town: str, why: Why
) -> None:
    add_organisation(world.community, here, by=world.amina, municipality=town)
    received = _received(world, f"nom;commune\n{listed};Rouen\n")
    [found] = received.proposals()
    assert (found.why, str(found.here)) == (why, here if why == Why.NEAR else "None")
    assert (found.asks, found.default) == ((True, Choice.LEAVE) if why == Why.NEAR else (False, Choice.ADD))


def test_by_default_only_what_is_missing_is_filled_in(world: World) -> None:
    change_organisation(world.atelier, by=world.amina, municipality="Longvic")
    received = _received(world)
    assert bring_in(received, by_default(received.proposals()), by=world.amina) == Outcome(added=3, changed=1)
    assert _all(world) == [
        ("Atelier partagé du port", "Caen", "14", ""),
        ("Le Pôle", "Dijon", "21", ""),
        ("Le Pôle (Caen)", "Caen", "14", ""),
        ("L’Atelier", "Longvic", "21", "https://atelier.example"),
    ]
    origins = Origin.objects.filter(community=world.community).values_list("external_id", "source", "credit")
    assert sorted(origins) == [(key, "Carte", "Le Réseau, Licence Ouverte") for key in "1234"]
    received.refresh_from_db()
    assert received.actors == []
    lines = Event.objects.filter(subject_id=str(received.pk)).order_by("id").values_list("verb", "data")
    assert list(lines) == [
        ("actors.received", {"actors": 4}),
        ("actors.imported", {"added": 3, "changed": 1, "same": 0}),
    ]


@pytest.mark.parametrize(
    ("choice", "municipality", "website", "structures"),
    [
        (Choice.FILL, "Longvic", "https://atelier.example", 1),
        (Choice.KEEP, "Longvic", "", 1),
        (Choice.TAKE, "Dijon", "https://atelier.example", 1),
        (Choice.ADD, "Longvic", "", 2),
        (Choice.LEAVE, "Longvic", "", 1),
    ],
)
def test_each_choice_does_what_it_says(
    world: World, choice: Choice, municipality: str, website: str, structures: int
) -> None:
    change_organisation(world.atelier, by=world.amina, municipality="Longvic")
    text = "\n".join(LIST.splitlines()[:2])
    bring_in(_received(world, text), {0: choice}, by=world.amina)
    world.atelier.refresh_from_db()
    assert (world.atelier.municipality, world.atelier.website) == (municipality, website)
    assert Organisation.objects.filter(community=world.community).count() == structures
    assert Origin.objects.count() == (choice != Choice.LEAVE)


def test_the_same_list_twice_adds_nothing(world: World) -> None:
    first = _received(world)
    bring_in(first, by_default(first.proposals()), by=world.amina)
    before = _all(world)
    again = _received(world)
    found = again.proposals()
    assert [(one.why, one.asks) for one in found] == [(Why.KNOWN, False)] * 4
    assert bring_in(again, by_default(found), by=world.amina) == Outcome(same=4)
    assert _all(world) == before
    assert Origin.objects.count() == 4


def test_a_structure_that_was_merged_away_does_not_come_back(world: World) -> None:
    first = _received(world)
    bring_in(first, by_default(first.proposals()), by=world.amina)
    merge_organisations(world.atelier, Organisation.objects.get(name="Atelier partagé du port"), by=world.amina)
    assert [one.why for one in _received(world).proposals()] == [Why.KNOWN] * 4


def test_a_list_is_brought_in_once(world: World) -> None:
    received = _received(world)
    bring_in(received, {}, by=world.amina)
    with pytest.raises(ValidationError):
        bring_in(received, {1: Choice.ADD}, by=world.amina)
    assert Organisation.objects.filter(community=world.community).count() == 1


def test_nothing_of_another_community_is_compared_or_changed(world: World) -> None:
    add_organisation(world.elsewhere, "Le Pôle", by=world.driss)
    received = _received(world)
    assert [one.why for one in received.proposals()] == [Why.NAME, Why.NEW, Why.NEW, Why.NEW]
    bring_in(received, by_default(received.proposals()), by=world.amina)
    assert Origin.objects.exclude(community=world.community).count() == 0
    assert list(Organisation.objects.filter(community=world.elsewhere).values_list("name", "municipality")) == [
        ("Le Pôle", "")
    ]


# The pages ------------------------------------------------------------------------------------------------------------


def _upload(world: World, client: Client, content: bytes, name: str = "liste.csv") -> str:
    url = f"/communaute/{world.community.slug}/importer/acteurs/"
    answer = client.post(url, {"file": SimpleUploadedFile(name, content), "source": "", "credit": ""})
    return answer.headers["Location"] if answer.status_code == 302 else str(answer.status_code)


def test_a_list_is_brought_seen_and_chosen_in_the_browser(world: World, amina: Client) -> None:
    page = _upload(world, amina, LIST.encode())
    shown = amina.get(page).context
    assert [one.proposal.listed.name for one in shown["new"]] == ["Le Pôle", "Le Pôle", "Atelier partagé du port"]
    assert [str(one.proposal.here) for one in shown["asking"]] == ["L’Atelier"]
    taken = [(field.label, field.initial, field.help_text) for field in shown["columns"]]
    assert taken[:2] == [("id", "external_id", "1 · 2"), ("nom", "name", "L'ATELIER · Le Pôle")]
    answer = amina.post(page, {"choice-0": "keep", "leave-2": "on"})
    assert answer.headers["Location"] == f"/communaute/{world.community.slug}/structures/"
    assert _all(world) == [
        ("Atelier partagé du port", "Caen", "14", ""),
        ("Le Pôle", "Dijon", "21", ""),
        ("L’Atelier", "", "", ""),
    ]
    assert amina.get(page).context["list"].applied_at is not None
    amina.post(page, {"choice-0": "take"})
    world.atelier.refresh_from_db()
    assert world.atelier.municipality == ""


def test_all_that_will_be_written_is_shown_and_what_is_refused_with_its_reason(world: World, amina: Client) -> None:
    text = """nom;type;commune;code postal;latitude;longitude;site web;description;depuis
Le Grenier;association;Rouen;76000;49.44;1.09;javascript:alert(1);On y lit.;hier
"""
    received = _received(world, text)
    page = amina.get(received.get_absolute_url())
    [coming] = page.context["new"]
    assert [words for _label, words in coming.facts] == ["association", "Rouen", "76000", "49.44", "1.09", "On y lit."]
    assert coming.proposal.listed.refused == (("website", "javascript:alert(1)"), ("starts_on", "hier"))
    shown = page.content.decode()
    assert [one in shown for one in ("On y lit.", "javascript:alert(1)", "hier")] == [True] * 3
    assert [words for _label, words, _why in coming.refused] == ["javascript:alert(1)", "hier"]
    bring_in(received, by_default(received.proposals()), by=world.amina)
    added = Organisation.objects.get(community=world.community, name="Le Grenier")
    assert (added.description, added.website, added.starts_on) == ("On y lit.", "", None)


def test_what_nobody_chose_is_left_out(world: World, amina: Client) -> None:
    page = _upload(world, amina, LIST.encode())
    add_organisation(world.community, "Le Pôle", by=world.bruno)  # somebody else, in the meantime
    amina.post(page, {"choice-0": "nonsense"})
    assert [name for name, *_ in _all(world)] == ["Atelier partagé du port", "Le Pôle", "L’Atelier"]


@pytest.mark.parametrize(
    "content",
    [b"", b"<kml/>", b'[{"name": "A"', b"PK\x03\x04" + bytes(100), b"nom\n" + b"a" * 11_000_000],
)
def test_a_file_that_is_no_list_is_said_beside_the_field_and_nothing_is_kept(
    world: World, amina: Client, content: bytes
) -> None:
    assert _upload(world, amina, content) == "422"
    assert (ActorList.objects.count(), Organisation.objects.filter(community=world.community).count()) == (0, 1)


GUESSED_WRONG = "Titre;Denomination\nMadame;La Ruche\nMonsieur;Le Fournil\n"


def test_what_a_column_is_taken_for_is_changed_and_the_list_read_again(
    world: World, amina: Client, bruno: Client
) -> None:
    page = _upload(world, amina, GUESSED_WRONG.encode())
    assert [one.proposal.listed.name for one in amina.get(page).context["new"]] == ["Madame", "Monsieur"]
    twice = amina.post(page, {"columns": "1", "column-0": "name", "column-1": "name"})
    assert (twice.status_code, list(twice.context["columns"].errors)) == (422, ["column-1"])
    none = amina.post(page, {"columns": "1", "column-0": "kind", "column-1": ""})
    assert (none.status_code, list(none.context["columns"].errors)) == (422, ["__all__"])
    assert bruno.post(page, {"columns": "1", "column-0": "", "column-1": "name"}).status_code == 302
    assert [one.proposal.listed.name for one in amina.get(page).context["new"]] == ["La Ruche", "Le Fournil"]
    amina.post(page, {})
    received = ActorList.objects.get()
    assert ([name for name, *_ in _all(world)], received.lines) == (["La Ruche", "Le Fournil", "L’Atelier"], [])
    with pytest.raises(ValidationError):
        take_columns(received, {"name": "Titre"}, by=world.amina)


def test_a_list_whose_names_are_not_found_waits_until_somebody_says_where_they_are(world: World, amina: Client) -> None:
    page = _upload(world, amina, b"Qui;Ville\nLa Ruche;Chenay\n;Dijon\n")
    assert (ActorList.objects.get().is_understood, amina.get(page).context["new"]) == (False, [])
    amina.post(page, {"columns": "1", "column-0": "name", "column-1": "municipality"})
    [new] = amina.get(page).context["new"]
    assert (new.proposal.listed.name, new.proposal.listed.municipality) == ("La Ruche", "Chenay")
    assert ActorList.objects.get().nameless == 1


def test_what_a_file_said_is_forgotten_after_a_month(world: World) -> None:
    received = _received(world)
    assert forget_lines() == 0
    ActorList.objects.update(received_at=timezone.now() - timedelta(days=31))
    assert (forget_lines(), forget_lines()) == (1, 0)
    received.refresh_from_db()
    assert (received.lines, len(received.proposals())) == ([], 4)


# The command ----------------------------------------------------------------------------------------------------------


def _command(path: Path, *words: str) -> str:
    out = StringIO()
    call_command("import", "actors", str(path), "--community", "Les Passerelles", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_would_do_and_does_it_when_told(world: World, tmp_path: Path) -> None:
    path = tmp_path / "carte.json"
    path.write_text(
        json.dumps({"data": [{"id": 7, "name": "La Ruche", "geo": {"latitude": 46.3, "longitude": -0.03}}]})
    )
    _command(path)
    assert (Organisation.objects.filter(name="La Ruche").count(), ActorList.objects.count()) == (0, 0)
    assert Event.objects.filter(verb__startswith="actors.").count() == 0
    _command(path, "--yes", "--credit", "Colibris")
    _command(path, "--yes")
    assert list(Organisation.objects.filter(name="La Ruche").values_list("department", flat=True)) == ["79"]
    assert list(Origin.objects.values_list("source", "external_id")) == [("carte", "7")]


def test_the_command_refuses_with_a_sentence(world: World, tmp_path: Path) -> None:
    path = tmp_path / "carte.kml"
    with pytest.raises(CommandError):
        _command(path)
    path.write_text("<kml/>")
    with pytest.raises(CommandError) as refused:
        _command(path)
    assert str(refused.value).endswith(".")
    with pytest.raises(CommandError):
        call_command("import", "actors", str(path))  # two communities: which?


def test_the_command_is_told_what_columns_hold(world: World, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GUESSED_WRONG)
    _command(path, "--column", "Denomination=name", "--column", "Titre=ignore", "--yes")
    assert [name for name, *_ in _all(world)] == ["La Ruche", "Le Fournil", "L’Atelier"]
    path.write_text("Qui\nLa Forge\n")
    for words in (["--yes"], ["--column", "Quoi=name"], ["--column", "Qui=nom"], ["--column", "Qui"]):
        with pytest.raises(CommandError):
            _command(path, *words)
    _command(path, "--column", "Qui=name", "--yes")
    assert Organisation.objects.filter(name="La Forge").count() == 1
