"""Excerpts as evidence chips, for whoever reads the page."""

from collections.abc import Iterable

from django.urls import reverse

from recolte.coding.models import Excerpt
from recolte.coding.passages import Passage, passages
from recolte.community.models import Community, Reader
from recolte.consent.models import Purpose
from recolte.consent.rules import Given, To, circle, given, level, may_use
from recolte.sources.models import Kind
from recolte.ui.evidence import Evidence

LONGEST = 600  # code points of a quote on a chip; the rest is one click away


def chips(excerpts: Iterable[Excerpt], *, reader: Reader, community: Community) -> list[tuple[Passage, Evidence]]:
    """Each of `excerpts`, which are of `community`, with its chip as `reader` may see it, in their order."""
    held = passages(excerpts)
    standing = given(person for passage in held for person in passage.person_ids)
    to = circle(reader, community)
    return [(passage, chip(passage, to=to, standing=standing)) for passage in held]


def chip(passage: Passage, *, to: To, standing: Given, is_validated: bool = False) -> Evidence:
    """The chip of one passage; what may not be shown to that circle has no words and no sound."""
    excerpt, source = passage.excerpt, passage.excerpt.source
    purpose = Purpose.TRANSCRIBE if to == To.TEAM else Purpose.GROUP
    if not may_use(passage, purpose, to=to, standing=standing):
        return Evidence(id=str(excerpt.pk), quote="", url="", withdrawn=True, struck=passage.is_struck)
    quote = passage.quote
    heard = source.kind == Kind.RECORDING and excerpt.start_ms is not None
    start, end = (excerpt.start_ms or 0) / 1000, (excerpt.end_ms or excerpt.start_ms or 0) / 1000
    return Evidence(
        id=str(excerpt.pk),
        quote=quote if len(quote) <= LONGEST else quote[:LONGEST].rsplit(" ", 1)[0] + " …",
        url=place_of(excerpt),
        speaker=", ".join(dict.fromkeys(line.speaker for line in passage.lines if line.speaker)),
        source=source.gathering.name,
        audio_url=reverse("rendition", args=[source.pk, "listening"]) if heard else "",
        start=start,
        end=end,
        consent=level(passage, standing=standing),
        listened=passage.is_checked,
        validated=is_validated,
    )


def place_of(excerpt: Excerpt) -> str:
    """Where the words stand: the page of their source, at the passage."""
    page = excerpt.source.get_absolute_url()
    if excerpt.transcript_id and excerpt.start is not None:
        page += f"?transcript={excerpt.transcript_id}"
    if excerpt.source.kind == Kind.RECORDING and excerpt.start_ms is not None:
        return f"{page}#t={excerpt.start_ms / 1000:g}"
    return f"{page}#extrait-{excerpt.pk}" if excerpt.start is not None else page
