"""What the report to a funder says besides the money: each stage adds the figures that it can derive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from recolte.community.models import Community, Organisation
from recolte.programme.models import Axis


@dataclass(frozen=True)
class Figure:
    """One figure of the report, in words, and the page that shows what it counts."""

    label: str
    value: str | int
    url: str


Reports = Callable[[Community, Organisation, Sequence[Axis]], Iterable[Figure]]
_reports: list[tuple[int, Reports]] = []


def reports_on(order: int) -> Callable[[Reports], Reports]:
    """Register figures for the report of a funder: `(community, funder, axes that it pays for) -> figures`."""

    def register(function: Reports) -> Reports:
        _reports.append((order, function))
        _reports.sort(key=lambda pair: pair[0])
        return function

    return register


def figures(community: Community, funder: Organisation, axes: Sequence[Axis]) -> list[Figure]:
    return [figure for _, function in _reports for figure in function(community, funder, axes)]
