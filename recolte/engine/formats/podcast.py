"""JSON of Podcasting 2.0 (https://github.com/Podcastindex-org/podcast-namespace): who says what, from when to when."""

import json
from typing import Any

from recolte.engine.formats.cues import BLANKS, timed
from recolte.engine.formats.decoding import decode, normalise
from recolte.engine.formats.json_segments import seconds, segments_in, signature, times_of
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Transcript, Turn

SIGNATURE = signature("startTime|endTime|body")


def read(data: bytes) -> Transcript:
    """The segments of a podcast's transcript, a turn each. Unreadable (NO_TEXT) when nobody says anything in it."""
    transcript = Transcript([])
    for line, segment in segments_in(decode(data), transcript.faults):
        start, end = times_of(segment.get("startTime"), segment.get("endTime"), line, transcript.faults)
        body, speaker = (normalise(str(segment.get(key) or "")).strip(BLANKS) for key in ("body", "speaker"))
        if body:
            transcript.turns.append(Turn(body, speaker, start, end))
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    return transcript


def write(transcript: Transcript) -> str:
    """The turns as segments, each with its times. ValueError when no turn has one."""
    segments = []
    for start, end, turn in timed(transcript.turns):
        segment: dict[str, Any] = {"speaker": turn.speaker} if turn.speaker else {}
        segments.append(segment | {"startTime": seconds(start), "endTime": seconds(end), "body": turn.text})
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"
