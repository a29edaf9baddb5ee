"""JSON as Whisper writes it: segments with their words, times in seconds; speakers where they are known."""

import json
from typing import Any

from recolte.engine.turns import Transcript, Turn


def write(transcript: Transcript) -> str:
    """The turns as segments (`id`, `start`, `end` in s, `text`, `speaker`, `words`) under the whole `text`."""
    segments = [_segment(number, turn) for number, turn in enumerate(transcript.turns)]
    whole = {
        "text": " ".join(turn.text for turn in transcript.turns),
        "language": transcript.language,
        "segments": segments,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _segment(number: int, turn: Turn) -> dict[str, Any]:
    segment: dict[str, Any] = {
        "id": number,
        "start": _seconds(turn.start_ms),
        "end": _seconds(turn.end_ms),
        "text": turn.text,
    }
    if turn.speaker:
        segment["speaker"] = turn.speaker
    if turn.words:
        segment["words"] = [
            {
                "word": turn.text[word.start : word.end],
                "start": _seconds(word.start_ms),
                "end": _seconds(word.end_ms),
                "probability": round(word.probability, 3),
            }
            for word in turn.words
        ]
    return segment


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000
