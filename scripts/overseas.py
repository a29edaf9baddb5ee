"""Make `recolte/engine/territories/overseas.json` of the countries of Natural Earth (TopoJSON): the lands of each overseas
department of France, as closed rings of degrees.

    python scripts/overseas.py countries-10m.json
"""

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "recolte/engine/territories/overseas.json"
DIGITS = 3  # of degrees: about 100 metres
# Where each lies: west, south, east, north
WHERE = {
    "971": (-61.9, 15.8, -60.9, 16.6),
    "972": (-61.3, 14.3, -60.7, 15.0),
    "973": (-54.7, 2.0, -51.5, 5.9),
    "974": (55.1, -21.5, 55.9, -20.8),
    "976": (44.9, -13.1, 45.4, -12.5),
}

Corner = tuple[float, float]


def rings_of(topology: dict[str, Any]) -> list[list[Corner]]:
    """The outer rings of France."""
    (x_step, y_step), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    countries = topology["objects"]["countries"]["geometries"]
    (france,) = (one for one in countries if one["properties"]["name"] == "France")

    def line(number: int) -> list[Corner]:
        x = y = 0
        corners = []
        for right, up in topology["arcs"][max(number, ~number)]:
            x, y = x + right, y + up
            corners.append((round(west + x * x_step, DIGITS), round(south + y * y_step, DIGITS)))
        return corners if number >= 0 else corners[::-1]

    rings = []
    for polygon in france["arcs"]:
        ring: list[Corner] = []
        for number in polygon[0]:
            ring += line(number)[1:] if ring else line(number)
        rings.append(ring)
    return rings


def main(source: Path) -> None:
    found: dict[str, list[list[Corner]]] = {code: [] for code in WHERE}
    for ring in rings_of(json.loads(source.read_text())):
        for code, (west, south, east, north) in WHERE.items():
            if all(west <= x <= east and south <= y <= north for x, y in ring):
                found[code].append(ring)
    TARGET.write_text(json.dumps(found, separators=(",", ":")) + "\n")
    counted = {code: sum(map(len, rings)) for code, rings in found.items()}
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, corners of each: {counted}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
