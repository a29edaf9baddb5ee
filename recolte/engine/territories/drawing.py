"""A drawing of a part of France on plain numbers: paths for SVG, points that do not lie on each other."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from recolte.engine.territories import Box, Corner, outlines, region_of

WIDTH = 400  # of the drawing, in its own units
FINE = 2  # units: corners nearer to each other are drawn as one

Step = tuple[int, int]


@dataclass(frozen=True)
class Frame:
    """What is drawn: a box of coordinates, laid flat around its own middle (equirectangular, Snyder 1987, p. 90)."""

    box: Box
    width: int = WIDTH

    @property
    def _narrowing(self) -> float:
        return math.cos(math.radians((self.box.south + self.box.north) / 2))

    @property
    def _scale(self) -> float:
        return self.width / ((self.box.east - self.box.west) * self._narrowing)

    @property
    def height(self) -> int:
        return round((self.box.north - self.box.south) * self._scale)

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        """A point in the units of the drawing: from its left, from its top."""
        return (
            (longitude - self.box.west) * self._narrowing * self._scale,
            (self.box.north - latitude) * self._scale,
        )

    def steps(self, line: Sequence[Corner]) -> list[Step]:
        """A line in whole units, its ends kept, without the corners too near to the one before to be seen."""
        steps = [(round(x), round(y)) for x, y in (self.place(latitude, longitude) for longitude, latitude in line)]
        kept = steps[:1]
        for x, y in steps[1:-1]:
            if (x - kept[-1][0]) ** 2 + (y - kept[-1][1]) ** 2 >= FINE**2:
                kept.append((x, y))
        return [*kept, *steps[-1:]]


@dataclass(frozen=True)
class Drawing:
    """The land in a frame as the `d` of SVG paths: the departments (even-odd), and the lines around regions."""

    land: str
    borders: str


@lru_cache(maxsize=64)
def draw(frame: Frame) -> Drawing:
    known = outlines()
    lines = [frame.steps(line) for line in known.lines]
    sides: dict[int, set[str]] = {}
    land = []
    for code, polygons in known.shapes.items():
        for numbers in (ring for polygon in polygons for ring in polygon):
            for number in numbers:
                sides.setdefault(max(number, ~number), set()).add(code)
            if _reaches(known.ring(numbers), frame.box):
                ring: list[Step] = []
                for number in numbers:
                    ring += lines[number] if number >= 0 else lines[~number][::-1]
                land.append(path + "z" if (path := _path(ring)) else "")
    borders = [
        _path(lines[number])
        for number, codes in sides.items()
        if len({region_of(code) for code in codes}) > 1 and _reaches(known.lines[number], frame.box)
    ]
    return Drawing("".join(land), "".join(borders))


def _path(steps: Sequence[Step]) -> str:
    """Corners as one SVG path, each but the first said from the one before; nothing where there is nothing to see."""
    moves = [f"{x - ax},{y - ay}" for (ax, ay), (x, y) in zip(steps, steps[1:], strict=False) if (ax, ay) != (x, y)]
    return f"M{steps[0][0]},{steps[0][1]}l{' '.join(moves)}" if moves else ""


def _reaches(line: Sequence[Corner], box: Box) -> bool:
    xs, ys = [x for x, _ in line], [y for _, y in line]
    return min(xs) <= box.east and max(xs) >= box.west and min(ys) <= box.north and max(ys) >= box.south


def spread(points: Sequence[tuple[float, float]], apart: float, size: tuple[float, float]) -> list[tuple[float, float]]:
    """`points` moved as little as it takes to lie `apart` from each other, inside a drawing of `size`.

    Each keeps its place if it can, else takes the nearest free one on rings around it. Where there is no room left, it stays.
    """
    taken: list[tuple[float, float]] = []
    width, height = size
    for point in points:
        taken.append(next((one for one in _around(point, apart) if _is_free(one, taken, apart, width, height)), point))
    return taken


def _around(point: tuple[float, float], apart: float) -> Iterable[tuple[float, float]]:
    x, y = point
    yield point
    for ring in range(1, 40):
        radius = ring * apart / 2
        steps = max(6, 6 * ring)
        for step in range(steps):
            turn = 2 * math.pi * step / steps
            yield (x + radius * math.cos(turn), y + radius * math.sin(turn))


def _is_free(
    point: tuple[float, float], taken: list[tuple[float, float]], apart: float, width: float, height: float
) -> bool:
    x, y, half = *point, apart / 2
    if not (half <= x <= width - half and half <= y <= height - half):
        return False
    return all((x - ax) ** 2 + (y - ay) ** 2 >= apart**2 * 0.999 for ax, ay in taken)
