"""Which of the actors of a list are here already, on plain values."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Protocol

from recolte.interchange.actors.reading import Listed, folded

CLOSE = 150  # metres
ALIKE = 0.65  # of two names in one place, by difflib's ratio
NEARLY = 0.85  # of two names in one municipality
# Words that are left out where names of one municipality are compared
SMALL = frozenset(
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "s", "sur", "un", "une"]
)


class Why(StrEnum):
    NEW = "new"
    KNOWN = "known"  # came from this very list before
    NAME = "name"  # has the same name
    NEAR = "near"  # has nearly the same name, in the same municipality
    CLOSE = "close"  # stands in the same place under a similar name


class Choice(StrEnum):
    ADD = "add"  # as another structure
    FILL = "fill"  # only what is missing
    KEEP = "keep"  # what is here
    TAKE = "take"  # what the list says
    LEAVE = "leave"  # out


class Here(Protocol):
    """A structure that is here."""

    name: str
    municipality: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Difference:
    field: str
    ours: Any
    theirs: Any


@dataclass(frozen=True)
class Proposal:
    """What could become of line `number` of a list; `here` is the structure that it seems to be."""

    number: int
    listed: Listed
    why: Why
    here: Any = None
    differences: tuple[Difference, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether somebody has to choose: it seems to be here, and it is not certain, or it says something else."""
        return self.why in (Why.NAME, Why.NEAR, Why.CLOSE) or bool(self.differences and self.why == Why.KNOWN)

    @property
    def default(self) -> Choice:
        """What is done if nobody chooses: never more than filling in, and nothing where the name is another one."""
        if self.why == Why.NEW:
            return Choice.ADD
        return Choice.LEAVE if self.why in (Why.NEAR, Why.CLOSE) else Choice.FILL


def proposals(listed: Sequence[Listed], here: Iterable[Here], known: Mapping[str, Here]) -> list[Proposal]:
    """For each line the structure that it seems to be. `known`: those that came from the same list, by its own ids."""
    structures = list(here)
    by_name: dict[str, list[Here]] = {}
    for structure in structures:
        by_name.setdefault(folded(structure.name), []).append(structure)
    placed, towns = _Grid(structures), _Towns(structures)
    found = []
    for number, one in enumerate(listed):
        why, its = Why.NEW, None
        if one.external_id in known:
            why, its = Why.KNOWN, known[one.external_id]
        elif same := by_name.get(folded(one.name)):
            why, its = Why.NAME, min(same, key=lambda other: _far(one, other))
        elif near := towns.near(one):
            why, its = Why.NEAR, near
        elif near := placed.near(one):
            why, its = Why.CLOSE, near
        found.append(Proposal(number, one, why, its, tuple(differences(one, its)) if its else ()))
    return found


def differences(one: Listed, here: Here) -> list[Difference]:
    """What the list says, and what is said here otherwise or not at all. A point that moved by less than CLOSE is the same."""
    moved = _distance(one, here)
    found = []
    for field, theirs in one.as_facts().items():
        ours = getattr(here, field)
        if theirs in ("", None) or ours == theirs:
            continue
        if field in ("latitude", "longitude") and moved is not None and moved <= CLOSE:
            continue
        found.append(Difference(field, ours, theirs))
    return found


def filled(one: Listed, here: Here) -> dict[str, Any]:
    """What `one` adds where nothing is known here."""
    return {
        difference.field: difference.theirs for difference in differences(one, here) if difference.ours in ("", None)
    }


def _distance(one: Any, other: Any) -> float | None:
    """In metres, on a ball (haversine); None where one of them has no place."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    a, b = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    part = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * 6_371_000 * math.asin(min(1.0, math.sqrt(part)))


def _far(one: Any, other: Any) -> tuple[bool, float]:
    distance = _distance(one, other)
    return folded(one.municipality) != folded(other.municipality), math.inf if distance is None else distance


class _Grid:
    """Structures by squares of 0.01 degrees, so that a long list is not compared with all of them."""

    def __init__(self, structures: Iterable[Here]) -> None:
        self.squares: dict[tuple[int, int], list[Here]] = {}
        for one in structures:
            if one.latitude is not None and one.longitude is not None:
                self.squares.setdefault(self._square(one.latitude, one.longitude), []).append(one)

    @staticmethod
    def _square(latitude: float, longitude: float) -> tuple[int, int]:
        return math.floor(latitude * 100), math.floor(longitude * 100)

    def near(self, one: Listed) -> Here | None:
        if one.latitude is None or one.longitude is None:
            return None
        row, column = self._square(one.latitude, one.longitude)
        around = [(row + up, column + right) for up in (-1, 0, 1) for right in (-1, 0, 1)]
        for other in (other for square in around for other in self.squares.get(square, [])):
            distance = _distance(one, other)
            if distance is not None and distance <= CLOSE and _alike(one.name, other.name):
                return other
        return None


class _Towns:
    """Structures by municipality, with the words of their names that count."""

    def __init__(self, structures: Iterable[Here]) -> None:
        self.towns: dict[str, list[tuple[str, Here]]] = {}
        for one in structures:
            if town := folded(one.municipality):
                self.towns.setdefault(town, []).append((telling(one.name), one))

    def near(self, one: Listed) -> Here | None:
        """The one that is called the most like `one`, if it is nearly the same name."""
        matcher = SequenceMatcher(None, "", telling(one.name))
        best, found = NEARLY, None
        for name, other in self.towns.get(folded(one.municipality), []):
            matcher.set_seq1(name)
            if matcher.real_quick_ratio() >= best and matcher.quick_ratio() >= best and matcher.ratio() >= best:
                best, found = matcher.ratio(), other
        return found


def telling(name: str) -> str:
    """The words of a name that tell it from others: without articles, prepositions and what an apostrophe leaves."""
    words = folded(name).split()
    return " ".join([word for word in words if word not in SMALL] or words)


def _alike(one: str, other: str) -> bool:
    one, other = telling(one), telling(other)
    return (
        SequenceMatcher(None, one, other).ratio() >= ALIKE or f" {one} " in f" {other} " or f" {other} " in f" {one} "
    )
