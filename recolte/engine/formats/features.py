"""What a transcript may have beside its words, and a format may lose."""

from enum import StrEnum
from itertools import pairwise

from recolte.engine.turns import Transcript


class Feature(StrEnum):
    VOICES = "voices"  # who speaks
    TIMES = "times"  # the beginning and the end of a turn, to the millisecond
    WORD_TIMES = "word_times"
    PROBABILITIES = "probabilities"  # how sure the machine was of a word
    OVERLAPS = "overlaps"  # two turns at once
    UNTIMED = "untimed"  # turns without times
    LINES = "lines"  # line breaks inside a turn
    LANGUAGE = "language"


def features_of(transcript: Transcript) -> list[Feature]:
    """The features that `transcript` really uses, in the order of `Feature`."""
    turns = transcript.turns
    timed = [turn for turn in turns if turn.start_ms is not None]
    words = [word for turn in turns for word in turn.words]
    used = {
        Feature.VOICES: any(turn.speaker for turn in turns),
        Feature.TIMES: bool(timed),
        Feature.WORD_TIMES: bool(words),
        Feature.PROBABILITIES: any(word.probability < 1 for word in words),
        Feature.OVERLAPS: any(
            b.start_ms < a.end_ms for a, b in pairwise(timed) if a.end_ms is not None and b.start_ms is not None
        ),
        Feature.UNTIMED: bool(timed) and len(timed) < len(turns),
        Feature.LINES: any("\n" in turn.text for turn in turns),
        Feature.LANGUAGE: bool(transcript.language),
    }
    return [feature for feature in Feature if used[feature]]
