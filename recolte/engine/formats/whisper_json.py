"""JSON as Whisper writes it: segments with their words, times in seconds; speakers where they are known.

Read as whisper itself, faster-whisper, whisper-timestamped and whisperX write it: a word is `word` or `text`, how sure
of it the machine was `probability`, `confidence` or `score`. whisperX gives no times to numbers: they are no words here.
"""

import json
from typing import Any

from recolte.engine.formats.cues import BLANKS
from recolte.engine.formats.decoding import decode, normalise
from recolte.engine.formats.json_segments import Segment, language_of, seconds, segments_in, signature, times_of
from recolte.engine.formats.placing import place
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

# The whole text may be longer than the head by which a file is recognised.
SIGNATURE = signature("start|words", r'"text"\s*:\s*"(?:[^"\\]|\\.)*+\Z')


def read(data: bytes) -> Transcript:
    """The segments of a Whisper JSON, a turn each. Unreadable (NO_TEXT) when nobody says anything in it."""
    text = decode(data)
    transcript = Transcript([], language_of(text))
    for line, segment in segments_in(text, transcript.faults):
        turn = _turn(segment, line, transcript.faults)
        if turn.text:
            transcript.turns.append(turn)
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    return transcript


def write(transcript: Transcript) -> str:
    """The turns as segments (`id`, `start`, `end` in s, `text`, `speaker`, `words`) under the whole `text`."""
    segments = [_segment(number, turn) for number, turn in enumerate(transcript.turns)]
    whole = {
        "text": " ".join(turn.text for turn in transcript.turns),
        "language": transcript.language,
        "segments": segments,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _turn(segment: Segment, line: int, faults: list[Fault]) -> Turn:
    start, end = times_of(segment.get("start"), segment.get("end"), line, faults)
    listed = segment.get("words")
    words = [word for word in listed if isinstance(word, dict)] if isinstance(listed, list) else []
    said = [normalise(str(word.get("word") or word.get("text") or "")) for word in words]
    text = segment.get("text")
    if not isinstance(text, str):  # the words, which bring their spaces with them, or none does
        text = ("" if any(one.startswith(" ") for one in said) else " ").join(said)
    text = normalise(text).strip(BLANKS)
    speaker = segment.get("speaker")
    placed = []
    for word, where in zip(words, place(text, said), strict=True):
        if where and word.get("start") is not None and word.get("end") is not None:
            begin, stop = times_of(word["start"], word["end"], line, faults)
            if begin is not None and stop is not None:
                placed.append(Word(*where, begin, stop, _probability(word)))
    return Turn(text, "" if speaker is None else normalise(str(speaker)).strip(BLANKS), start, end, tuple(placed))


def _probability(word: Segment) -> float:
    for key in ("probability", "confidence", "score"):
        value = word.get(key)
        if isinstance(value, (int, float)) and value == value:  # NaN, where whisperX could not say
            return min(max(float(value), 0.0), 1.0)
    return 1.0


def _segment(number: int, turn: Turn) -> dict[str, Any]:
    segment: dict[str, Any] = {
        "id": number,
        "start": seconds(turn.start_ms),
        "end": seconds(turn.end_ms),
        "text": turn.text,
    }
    if turn.speaker:
        segment["speaker"] = turn.speaker
    if turn.words:
        segment["words"] = [
            {
                "word": turn.text[word.start : word.end],
                "start": seconds(word.start_ms),
                "end": seconds(word.end_ms),
                "probability": round(word.probability, 3),
            }
            for word in turn.words
        ]
    return segment
