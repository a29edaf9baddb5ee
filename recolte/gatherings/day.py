"""What happened at a gathering on one day, told by later stages for the letter of the evening."""

from collections.abc import Callable
from datetime import date

from recolte.gatherings.models import Gathering

Tells = Callable[[Gathering, date], str]
_tells: list[tuple[int, Tells]] = []


def tells_of_the_day(order: int) -> Callable[[Tells], Tells]:
    """Register a sentence of a stage on the day of a gathering: counts, no one's words; empty when there is nothing."""

    def register(function: Tells) -> Tells:
        _tells.append((order, function))
        _tells.sort(key=lambda pair: pair[0])
        return function

    return register


def told(gathering: Gathering, day: date) -> list[str]:
    return [sentence for _, function in _tells if (sentence := function(gathering, day))]
