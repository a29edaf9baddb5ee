"""Where issues stand, as somebody may read it: which structures speak of each, who, and what their words do to it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from recolte.coding.chips import chips
from recolte.coding.models import Excerpt, Stance
from recolte.coding.passages import Passage
from recolte.community.models import Community, Organisation, Person, Reader
from recolte.comparison.models import Bearing, Issue, Opinion
from recolte.ui.evidence import Evidence

EXCERPTS = ("source__gathering", "source__deposit", "person", "transcript")
CROSSES = 2  # structures from which an issue is a cross-cutting one


@dataclass(frozen=True, slots=True)
class Borne:
    """One passage that bears an issue, as a reader may see it, and the structures of those who speak in it."""

    bearing: Bearing
    passage: Passage
    chip: Evidence
    organisations: tuple[Organisation, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one structure's people say of an issue; None where it is not known which structure it is."""

    organisation: Organisation | None
    counts: tuple[tuple[Stance, int], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What supports, nuances or contradicts an issue: passages, then what members think."""

    stance: Stance
    borne: tuple[Borne, ...]
    opinions: tuple[Opinion, ...]

    @property
    def is_empty(self) -> bool:
        return not self.borne and not self.opinions


@dataclass(frozen=True, slots=True)
class Standing:
    """An issue with what bears it now: what was struck or withdrawn, or is not for this reader, is not counted."""

    issue: Issue
    borne: tuple[Borne, ...]
    opinions: tuple[Opinion, ...]

    @property
    def organisations(self) -> list[Organisation]:
        """The structures whose people speak of it, whatever they say: who contradicts meets the issue too."""
        found = {one.pk: one for borne in self.borne for one in borne.organisations}
        return sorted(found.values(), key=lambda one: one.name.casefold())

    @property
    def voices(self) -> list[Person]:
        return list({person.pk: person for borne in self.borne for person in borne.passage.people}.values())

    @property
    def is_cross_cutting(self) -> bool:
        return len(self.organisations) >= CROSSES

    @property
    def is_disputed(self) -> bool:
        stances = [one.bearing.stance for one in self.borne] + [one.stance for one in self.opinions]
        return any(one != Stance.SUPPORTS for one in stances)

    @property
    def sides(self) -> list[Side]:
        """Assent, nuance and dissent, in that order and of equal rank: each is there, even empty."""
        return [
            Side(
                stance,
                tuple(one for one in self.borne if one.bearing.stance == stance),
                tuple(one for one in self.opinions if one.stance == stance),
            )
            for stance in Stance
        ]

    @property
    def by_structure(self) -> list[Said]:
        counts: dict[UUID | None, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for one in self.borne:
            for organisation in one.organisations or (None,):
                counts[organisation.pk if organisation else None][one.bearing.stance] += 1
        rows: list[Organisation | None] = [*self.organisations, *([None] if None in counts else [])]
        return [
            Said(row, tuple((stance, counts[row.pk if row else None][stance]) for stance in Stance)) for row in rows
        ]

    def count(self, stance: Stance) -> int:
        """Passages that do this to it."""
        return sum(one.bearing.stance == stance for one in self.borne)


def standings(issues: Iterable[Issue], *, community: Community, reader: Reader) -> dict[UUID, Standing]:
    """Each of `issues`, which are of `community`, by its id, in a fixed number of questions to the database."""
    those = list(issues)
    readable = Bearing.objects.filter(issue__in=those, excerpt__in=Excerpt.objects.readable_by(reader))
    bearings = list(readable.select_related(*(f"excerpt__{name}" for name in EXCERPTS)))
    excerpts = {one.excerpt_id: one.excerpt for one in bearings}
    shown = {
        passage.excerpt.pk: (passage, chip)
        for passage, chip in chips(excerpts.values(), reader=reader, community=community)
        if not chip.withdrawn
    }
    named = {person.organisation_id for passage, _chip in shown.values() for person in passage.people}
    organisations = Organisation.objects.in_bulk([one for one in named if one])
    borne: dict[UUID, list[Borne]] = defaultdict(list)
    for bearing in bearings:
        if found := shown.get(bearing.excerpt_id):
            passage, chip = found
            theirs = dict.fromkeys(one.organisation_id for one in passage.people if one.organisation_id)
            structures = tuple(organisations[pk] for pk in theirs)
            borne[bearing.issue_id].append(Borne(bearing, passage, chip, structures))
    opinions: dict[UUID, list[Opinion]] = defaultdict(list)
    for opinion in Opinion.objects.filter(issue__in=those).select_related("by"):
        opinions[opinion.issue_id].append(opinion)
    return {one.pk: Standing(one, tuple(borne[one.pk]), tuple(opinions[one.pk])) for one in those}


def standing(issue: Issue, *, reader: Reader) -> Standing:
    return standings([issue], community=issue.community, reader=reader)[issue.pk]
