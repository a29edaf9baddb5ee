"""What every page knows: the way through (the rail), and who reads; and what waits for somebody on their own page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from recolte.ui.help import help_url


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


@dataclass(frozen=True)
class Awaiting:
    """One thing that waits for a person, on their own page: where to do it, and why, in a few words.

    With `button`, it is done from there: pressing it posts to `post`, with the page to come `back` to.
    """

    title: str
    url: str
    icon: str
    why: str
    button: str = ""
    post: str = ""


Awaits = Callable[[HttpRequest], Iterable[Awaiting]]
_awaits: list[tuple[int, Awaits]] = []


def awaits_me(order: int) -> Callable[[Awaits], Awaits]:
    """Register what of a stage waits for a person, for their page."""

    def register(function: Awaits) -> Awaits:
        _awaits.append((order, function))
        _awaits.sort(key=lambda pair: pair[0])
        return function

    return register


def awaiting(request: HttpRequest) -> list[Awaiting]:
    return [one for _, function in _awaits for one in function(request)]


def page(request: HttpRequest) -> dict[str, Any]:
    stops = [function(request) for _, function in _waits] if request.user.is_authenticated else []
    return {"rail": [stop for stop in stops if stop], "community": None, "crumbs": [], "help_url": help_url(request)}
