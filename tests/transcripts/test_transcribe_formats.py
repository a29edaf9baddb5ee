import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from recolte.engine.formats import FORMATS, format_of
from recolte.engine.turns import Transcript, Turn
from recolte.transcripts.management.commands import transcribe
from tests.world import tone

HEARD = Transcript([Turn("Oui, et toi ?", "", n * 1000, n * 1000 + 900) for n in range(4)], "fr")


@pytest.mark.parametrize("format", transcribe.WRITTEN)
def test_what_was_heard_is_printed_in_every_format_that_is_written(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(transcribe.Command, "_hear", lambda *_: HEARD)
    file = tmp_path / "son.wav"
    file.write_bytes(tone(1))
    call_command("transcribe", str(file), format=format)
    out = capsysbinary.readouterr().out
    if FORMATS.get(format, FORMATS["text"]).is_packed:
        assert zipfile.is_zipfile(io.BytesIO(out))
        return
    printed = out.decode()
    assert printed.count("Oui, et toi ?") >= 4
    if format not in ("text", "txt"):  # which nothing tells from a note when nobody has a name
        assert format_of(printed) == format


def test_the_plain_text_is_called_as_its_files_too() -> None:
    assert transcribe.WRITTEN["txt"] == transcribe.WRITTEN["text"]
    assert sorted(transcribe.WRITTEN) == sorted([*(key for key, one in FORMATS.items() if one.write), "txt"])
