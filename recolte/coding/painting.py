"""What stands beside each turn, and each block of a document: the passages that begin there, with their codes, as HTML."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recolte.coding.models import Code, Coding, Excerpt
from recolte.engine.documents import spans
from recolte.sources.models import Source
from recolte.transcripts.models import Transcript, Turn

NONE = UUID(int=0)

Known = tuple[tuple[UUID, str, int], ...]  # codes: id, name, colour
Stamp = tuple[Any, ...]
TurnRow = tuple[int, int, int | None]  # id, offset, voice


def known_codes(community_id: UUID) -> Known:
    return tuple(Code.objects.filter(community=community_id).values_list("pk", "name", "colour"))


def beside_turns(transcript: Transcript, *, with_links: bool) -> Mapping[int, str]:
    """By the turn's number (from 0); `with_links` adds the way to the turn's own page, where there is something to do."""
    those = Excerpt.objects.filter(transcript=transcript)
    return _beside_turns(
        transcript.pk,
        transcript.version,
        _stamp(those),
        known_codes(transcript.community_id),
        with_links,
        get_language() or "",
    )


def beside_some_turns(transcript: Transcript, numbers: Collection[int], *, with_links: bool) -> Mapping[int, str]:
    """The same, for a few turns of what may be a long text: only what lies from the first to the last of `numbers` is read."""
    first, last = min(numbers), max(numbers)
    rows = list(_turn_rows(transcript.pk)[first : last + 2])
    after = rows.pop() if len(rows) > last - first + 1 else None
    excerpts = Excerpt.objects.filter(transcript=transcript)
    excerpts = excerpts.filter(start__gte=rows[0][1]) if first else excerpts
    excerpts = excerpts.filter(start__lt=after[1]) if after else excerpts
    found = _beside(transcript.pk, rows, excerpts, known_codes(transcript.community_id), with_links)
    return {first + number: html for number, html in found.items()}


def beside_blocks(source: Source, *, with_links: bool) -> Mapping[int, str]:
    """The same for the blocks of a document, by their place in `source.blocks`."""
    those = Excerpt.objects.filter(source=source, transcript=None)
    stamp = (_stamp(those), known_codes(source.community_id))
    text = tuple(start for start, _end in spans(source.blocks))
    return _beside_blocks(source.pk, text, *stamp, with_links, get_language() or "")


def _stamp(excerpts: QuerySet[Excerpt]) -> Stamp:
    """What changes whenever a passage or its codes do, in one question."""
    facts = excerpts.aggregate(
        Count("codings"),
        Max("codings__at"),
        Sum("start"),
        Sum("end"),
        drifted=Count("pk", filter=Q(is_drifted=True)),
        struck=Count("pk", filter=Q(struck_at__isnull=False)),
        last=Max("struck_at"),
    )
    return tuple(facts.values())


@lru_cache(maxsize=32)
def _beside_turns(
    transcript_id: UUID, version: int, stamp: Stamp, codes: Known, with_links: bool, language: str
) -> Mapping[int, str]:
    """`version`, `stamp` and `language` are keys only."""
    excerpts = Excerpt.objects.filter(transcript=transcript_id)
    return _beside(transcript_id, list(_turn_rows(transcript_id)), excerpts, codes, with_links)


def _turn_rows(transcript_id: UUID) -> QuerySet[Turn, TurnRow]:
    return Turn.objects.filter(transcript=transcript_id).order_by("position").values_list("pk", "offset", "speaker")


def _beside(
    transcript_id: UUID, rows: Sequence[TurnRow], excerpts: QuerySet[Excerpt], codes: Known, with_links: bool
) -> dict[int, str]:
    """By the place in `rows`, consecutive turns in which all of `excerpts` begin."""
    found = _passages(excerpts, [offset for _pk, offset, _who in rows], codes)
    unnamed = escape(_("nobody named"))
    nobody = f'<span class="nobody">{unnamed}</span>'
    before, after = _address("turn", transcript_id, 0)
    words = escape(_("Work on this turn"))
    for number, (pk, _offset, who) in enumerate(rows):
        html = ("" if who else nobody) + found.get(number, "")
        if with_links:
            html += f'<a class="do" href="{before}{pk}{after}" title="{words}" aria-label="{words}"></a>'
        if html:
            found[number] = html
    return found


@lru_cache(maxsize=32)
def _beside_blocks(
    source_id: UUID, starts: tuple[int, ...], stamp: Stamp, codes: Known, with_links: bool, language: str
) -> Mapping[int, str]:
    found = _passages(Excerpt.objects.filter(source=source_id, transcript=None), starts, codes)
    before, after = _address("block", source_id, 0)
    words = escape(_("Work on this paragraph"))
    if with_links:
        for number in range(len(starts)):
            link = f'<a class="do" href="{before}{number}{after}" title="{words}" aria-label="{words}"></a>'
            found[number] = found.get(number, "") + link
    return found


def _address(name: str, owner: UUID, number: int) -> tuple[str, str]:
    """What stands before and after the last number of an address."""
    before, _number, after = reverse(name, args=[owner, number]).rpartition(str(number))
    return before, after


def _passages(excerpts: QuerySet[Excerpt], starts: tuple[int, ...] | list[int], codes: Known) -> dict[int, str]:
    """One list for each place where a passage begins. `starts` ascends; string joins, since there may be thousands."""
    known = {str(pk): (f"code colour-{colour}", escape(name)) for pk, name, colour in codes}
    before, after = reverse("excerpt", args=[NONE]).split(str(NONE))
    changed = escape(_("the words have changed"))
    drifted = f'<span class="drifted">{changed}</span>'
    kept = escape(_("passage kept"))
    struck = escape(_("off the record"))
    those = excerpts.exclude(start=None).annotate(text=Cast("pk", CharField())).order_by("start", "pk")
    links: dict[str, str] = defaultdict(str)
    for excerpt, coding, code, by in _codings(excerpts):
        if found := known.get(code):
            link = f'<a class="{found[0]}" href="{before}{excerpt}{after}" data-coding="{coding}" data-by="{by}">'
            links[excerpt] += f"{link}{found[1]}</a>"
    items: dict[int, list[str]] = defaultdict(list)
    for text, start, end, is_drifted, struck_at in those.values_list("text", "start", "end", "is_drifted", "struck_at"):
        pk = _dashed(text)
        inside = links.get(pk) or f'<a class="code" href="{before}{pk}{after}">{kept}</a>'
        if struck_at:
            inside = f'<a class="code struck" href="{before}{pk}{after}">{struck}</a>'
        flag = drifted if is_drifted else ""
        number = max(0, bisect_right(starts, start or 0) - 1)
        items[number].append(f'<li id="extrait-{pk}" data-start="{start}" data-end="{end}">{inside}{flag}</li>')
    return {number: f'<ul class="codings">{"".join(members)}</ul>' for number, members in items.items()}


def _codings(excerpts: QuerySet[Excerpt]) -> Iterator[tuple[str, ...]]:
    """The codings of `excerpts` as their ids: excerpt, coding, code, by. Twenty thousand UUID objects would cost 40 ms."""
    names = ("excerpt", "pk", "code", "by")
    codings = Coding.objects.filter(excerpt__in=excerpts).order_by("pk")
    few: dict[str, str] = {"": ""}  # codes and people come back again and again
    for row in codings.values_list(*(Cast(name, CharField()) for name in names)):
        excerpt, coding, code, by = (text or "" for text in row)
        for text in (code, by):
            if text not in few:
                few[text] = _dashed(text)
        yield _dashed(excerpt), _dashed(coding), few[code], few[by]


def _dashed(text: str) -> str:
    """A UUID as addresses write it; SQLite keeps them without dashes."""
    return text if "-" in text else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
