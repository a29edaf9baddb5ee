"""The departments and regions of France: by a code, or by a point. Where the outlines come from: README.md here."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

CREDIT = "IGN – Admin Express, via france-geojson, Licence Ouverte"
CREDIT_OVERSEAS = "Natural Earth"

Corner = tuple[float, float]  # longitude, latitude, in degrees (WGS 84)
Ring = Sequence[Corner]


class Box(NamedTuple):
    """A frame of coordinates, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def wider(self, margin: float) -> "Box":
        return Box(self.west - margin, self.south - margin, self.east + margin, self.north + margin)


def box_of(corners: Iterable[Corner]) -> Box:
    """The smallest frame around `corners` (at least one)."""
    those = list(corners)
    xs, ys = [x for x, _ in those], [y for _, y in those]
    return Box(min(xs), min(ys), max(xs), max(ys))


# INSEE's codes (Code officiel géographique)
REGIONS = {
    "01": "Guadeloupe", "02": "Martinique", "03": "Guyane", "04": "La Réunion", "06": "Mayotte",
    "11": "Île-de-France", "24": "Centre-Val de Loire", "27": "Bourgogne-Franche-Comté", "28": "Normandie",
    "32": "Hauts-de-France", "44": "Grand Est", "52": "Pays de la Loire", "53": "Bretagne", "75": "Nouvelle-Aquitaine",
    "76": "Occitanie", "84": "Auvergne-Rhône-Alpes", "93": "Provence-Alpes-Côte d’Azur", "94": "Corse",
}  # fmt: skip
REGION_OF = {
    department: region
    for region, departments in {
        "01": "971", "02": "972", "03": "973", "04": "974", "06": "976", "11": "75 77 78 91 92 93 94 95",
        "24": "18 28 36 37 41 45", "27": "21 25 39 58 70 71 89 90", "28": "14 27 50 61 76", "32": "02 59 60 62 80",
        "44": "08 10 51 52 54 55 57 67 68 88", "52": "44 49 53 72 85", "53": "22 29 35 56",
        "75": "16 17 19 23 24 33 40 47 64 79 86 87", "76": "09 11 12 30 31 32 34 46 48 65 66 81 82",
        "84": "01 03 07 15 26 38 42 43 63 69 73 74", "93": "04 05 06 13 83 84", "94": "2A 2B",
    }.items()
    for department in departments.split()
}  # fmt: skip
OVERSEAS = {"971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte"}
# Coasts are drawn with a coarse pen: what lies in these frames is of the island, on its drawn land or just beside it
ISLANDS = {
    "971": Box(-61.9, 15.8, -60.95, 16.6),
    "972": Box(-61.3, 14.35, -60.75, 14.95),
    "974": Box(55.15, -21.45, 55.9, -20.8),
    "976": Box(44.9, -13.1, 45.4, -12.55),
}


@dataclass(frozen=True)
class Outlines:
    """The lines between departments, each once, and the departments as rings of them (`~n`: line n, backwards)."""

    lines: tuple[Ring, ...]
    shapes: dict[str, list[list[list[int]]]]
    names: dict[str, str]

    @property
    def mainland(self) -> list[str]:
        """The departments of metropolitan France."""
        return [code for code in self.shapes if code not in OVERSEAS]

    def rings(self, department: str) -> list[list[Corner]]:
        """The closed rings of a department: its lands, the holes in them."""
        return [self.ring(numbers) for polygon in self.shapes.get(department, []) for numbers in polygon]

    def ring(self, numbers: list[int]) -> list[Corner]:
        ring: list[Corner] = []
        for number in numbers:
            line = self.lines[number] if number >= 0 else self.lines[~number][::-1]
            ring += line[1:] if ring else line
        return ring


@cache
def outlines() -> Outlines:
    topology = json.loads((Path(__file__).parent / "france.json").read_text())
    (x_step, y_step), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for right, up in arc:
            x, y = x + right, y + up
            line.append((west + x * x_step, south + y * y_step))
        lines.append(tuple(line))
    geometries = topology["objects"]["departements"]["geometries"]
    names = {one["id"]: one["properties"]["nom"] for one in geometries} | OVERSEAS
    shapes = {one["id"]: one["arcs"] for one in geometries}
    for code, rings in json.loads((Path(__file__).parent / "overseas.json").read_text()).items():
        shapes[code] = [[[len(lines) + number]] for number in range(len(rings))]
        lines += [tuple((x, y) for x, y in ring) for ring in rings]
    return Outlines(tuple(lines), shapes, names)


@cache
def _rings() -> dict[str, tuple[Box, list[list[Corner]]]]:
    found = {code: outlines().rings(code) for code in outlines().shapes}
    return {code: (box_of(corner for ring in rings for corner in ring), rings) for code, rings in found.items()}


def department_name(code: str) -> str:
    return outlines().names.get(code, "")


def is_within(x: float, y: float, rings: Iterable[Ring]) -> bool:
    """Whether the point lies inside closed rings, those inside others being holes (the even-odd rule)."""
    inside = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:], strict=False):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                inside = not inside
    return inside


def department_at(latitude: float, longitude: float) -> str:
    """The code of the department in which a point lies; empty in the sea and abroad."""
    for code, (box, rings) in _rings().items():
        if box.holds(latitude, longitude) and is_within(longitude, latitude, rings):
            return code
    return next((code for code, box in ISLANDS.items() if box.holds(latitude, longitude)), "")


def department_of(code: str) -> str:
    """The department of a municipality's INSEE code, of a post code, or of a department's own number; else empty.

    >>> department_of("71250"), department_of("2B033"), department_of("20200"), department_of("97411"), department_of("1")
    ('71', '2B', '2B', '974', '01')
    """
    code = re.sub(r"\s", "", code).upper()
    if re.fullmatch(r"\d", code):
        code = f"0{code}"
    if re.fullmatch(r"\d{4}", code):
        code = f"0{code}"  # a spreadsheet took the zero away
    if re.fullmatch(r"20\d{3}", code):  # post codes of Corsica
        return "2A" if code < "20200" else "2B"
    if not re.fullmatch(r"\d{2}|\d{3}|\d{5}|2[AB]|2[AB]\d{3}", code):
        return ""
    found = code[:3] if code.startswith("97") else code[:2]
    return found if found in REGION_OF and (len(code) != 3 or found == code) else ""


def region_of(department: str) -> str:
    """The code of the region of a department; empty where there is none."""
    return REGION_OF.get(department, "")


def departments_of(region: str) -> list[str]:
    return [department for department, its in REGION_OF.items() if its == region]


def frame_of(departments: Iterable[str]) -> Box | None:
    """The frame around these departments, or None where there is none."""
    boxes = [_rings()[code][0] for code in departments if code in _rings()]
    return (
        box_of(corner for box in boxes for corner in ((box.west, box.south), (box.east, box.north))) if boxes else None
    )
