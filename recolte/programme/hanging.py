"""What later stages hang on the axes of a programme: what was done on each, and the page of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from recolte.community.models import Community


@dataclass(frozen=True)
class Hung:
    """One thing that belongs to an axis."""

    axis: UUID
    name: str
    url: str
    day: date | None = None
    months: str = ""  # in words, where no day is known
    is_option: bool = False
    is_called_off: bool = False
    icon: str = "calendar"


Hangs = Callable[[Community], Iterable[Hung]]
_hangs: list[Hangs] = []


def hangs_on_axes(function: Hangs) -> Hangs:
    """Register what hangs on the axes of a community, as every member may see it, in the order in which it is shown."""
    _hangs.append(function)
    return function


def hung(community: Community) -> dict[UUID, list[Hung]]:
    """What hangs on each axis."""
    by_axis: dict[UUID, list[Hung]] = defaultdict(list)
    for function in _hangs:
        for one in function(community):
            by_axis[one.axis].append(one)
    return by_axis
