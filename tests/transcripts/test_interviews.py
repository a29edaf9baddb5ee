"""A document that is an interview: who speaks is corrected on a page, then it is a transcript."""

import io
from pathlib import Path

import docx
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from recolte.coding.actions import code_passage, make_code
from recolte.journal.models import Event
from recolte.search.models import Segment
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import call_voices, mark_listened, read_as_interview
from recolte.transcripts.models import Transcript
from tests.world import World, bring, kept

SAID = """Chloé (0:05) : On a d’abord appris à se faire confiance.

Amina (0:12) : Comment ?

Chloe (0:20) : Objectif : un repas ensemble.

Objectif : le refaire."""
Turns = list[tuple[str, str]]


def turns_of(transcript: Transcript) -> Turns:
    return [(str(turn.speaker or ""), turn.text) for turn in transcript.turns.select_related("speaker__person")]


@pytest.fixture
def written(world: World) -> Source:
    source = kept(world, "entretien.md", Kind.DOCUMENT)
    source.blocks = [{"kind": "p", "text": text} for text in SAID.split("\n\n")]
    source.save()
    return source


AS_IT_IS = {"name-1": "Chloé R.", "name-2": "Amina", "name-3": "Chloé R.", "nobody-4": "on"}


def test_the_page_shows_what_was_found_and_changes_nothing(amina: Client, written: Source) -> None:
    response = amina.get(f"/entretiens/{written.pk}/")
    form = response.context["form"]
    assert [(one.found, one.turns, one.name.value()) for one in form.voices] == [
        ("Chloé", 1, "Chloé"),
        ("Amina", 1, "Amina"),
        ("Chloe", 1, "Chloé"),
        ("Objectif", 1, "Objectif"),
    ]
    assert (response.context["count"], response.context["timed"], response.context["stays"]) == (4, 3, "")
    seen = amina.post(f"/entretiens/{written.pk}/", {**AS_IT_IS, "look": "1"})
    assert [(turn.speaker, time) for turn, time in seen.context["turns"]] == [
        ("Chloé R.", "0:05"),
        ("Amina", "0:12"),
        ("Chloé R.", "0:20"),
    ]
    assert (Transcript.objects.count(), Source.objects.get().kind) == (0, Kind.DOCUMENT)


def test_taken_in_it_is_a_transcript_of_the_recording_that_was_chosen(
    world: World, amina: Client, written: Source
) -> None:
    recording, draft = kept(world, "son.wav"), kept(world, "secret.wav", agreed="")
    facts = {**AS_IT_IS, "take": "1"}
    assert amina.post(f"/entretiens/{written.pk}/", {**facts, "recording": str(draft.pk)}).status_code == 422
    response = amina.post(f"/entretiens/{written.pk}/", {**facts, "recording": str(recording.pk)})
    transcript = Transcript.objects.get()
    assert response["Location"] == f"/ecoute/{recording.pk}/?transcript={transcript.pk}"
    assert (transcript.source, transcript.brought_as) == (recording, written)
    assert turns_of(transcript) == [
        ("Chloé R.", "On a d’abord appris à se faire confiance."),
        ("Amina", "Comment ?"),
        ("Chloé R.", "Objectif : un repas ensemble.\nObjectif : le refaire."),
    ]
    source = Source.objects.get(pk=written.pk)
    assert (source.kind, source.has_unknown_voices, recording.transcripts.count()) == (Kind.TRANSCRIPT, True, 1)
    assert not Segment.objects.filter(source=written).exclude(block=-1).exclude(stems="entretien").exists()
    assert Event.objects.get(verb="transcript.read_as_interview").data == {"turns": 3}
    assert amina.get(f"/recueil/{written.pk}/").status_code == 200
    assert amina.get(response["Location"]).context["is_typed"] is True


def test_read_anew_it_takes_the_place_of_what_it_was_until_somebody_worked_on_it(world: World, written: Source) -> None:
    first = read_as_interview(written, {}, by=world.amina)
    assert [voice for voice, _ in turns_of(first)] == ["Chloé", "Amina", "Chloe", "Objectif"]
    again = read_as_interview(written, {"Chloe": "Chloé", "Objectif": ""}, by=world.amina)
    assert (again.pk, again.version, [voice for voice, _ in turns_of(again)]) == (
        first.pk,
        2,
        ["Chloé", "Amina", "Chloé"],
    )
    mark_listened(list(again.turns.select_related("transcript")[:1]), by=world.amina)
    with pytest.raises(ValidationError):
        read_as_interview(written, {}, by=world.amina)


def test_a_document_that_is_coded_stays_one(world: World, amina: Client, written: Source) -> None:
    code_passage(written, 20, 30, make_code(world.community, "confiance", by=world.bruno), by=world.bruno)
    page = amina.post(f"/entretiens/{written.pk}/", {**AS_IT_IS, "take": "1"})
    assert (page.status_code, bool(page.context["stays"]), Transcript.objects.count()) == (422, True, 0)


def test_a_word_document_that_looks_like_an_interview_says_so(world: World, amina: Client, tmp_path: Path) -> None:
    file = io.BytesIO()
    document = docx.Document()
    for text in ("Amina : Bonjour.", "Chloé : Bonjour, on commence ?", "Amina : Oui."):
        document.add_paragraph(text)
    document.save(file)
    source = bring(world, "entretien.docx", file.getvalue(), tmp_path)
    assert (source.kind, amina.get(source.get_absolute_url()).context["looks_like_one"]) == (Kind.DOCUMENT, True)
    amina.post(f"/entretiens/{source.pk}/", {"take": "1"})
    transcript = Transcript.objects.get(source=source)
    assert turns_of(transcript)[1] == ("Chloé", "Bonjour, on commence ?")
    assert amina.get(f"/ecoute/{source.pk}/").status_code == 200


def test_the_voices_of_a_subtitle_are_called_otherwise(world: World, tmp_path: Path) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v SP1>Un.\n\n00:02.000 --> 00:03.000\n<v SP2>Deux.\n\n00:03.000 --> 00:04.000\n<v SP3>Trois."
    transcript = bring(world, "visite.vtt", vtt.encode(), tmp_path).brought
    call_voices(transcript, {"SP1": "Amina", "SP3": "Amina", "SP2": "", "SP9": "X"}, by=world.amina)
    assert [voice for voice, _ in turns_of(transcript)] == ["Amina", "", "Amina"]
