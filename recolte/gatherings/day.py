"""What happened at a gathering on one day, and what comes next, told by later stages for the letter of the evening."""

from collections.abc import Callable
from datetime import date

from recolte.gatherings.models import Gathering

Tells = Callable[[Gathering, date], str]
_tells: list[tuple[int, Tells]] = []
_announces: list[tuple[int, Tells]] = []


def tells_of_the_day(order: int, *, ahead: bool = False) -> Callable[[Tells], Tells]:
    """Register a sentence of a stage on the day of a gathering, or, `ahead`, on what follows that day; empty when there is
    nothing. It tells counts and what every member reads in the programme, never what somebody said.
    """

    def register(function: Tells) -> Tells:
        registered = _announces if ahead else _tells
        registered.append((order, function))
        registered.sort(key=lambda pair: pair[0])
        return function

    return register


def told(gathering: Gathering, day: date) -> list[str]:
    return [sentence for _, function in _tells if (sentence := function(gathering, day))]


def announced(gathering: Gathering, day: date) -> list[str]:
    return [sentence for _, function in _announces if (sentence := function(gathering, day))]
