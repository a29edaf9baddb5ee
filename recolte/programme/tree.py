"""The programmes of a community as one reads them: plan, axes, phases, each with what was told of its dates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from recolte.community.models import Community
from recolte.programme.hanging import Hung, hung
from recolte.programme.models import Axis, Contribution, DatedFact, Phase, Programme


@dataclass(frozen=True)
class Told:
    """All that the sources say of one beginning or end, side by side: none of them wins."""

    what: DatedFact.What
    facts: list[DatedFact]

    @property
    def disagree(self) -> bool:
        return any(one.disagrees_with(other) for one in self.facts for other in self.facts)


@dataclass
class Branch:
    """A programme, an axis or a phase: what was told of its dates, and what hangs on it."""

    row: Programme | Axis | Phase
    dates: list[Told]
    axes: list["Branch"] = field(default_factory=list)
    phases: list["Branch"] = field(default_factory=list)
    credits: list[Contribution] = field(default_factory=list)
    hung: list[Hung] = field(default_factory=list)


def told(facts: Iterable[DatedFact]) -> list[Told]:
    by_what = defaultdict(list)
    for fact in facts:
        by_what[fact.what].append(fact)
    return [Told(what, by_what[what]) for what in DatedFact.What if what in by_what]


def tree(community: Community, *, named_only: bool) -> list[Branch]:
    """Each programme with its branches, in five questions and those of the later stages; `named_only`, credits of those alone who
    agreed to be named.
    """
    on_axes = hung(community)
    programmes = list(Programme.objects.filter(community=community))
    dates: dict[UUID, list[DatedFact]] = defaultdict(list)
    for fact in DatedFact.objects.filter(community=community):
        dates[fact.phase_id or fact.axis_id or fact.programme_id].append(fact)
    phases: dict[UUID, list[Branch]] = defaultdict(list)
    for phase in Phase.objects.filter(community=community):
        phases[phase.axis_id or phase.programme_id].append(Branch(phase, told(dates[phase.pk])))
    axes: dict[UUID, list[Branch]] = defaultdict(list)
    for axis in Axis.objects.filter(community=community):
        axes[axis.programme_id].append(
            Branch(axis, told(dates[axis.pk]), phases=phases[axis.pk], hung=on_axes[axis.pk])
        )
    credits: dict[UUID, list[Contribution]] = defaultdict(list)
    contributions = Contribution.objects.filter(community=community).select_related("person", "axis")
    for one in contributions.filter(may_be_named=True) if named_only else contributions:
        credits[one.programme_id].append(one)
    return [Branch(one, told(dates[one.pk]), axes[one.pk], phases[one.pk], credits[one.pk]) for one in programmes]
