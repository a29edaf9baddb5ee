"""`recolte import transcript … --yes`, on an installation of its own."""

from pathlib import Path

import pytest

from tests.reliability.house import OPTIONS, House

pytestmark = pytest.mark.slow
SRT = "1\n00:00:00,000 --> 00:00:01,000\nChloé : Bonjour.\n\n2\n00:00:01,500 --> 00:00:02,000\nAmina : Oui.\n"


def test_a_transcript_comes_in_from_the_command_line_with_its_voices(house: House, tmp_path: Path) -> None:
    file = tmp_path / "table ronde.srt"
    file.write_text(SRT)
    refused = house.ended(house.begin("import", "transcript", file, "--yes"))
    assert (refused.code, "--gathering" in refused.problem) == (1, True)
    done = house.ended(house.begin("import", "transcript", file, *OPTIONS, "--yes"))
    assert done.code == 0
    turns = "select t.text, s.label from transcripts_turn t join transcripts_speaker s on s.id = t.speaker_id order by t.position"
    assert house.ask(turns) == [("Bonjour.", "Chloé"), ("Oui.", "Amina")]
