"""What each format says that it carries comes back from it, and nothing that it does not say is missed in `losses`."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recolte.engine.formats import FORMATS, Feature
from recolte.engine.formats.features import features_of
from recolte.engine.turns import Transcript, Turn
from tests.engine.transcripts_strategy import transcripts


def by_time(transcript: Transcript) -> list[Turn]:
    return sorted(transcript.turns, key=lambda turn: (turn.start_ms or 0, turn.end_ms or 0, turn.speaker, turn.text))


def again(key: str, transcript: Transcript) -> Transcript:
    write, read = FORMATS[key].write, FORMATS[key].read
    assert write and read
    return read(write(transcript).encode())


@pytest.mark.parametrize("key", ["vtt", "json", "podcast", "cha"])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_a_format_carries_comes_back(key: str, data: st.DataObject) -> None:
    transcript = data.draw(transcripts(FORMATS[key].carries))
    assert again(key, transcript) == transcript


@settings(max_examples=60, deadline=None)
@given(transcripts(FORMATS["textgrid"].carries))
def test_the_tiers_of_a_textgrid_come_back_in_order_of_time(transcript: Transcript) -> None:
    read_back = again("textgrid", transcript)
    assert (by_time(read_back), read_back.faults) == (by_time(transcript), [])
