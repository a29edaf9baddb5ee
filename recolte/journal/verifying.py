"""Walking the chain: each stage checks the links it made, and says one line for each that is broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that does not hold: where (an address of the house, or a file), what happened and what to do."""

    address: str
    sentence: str
    community: UUID | None = None

    def __str__(self) -> str:
        return f"{self.address}: {self.sentence}"


@dataclass
class Walk:
    """One check on its way: how many links it has seen, and those that are broken."""

    label: str
    seen: int = 0
    broken: list[Broken] = field(default_factory=list)

    def lost(self, address: str, sentence: str, community: UUID | None = None) -> None:
        self.broken.append(Broken(address, sentence, community))


Check = Callable[[Walk], None]
CHECKS: list[tuple[int, str | Promise, Check]] = []


def verifies(order: int, label: str | Promise) -> Callable[[Check], Check]:
    """Register what a stage verifies: a function that walks its links, counting `seen`, telling what is `lost`."""

    def register(check: Check) -> Check:
        CHECKS.append((order, label, check))
        CHECKS.sort(key=lambda entry: entry[0])
        return check

    return register


def verify() -> Iterator[Walk]:
    """Walk the whole chain, from the files to what was published; one `Walk` at a time as they end."""
    for _order, label, check in CHECKS:
        walk = Walk(str(label))
        check(walk)
        yield walk


def summary(walks: list[Walk]) -> dict[str, Any]:
    """The result as a job keeps it: counts, and the first thousand broken links."""
    broken = [one for walk in walks for one in walk.broken]
    return {
        "checks": [[walk.label, walk.seen, len(walk.broken)] for walk in walks],
        "broken": len(broken),
        "lines": [[one.address, one.sentence, str(one.community or "")] for one in broken[:1000]],
    }
