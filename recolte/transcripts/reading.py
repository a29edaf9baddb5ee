"""The transcript as its page shows it: turns as one string of HTML, words as compact JSON, each made once per version."""

import json
from functools import lru_cache
from uuid import UUID

from django.utils.html import escape

from recolte.transcripts.models import Turn
from recolte.ui.durations import clock


def _rows(transcript_id: UUID) -> list[tuple[int | None, int | None, str | None, str]]:
    turns = Turn.objects.filter(transcript=transcript_id).order_by("position")
    return list(turns.values_list("start_ms", "end_ms", "speaker__label", "text"))


@lru_cache(maxsize=16)
def turns_html(transcript_id: UUID, version: int) -> str:
    """The turns as list items: one text node per turn, so that highlights and selections stay cheap.

    A template loop over 1,500 turns costs seven times as much. `version` is part of the key only.
    """
    return "".join(_turn_html(number, *row) for number, row in enumerate(_rows(transcript_id), 1))


def _turn_html(number: int, start: int | None, end: int | None, speaker: str | None, text: str) -> str:
    times = f' data-start="{start}" data-end="{end if end is not None else start}"' if start is not None else ""
    time = f'<a class="time" href="#t={start / 1000:g}">{clock(start)}</a>' if start is not None else ""
    who = f'<b class="speaker">{escape(speaker)}</b>' if speaker else ""
    return f'<li id="turn-{number}"{times}>{time}{who}<p class="words">{escape(text)}</p></li>\n'


@lru_cache(maxsize=16)
def words_json(transcript_id: UUID, version: int) -> str:
    """{"turns": [[start, length, start_ms, duration_ms, probability %, …], …]}: code points and ms, in page order."""
    turns = Turn.objects.filter(transcript=transcript_id).order_by("position").values_list("words", flat=True)
    return json.dumps({"turns": list(turns)}, separators=(",", ":"))
