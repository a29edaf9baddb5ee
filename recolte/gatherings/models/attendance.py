"""Who was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Owned, Person
from recolte.gatherings.models.gathering import Gathering
from recolte.programme.models import Axis
from recolte.ui.ids import uuid7
from recolte.ui.listing import within


class Attendance(Owned):
    """That somebody was there."""

    class How(models.TextChoices):
        NOTED = "noted", _("noted by the team")
        THEMSELVES = "themselves", _("said so themselves")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["person__name", "id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "person"], name="once_at_a_gathering")]

    def __str__(self) -> str:
        return f"{self.person} · {self.gathering}"


OFTEN = "half"  # in an address: who came to at least half of the gatherings


def presences(
    community: Community, since: date | None = None, until: date | None = None, axes: Iterable[Axis] | None = None
) -> models.QuerySet[Attendance]:
    """Who was there on which gathering, of those that began in these days, for these axes (None: all).

    Those that were called off do not count.
    """
    those = Attendance.objects.filter(within("gathering__starts_on", since, until), community=community)
    those = those.filter(gathering__called_off_at=None)
    return those if axes is None else those.filter(gathering__axis__in=axes)


def attendees(those: models.QuerySet[Attendance]) -> models.QuerySet[Person]:
    """The people of these presences, each with how many `times`."""
    return Person.objects.filter(attendances__in=those).annotate(times=Count("attendances"))


@dataclass(frozen=True)
class Turnout:
    """How many people came to a community's gatherings over time, and how many of them came to at least half.

    Who came once belongs to no core: of a single gathering, nobody does.
    """

    community: Community
    gatherings: int
    people: int
    core: int

    @property
    def often(self) -> int:
        """How many times is at least half, and more than once."""
        return _half(self.gatherings)


def turnout(
    community: Community, since: date | None = None, until: date | None = None, axes: Iterable[Axis] | None = None
) -> Turnout:
    """How many people came on these days; two questions, and none of the rows is read."""
    those = presences(community, since, until, axes)
    gatherings = those.aggregate(n=Count("gathering", distinct=True))["n"]
    if not gatherings:
        return Turnout(community, 0, 0, 0)
    often = models.Q(times__gte=_half(gatherings))
    times = those.order_by().values("person").annotate(times=Count("pk"))
    came = times.aggregate(people=Count("person"), core=Count("person", filter=often))
    return Turnout(community, gatherings, came["people"], came["core"])


def _half(gatherings: int) -> int:
    return max(2, (gatherings + 1) // 2)


def turnouts(communities: Iterable[Community]) -> list[Turnout]:
    """Of each of these communities where somebody was noted as there."""
    return [one for one in map(turnout, communities) if one.gatherings]
