"""What every page knows: the way through (the rail), and who reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Stop:
    """One stage on the rail: only those that have something for this person are shown, with what waits there."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


Waits = Callable[[HttpRequest], Stop | None]
_waits: list[tuple[int, Waits]] = []


def waits_for(order: int) -> Callable[[Waits], Waits]:
    """Register what a stage has on the rail for a person: a `Stop`, or None when there is nothing there for them."""

    def register(function: Waits) -> Waits:
        _waits.append((order, function))
        _waits.sort(key=lambda pair: pair[0])
        return function

    return register


def page(request: HttpRequest) -> dict[str, Any]:
    stops = [function(request) for _, function in _waits] if request.user.is_authenticated else []
    return {"rail": [stop for stop in stops if stop], "community": None, "crumbs": []}
