"""The first mirror: what was said by each structure, facet by facet, from the codings."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from recolte.coding.models import Code, Coding, Excerpt, Facet
from recolte.coding.passages import Passage, passages
from recolte.community.models import Community, Organisation, Reader
from recolte.consent.models import Purpose
from recolte.consent.rules import To, circle, given, may_use

FACETS = [Facet.VALUE, Facet.POSTURE, Facet.KNOW_HOW, Facet.STRATEGY, Facet.NOTION]
EXCERPTS = ("source__gathering", "source__deposit", "person", "transcript")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one structure's people said under one facet: the codes with how many passages, and the passages."""

    organisation: Organisation
    facet: Facet
    codes: tuple[tuple[Code, int], ...]
    passages: tuple[Passage, ...]

    @property
    def label(self) -> str:
        return f"{self.organisation} · {self.facet.label}"


@dataclass(frozen=True, slots=True)
class Mirror:
    facets: tuple[Facet, ...]
    rows: tuple[tuple[Organisation, tuple[Cell, ...]], ...]


def mirror(community: Community, *, reader: Reader) -> Mirror:
    """Structures × facets, of what `reader` may read; who speaks says of which structure a passage is."""
    found = _gathered(community, reader=reader)
    organisations = Organisation.objects.filter(community=community, people__isnull=False).distinct().order_by("name")
    return Mirror(
        tuple(FACETS),
        tuple(
            (one, tuple(_cell(one, facet, found.get((one.pk, facet), ())) for facet in FACETS)) for one in organisations
        ),
    )


def cell(community: Community, organisation: Organisation, facet: Facet, *, reader: Reader) -> Cell:
    found = _gathered(community, reader=reader, facets=[facet])
    return _cell(organisation, facet, found.get((organisation.pk, facet), ()))


Held = list[tuple[Code, Passage]]


def _gathered(
    community: Community, *, reader: Reader, facets: Iterable[Facet] = FACETS
) -> dict[tuple[UUID, Facet], Held]:
    """Codes with their passages, by structure and facet."""
    readable = Excerpt.objects.readable_by(reader).filter(community=community)
    codings = list(
        Coding.objects.filter(excerpt__in=readable, code__facet__in=list(facets))
        .select_related("code", *(f"excerpt__{name}" for name in EXCERPTS))
        .order_by("id")
    )
    excerpts = {coding.excerpt_id: coding.excerpt for coding in codings}
    held = {one.excerpt.pk: one for one in passages(excerpts.values())}
    to = circle(reader, community)
    standing = given(person for passage in held.values() for person in passage.person_ids)
    purpose = Purpose.TRANSCRIBE if to == To.TEAM else Purpose.GROUP
    shown = {pk for pk, passage in held.items() if may_use(passage, purpose, to=to, standing=standing)}
    found: dict[tuple[UUID, Facet], Held] = defaultdict(list)
    for coding in codings:
        if coding.excerpt_id not in shown:
            continue
        passage = held[coding.excerpt_id]
        for organisation in {person.organisation_id for person in passage.people if person.organisation_id}:
            found[organisation, Facet(coding.code.facet)].append((coding.code, passage))
    return found


def _cell(organisation: Organisation, facet: Facet, held: Iterable[tuple[Code, Passage]]) -> Cell:
    counts: dict[Code, int] = defaultdict(int)
    for code, _passage in held:
        counts[code] += 1
    ordered = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].name.casefold())))
    distinct = {passage.excerpt.pk: passage for _code, passage in held}
    return Cell(organisation, facet, ordered, tuple(distinct.values()))
