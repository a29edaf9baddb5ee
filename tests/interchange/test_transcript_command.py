"""`recolte import transcript`: what is in the file is said first."""

import importlib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recolte.engine import documents, sandbox
from recolte.engine.formats import odt
from recolte.engine.turns import Transcript, Turn
from recolte.sources.models import Kind, Source
from tests.world import World, bring

SRT = "1\n00:00:00,000 --> 00:00:01,000\nChloé : Bonjour.\n\n2\n00:00:01.5 --> 00:00:02,000\nAmina : Oui.\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "table ronde.srt"
    path.write_text(SRT)
    return path


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if line]


def test_what_is_in_it_is_said_and_nothing_is_brought(
    world: World, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import", "transcript", str(file))
    lines = told(capsys)
    assert lines[1:3] == ["  Chloé: 1", "  Amina: 1"]
    assert ("SubRip" in lines[0], "6" in lines[3], len(lines)) == (True, True, 5)
    assert Source.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"Une note sans voix.", b"WEBVTT\n\nrien"])
def test_what_is_no_transcript_is_refused_in_a_sentence(world: World, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("import", "transcript", str(path))
    with pytest.raises(CommandError):
        call_command("import", "transcript", str(tmp_path / "absent.srt"))


def test_an_interview_in_a_document_says_which_names_are_slips(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "call", lambda _function, path, format: documents.read(path, format))
    path = tmp_path / "entretien.odt"
    talk = [("Amina", "Un."), ("Chloé", "Deux."), ("Amnia", "Trois."), ("Amina", "Fin.")]
    path.write_bytes(odt.write(Transcript([Turn(text, voice) for voice, text in talk])))
    call_command("import", "transcript", str(path))
    lines = told(capsys)
    assert lines[1:4] == ["  Amina: 2", "  Chloé: 1", "  Amnia: 1"]
    assert '--as "Amnia=Amina"' in lines[4]
    call_command("import", "transcript", str(path), "--as", "Amnia=Amina")
    assert told(capsys)[1:3] == ["  Amina: 3", "  Chloé: 1"]
    with pytest.raises(CommandError):
        call_command("import", "transcript", str(path), "--as", "Amnia")

    command = importlib.import_module("recolte.interchange.management.commands.import")
    monkeypatch.setattr(command, "call_command", lambda *_, **__: bring(world, path.name, path.read_bytes(), tmp_path))
    asked = ["--as", "Amnia=Amina", "--gathering", world.gathering.name, "--yes"]
    call_command("import", "transcript", str(path), *asked)
    source = Source.objects.get()
    assert (source.kind, [turn.speaker for turn in source.brought.plain().turns]) == (
        Kind.TRANSCRIPT,
        ["Amina", "Chloé", "Amina", "Amina"],
    )
