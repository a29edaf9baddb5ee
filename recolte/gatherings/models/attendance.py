"""Who was there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Owned, Person
from recolte.gatherings.models.gathering import Gathering
from recolte.ui.ids import uuid7


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


def attendees(communities: Iterable[Community]) -> models.QuerySet[Person]:
    """Who came to the gatherings of these communities that were not called off, each with how many `times`."""
    came = Person.objects.filter(
        community__in=communities, attendances__isnull=False, attendances__gathering__called_off_at=None
    )
    return came.annotate(times=Count("attendances"))


@dataclass(frozen=True)
class Turnout:
    """How many people came to a community's gatherings over time, and how many of them came to at least half."""

    community: Community
    gatherings: int
    people: int
    core: int


def turnouts(communities: Iterable[Community]) -> list[Turnout]:
    """For each of these communities where somebody was noted as there; two questions each, and none of the rows is read."""
    found = []
    for community in communities:
        there = Attendance.objects.filter(community=community, gathering__called_off_at=None)
        gatherings = there.aggregate(n=Count("gathering", distinct=True))["n"]
        if gatherings:
            often = models.Q(times__gte=(gatherings + 1) // 2)
            came = (
                Attendance.objects.filter(community=community)
                .order_by()
                .values("person")
                .annotate(times=Count("pk"))
                .aggregate(people=Count("person"), core=Count("person", filter=often))
            )
            found.append(Turnout(community, gatherings, came["people"], came["core"]))
    return found
