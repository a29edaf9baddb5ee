from pathlib import Path

from django.test import Client

from recolte.jobs.models import Job
from recolte.sources.management.commands.harvest import _files
from recolte.sources.models import State
from tests.world import World, bring, note, tone


def test_one_file_is_found_and_is_no_folder_that_is_closed(tmp_path: Path) -> None:
    path, closed = tmp_path / "carnet.md", []
    path.write_bytes(note())
    assert (list(_files(path, closed.append)), closed) == ([path], [])


def test_a_note_becomes_text_that_its_page_shows(world: World, amina: Client, tmp_path: Path) -> None:
    source = bring(world, "carnet.md", note(), tmp_path)
    assert (source.state, [block["kind"] for block in source.blocks]) == (State.READY, ["h1", "p"])
    assert "On a parlé de coopération." in amina.get(source.get_absolute_url()).content.decode()


def test_an_agreed_recording_is_transcribed(world: World, amina: Client, tmp_path: Path) -> None:
    source = bring(world, "son.wav", tone(3), tmp_path)
    assert [job.name for job in Job.objects.order_by("id")] == ["sources.prepare", "transcripts.transcribe"]
    assert [job.problem for job in Job.objects.order_by("id")] == ["", ""]
    transcript = source.transcripts.get()
    assert transcript.is_complete and transcript.turns.count() == 1
    assert "mot0" in amina.get(source.get_absolute_url()).content.decode()
