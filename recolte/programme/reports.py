"""Figures: what each stage can count, for the report to a funder and for the interim reports of a community.

A figure is counted when it is asked for, and leads to a page that lists just what it counts.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recolte.community.models import Community
from recolte.programme.models import Axis, money
from recolte.ui.listing import Filter, within


@dataclass(frozen=True)
class Scope:
    """What is counted: of a community, from `since` to `until` (both included; None: open), for these axes (None: all).

    What was gathered counts by the day of its gathering; what people did (listening, coding, writing), by the day on which
    they did it.
    """

    community: Community
    since: date | None = None
    until: date | None = None
    axes: Sequence[Axis] | None = None

    @property
    def today(self) -> date:
        return timezone.localdate()

    def within(self, field: str, axis: str = "") -> Q:
        """The days of this scope, of a field that holds days; and its axes, of a field that leads to them."""
        found = within(field, self.since, self.until)
        return found & Q(**{f"{axis}__in": self.axes}) if axis and self.axes is not None else found

    def url(self, name: str, *args: object, **asked: str) -> str:
        """The address of a list, narrowed to this scope."""
        asked |= {"from": self.since.isoformat()} if self.since else {}
        asked |= {"to": self.until.isoformat()} if self.until else {}
        asked |= {"axis": ",".join(str(axis.pk) for axis in self.axes)} if self.axes else {}
        return reverse(name, args=args) + (f"?{urlencode(asked, safe=',')}" if asked else "")


def axis_filter(community: Community, field: str) -> Filter:
    """The filter of a list by axis, as `Scope.url` asks for it."""
    axes = Axis.objects.filter(community=community).select_related("programme")
    return Filter(
        "axis",
        _("Axis"),
        [(str(axis.pk), str(axis)) for axis in axes],
        lambda rows, chosen: rows.filter(**{field: chosen}),
        lambda rows, keys: rows.filter(**{f"{field}__in": keys}),
    )


class Unit(models.TextChoices):
    COUNT = "count"
    MS = "ms"
    CENTS = "cents"


def shown(value: int, unit: str) -> str:
    """A figure as it is written: 1 204, 12,5 h (below an hour: 7 min), 1 500,00 €."""
    if unit == Unit.MS and value < 3_600_000:
        return _("%(minutes)s min") % {"minutes": number_format(-(-value // 60_000), 0)}
    if unit == Unit.MS:
        return _("%(hours)s h") % {"hours": number_format(Decimal(value) / 3_600_000, 1)}
    if unit == Unit.CENTS:
        return money(Decimal(value) / 100)
    return number_format(value, 0, force_grouping=True)


@dataclass(frozen=True)
class Figure:
    """One figure: the word by which a text asks for it (`{visites}`), what it counts, how many, and the page that lists it.

    `is_for_team`: the page is read by the team alone. `public`: the page of the public site that shows the same, if any.
    """

    key: str
    label: str
    value: int
    url: str
    unit: str = Unit.COUNT
    is_for_team: bool = False
    public: str = ""

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    def frozen(self) -> dict[str, Any]:
        """What of it is kept once it is published."""
        facts: dict[str, Any] = {"key": self.key, "label": self.label, "value": self.value, "unit": str(self.unit)}
        return facts | {"public": self.public}


Reports = Callable[[Scope], Iterable[Figure]]
_reports: list[tuple[int, Reports]] = []


def reports_on(order: int) -> Callable[[Reports], Reports]:
    """Register figures for reports; where a scope has axes, only those that can be told by axis."""

    def register(function: Reports) -> Reports:
        _reports.append((order, function))
        _reports.sort(key=lambda pair: pair[0])
        return function

    return register


def figures(scope: Scope) -> list[Figure]:
    return [figure for _order, function in _reports for figure in function(scope)]
