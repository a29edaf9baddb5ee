"""How much is still to be collected of a gathering: told by a later stage, for the gathering's page."""

from collections.abc import Callable

from recolte.community.models import Reader
from recolte.gatherings.models import Gathering

Counts = Callable[[Gathering, Reader], int]
_counts: list[Counts] = []


def counts_what_lacks(function: Counts) -> Counts:
    """Register how many things lack of a gathering, as far as the reader may know; none when nothing was planned."""
    _counts.append(function)
    return function


def lacking(gathering: Gathering, reader: Reader) -> int:
    return sum(function(gathering, reader) for function in _counts)
