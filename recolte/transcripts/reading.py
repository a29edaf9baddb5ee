"""The transcript as its page shows it: turns as pieces of HTML, words as compact JSON, each made once per version."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recolte.engine.withholding import Span, blanked
from recolte.sources.withheld import mark
from recolte.transcripts.models import UNSURE, Transcript, Turn
from recolte.ui.durations import clock

DOUBTFUL = 70  # percent: below, one word in four is wrong, above, one in twenty (base weights, French)

Row = tuple[int, int, int | None, int | None, int | None, int | None, str, datetime | None]


Hidden = Mapping[int, Sequence[Span]]  # by the key of the turn: the words that its reader does not see


def turns_html(
    transcript: Transcript, beside: Mapping[int, str] | None = None, hidden: Hidden | None = None
) -> SafeString:
    """The turns as list items: one text node per turn, so that highlights and selections stay cheap.

    `beside` is what a later stage puts after the words of a turn (safe HTML by the turn's number, from 0). The turns are
    made again when the text, a name or what was listened to has changed. A mark stands where words are `hidden`, and every
    other word stays at its code point.
    """
    pieces = _turns(transcript)
    more = beside or {}
    if hidden:
        pieces = list(pieces)
        known, heard, unsure = _voices(_names(transcript)), _heard(), _unsure()
        for number, row in enumerate(_rows(transcript.pk)):
            if row[0] in hidden:
                pieces[number] = _turn_html(number + 1, _without(row, hidden), known, heard, unsure)
    html = "".join(f"{piece}{more.get(number, '')}</li>\n" for number, piece in enumerate(pieces))
    return mark_safe(html)  # noqa: S308 — escaped in `_turn_html` and by who made `beside`


def some_turns_html(
    transcript: Transcript, numbers: Collection[int], beside: Mapping[int, str], hidden: Hidden | None = None
) -> SafeString:
    """Those items of `turns_html`, to be swapped in for themselves: only they are read, however long the text."""
    first, last = min(numbers), max(numbers)
    known, heard, unsure = _voices(_names(transcript)), _heard(), _unsure()
    rows = _rows(transcript.pk)[first : last + 1]
    return mark_safe(  # noqa: S308
        "".join(
            f"{_turn_html(number + 1, _without(row, hidden), known, heard, unsure)}{beside.get(number, '')}</li>"
            for number, row in enumerate(rows, first)
            if number in numbers
        )
    )


def _without(row: Row, hidden: Hidden | None) -> Row:
    pk, *place, text, listened_at = row
    spans = hidden.get(pk) if hidden else None
    return (pk, *place, blanked(text, spans, mark()), listened_at) if spans else row  # type: ignore[return-value]


def _turns(transcript: Transcript) -> list[str]:
    listened = transcript.turns.aggregate(last=Max("listened_at"), count=Count("listened_at"))
    return _turns_html(
        transcript.pk,
        transcript.version,
        _names(transcript),
        (listened["count"], listened["last"]),
        get_language() or "",
    )


@lru_cache(maxsize=16)
def _turns_html(
    transcript_id: UUID,
    version: int,
    names: tuple[tuple[int, str], ...],
    listened: tuple[int, datetime | None],
    language: str,
) -> list[str]:
    """A template loop over 1,500 turns costs seven times as much. `version`, `listened`, `language` are keys only."""
    known, heard, unsure = _voices(names), _heard(), _unsure()
    return [_turn_html(number, row, known, heard, unsure) for number, row in enumerate(_rows(transcript_id), 1)]


def _names(transcript: Transcript) -> tuple[tuple[int, str], ...]:
    return tuple((speaker.pk, str(speaker)) for speaker in transcript.speakers.select_related("person"))


def _voices(names: tuple[tuple[int, str], ...]) -> dict[int, str]:
    return {speaker: f'<b class="speaker">{escape(name)}</b>' for speaker, name in names}


def _heard() -> str:
    words = escape(_("Listened to"))
    return f'<span class="heard" title="{words}">✓<span class="hidden"> {words}</span></span>'


def _unsure() -> str:
    words = escape(_("Uncertain voice"))
    return f'<span class="unsure" title="{words}">?<span class="hidden"> {words}</span></span>'


def _rows(transcript_id: UUID) -> QuerySet[Turn, Row]:
    turns = Turn.objects.filter(transcript=transcript_id).order_by("position")
    return turns.values_list("pk", "offset", "start_ms", "end_ms", "speaker", "margin", "text", "listened_at")


def _turn_html(number: int, row: Row, known: dict[int, str], heard: str, unsure: str) -> str:
    pk, offset, start, end, speaker, margin, text, listened_at = row
    times = f' data-start="{start}" data-end="{end if end is not None else start}"' if start is not None else ""
    time = f'<a class="time" href="#t={start / 1000:g}">{clock(start)}</a>' if start is not None else ""
    who = known.get(speaker, "") if speaker else ""
    if margin is not None and margin < UNSURE:
        who = who.replace("</b>", f"{unsure}</b>")
    mark = heard if listened_at else ""
    return (
        f'<li id="turn-{number}" data-turn="{pk}" data-at="{offset}"{times}>{time}{who}{mark}'
        f'<p class="words">{escape(text)}</p>'
    )


def words_html(turn: Turn, struck: Sequence[Span] = ()) -> SafeString:
    """The words of one turn, each with its moment (ms); those that the machine doubts are marked as such, and those that
    were struck off the record are struck through.
    """
    words = [turn.words[index : index + 5] for index in range(0, len(turn.words), 5)]
    html, at, said = "", 0, escape(mark())
    for start, end in struck:
        html += _timed(turn.text, words, at, start)
        at = max(end, *(word[0] + word[1] for word in words if start <= word[0] < end), start)
        html += f'<s><span class="hidden">{said} </span>{_timed(turn.text, words, start, at)}</s>'
    return mark_safe(html + _timed(turn.text, words, at, len(turn.text)))  # noqa: S308 — each piece is escaped


def _timed(text: str, words: Sequence[Sequence[int]], first: int, last: int) -> str:
    """What stands from `first` to `last`, with the moments of the words that begin there."""
    pieces, at = [], first
    for start, length, start_ms, lasts, percent in words:
        if first <= start < last:
            doubt = ' class="doubt"' if percent < DOUBTFUL else ""
            word = escape(text[start : start + length])
            pieces.append(f'{escape(text[at:start])}<span data-from="{start_ms}" data-to="{start_ms + lasts}"{doubt}>')
            pieces.append(f"{word}</span>")
            at = start + length
    return "".join(pieces) + escape(text[at:last])


@lru_cache(maxsize=16)
def doubts(transcript_id: UUID, version: int) -> dict[int, float]:
    """How many words of each turn the machine doubts, as a share of its words (turn → 0–1), where there are any.

    `version` is a key only.
    """
    found = {}
    for pk, flat in Turn.objects.filter(transcript=transcript_id).values_list("pk", "words"):
        doubtful = sum(percent < DOUBTFUL for percent in flat[4::5])
        if doubtful:
            found[pk] = doubtful * 5 / len(flat)
    return found


@lru_cache(maxsize=16)
def words_json(transcript_id: UUID, version: int) -> str:
    """{"turns": [[start, length, start_ms, duration_ms, probability %, …], …]}: code points and ms, in page order."""
    turns = Turn.objects.filter(transcript=transcript_id).order_by("position").values_list("words", flat=True)
    return json.dumps({"turns": list(turns)}, separators=(",", ":"))
