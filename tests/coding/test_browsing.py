"""The pages of codes and passages."""

from django.test import Client

from recolte.coding.actions import code_excerpt
from recolte.coding.models import Code, Excerpt
from recolte.sources.models import Kind
from recolte.transcripts.actions import correct_turn
from recolte.transcripts.models import Turn
from tests.world import World, kept, passage_of, says


def test_a_code_is_made_named_otherwise_and_holds_its_passages(world: World, bruno: Client, driss: Client) -> None:
    home = f"/communaute/{world.community.slug}/codes/"
    bruno.post(home, {"name": " confiance  mutuelle ", "facet": "value", "definition": "Se fier."})
    code = Code.objects.get()
    assert (code.name, code.facet, code.definition, code.colour) == ("confiance mutuelle", "value", "Se fier.", 1)
    wrong = bruno.post(home, {"name": "Confiance mutuelle", "facet": "notion"})
    assert list(wrong.context["form"].errors) == ["name"]
    transcript = says(world, kept(world, "son.wav"), "La confiance vient à table.")
    code_excerpt(passage_of(world, transcript, "La confiance"), code, by=world.bruno)
    bruno.post(f"/codes/{code.pk}/", {"name": "confiance", "facet": "posture", "definition": ""})
    code.refresh_from_db()
    assert (code.name, code.facet, Code.objects.count()) == ("confiance", "posture", 1)
    assert bruno.get(f"/codes/{code.pk}/").content.decode().count("La confiance") == 1
    assert [driss.get(address).status_code for address in (home, f"/codes/{code.pk}/")] == [404, 404]


def test_a_drifted_passage_shows_both_texts_and_is_put_on_the_new_one(world: World, bruno: Client) -> None:
    transcript = says(world, kept(world, "son.wav"), "La confience vient à table.")
    excerpt = passage_of(world, transcript, "La confience vient")
    turn = Turn.objects.get()
    correct_turn(turn, "La confiance vient à table.", before=turn.text, by=world.bruno)
    page = bruno.get(f"/extraits/{excerpt.pk}/").content.decode()
    assert (page.count("La confience vient"), page.count("La confiance vient")) == (1, 1)
    bruno.post(f"/extraits/{excerpt.pk}/mots/")
    excerpt.refresh_from_db()
    assert (excerpt.quote, excerpt.is_drifted) == ("La confiance vient", False)
    assert bruno.post(f"/extraits/{excerpt.pk}/mots/").status_code == 404


def test_whose_words_a_note_holds_is_said_on_the_passage_itself(world: World, bruno: Client) -> None:
    source = kept(world, "carnet.md", Kind.DOCUMENT, text="On reformule, puis on se tait.")
    excerpt = passage_of(world, source, "puis on se tait")
    bruno.post(f"/extraits/{excerpt.pk}/de-qui/", {"role": "animatrice"})
    assert [(one.person.role, one.person.name) for one in Excerpt.objects.all() if one.person] == [("animatrice", "")]
    bruno.post(f"/extraits/{excerpt.pk}/de-qui/", {"person": str(world.chloe.pk)})
    assert Excerpt.objects.get().person == world.chloe
