"""Make `recolte/engine/territories/france.json` of the outlines of the departments (GeoJSON), as TopoJSON.

    python scripts/territories.py departements-version-simplifiee.geojson

Lines that two departments share are simplified once (Douglas and Peucker 1973), so that no gap opens between neighbours.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "recolte/engine/territories/france.json"
TOLERANCE = 0.004  # degrees: about 400 metres
STEPS = 20_000  # of the grid that the corners are put on, along the longer side

Corner = tuple[float, float]


def rings_of(geometry: dict[str, Any]) -> list[list[list[Corner]]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[(x, y) for x, y, *_ in ring] for ring in polygon] for polygon in polygons]


def simplified(line: list[Corner]) -> list[Corner]:
    """`line` without the corners nearer than TOLERANCE to what is left; its ends stay."""
    keep, todo = {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        farthest, where = TOLERANCE, 0
        for index in range(first + 1, last):
            if (far := distance(line[index], line[first], line[last])) > farthest:
                farthest, where = far, index
        if where:
            keep.add(where)
            todo += [(first, where), (where, last)]
    return [line[index] for index in sorted(keep)]


def distance(corner: Corner, start: Corner, end: Corner) -> float:
    (x, y), (ax, ay), (bx, by) = corner, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    share = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) if length else 0.0
    return float(((x - ax - share * (bx - ax)) ** 2 + (y - ay - share * (by - ay)) ** 2) ** 0.5)


def main(source: Path) -> None:
    features = json.loads(source.read_text())["features"]
    shapes = {one["properties"]["code"]: rings_of(one["geometry"]) for one in features}
    names = {one["properties"]["code"]: one["properties"]["nom"] for one in features}
    sides: dict[frozenset[Corner], set[str]] = defaultdict(set)
    for code, polygons in shapes.items():
        for polygon in polygons:
            for ring in polygon:
                for edge in zip(ring, ring[1:], strict=False):
                    sides[frozenset(edge)].add(code)

    arcs: list[list[Corner]] = []
    numbers: dict[tuple[Corner, ...], int] = {}

    def number(arc: list[Corner]) -> int:
        forward, backward = tuple(arc), tuple(reversed(arc))
        if backward in numbers:
            return ~numbers[backward]
        if forward not in numbers:
            numbers[forward] = len(arcs)
            arcs.append(arc)
        return numbers[forward]

    def cut(ring: list[Corner]) -> list[int]:
        """A ring as arcs, each with the same departments on both sides from end to end."""
        edges = [sides[frozenset(edge)] for edge in zip(ring, ring[1:], strict=False)]
        cuts = [index for index in range(len(edges)) if edges[index] != edges[index - 1]]
        if not cuts:  # an island, or an enclave: from its southernmost corner, whichever side one comes from
            start = min(range(len(edges)), key=lambda index: (ring[index][1], ring[index][0]))
            return [number(ring[start:-1] + ring[: start + 1])]
        turned = ring[cuts[0] : -1] + ring[: cuts[0] + 1]
        ends = [index - cuts[0] for index in cuts] + [len(edges)]
        return [number(turned[a : b + 1]) for a, b in zip(ends, ends[1:], strict=False)]

    geometries = [
        {
            "type": "MultiPolygon",
            "id": code,
            "properties": {"nom": names[code]},
            "arcs": [[cut(ring) for ring in polygon] for polygon in polygons],
        }
        for code, polygons in sorted(shapes.items())
    ]
    corners = [corner for arc in arcs for corner in arc]
    west, south = min(x for x, _ in corners), min(y for _, y in corners)
    east, north = max(x for x, _ in corners), max(y for _, y in corners)
    scale = max(east - west, north - south) / STEPS

    def packed(arc: list[Corner]) -> list[list[int]]:
        line = arc
        if arc[0] == arc[-1]:  # a ring: simplified in two halves, so that it never becomes a point
            middle = max(range(len(arc)), key=lambda index: distance(arc[index], arc[0], arc[0]))
            line = simplified(arc[: middle + 1]) + simplified(arc[middle:])[1:]
            line = arc if len(line) < 4 else line
        else:
            line = simplified(arc)
        grid = [(round((x - west) / scale), round((y - south) / scale)) for x, y in line]
        return [[*grid[0]], *([x - ax, y - ay] for (ax, ay), (x, y) in zip(grid, grid[1:], strict=False))]

    topology = {
        "type": "Topology",
        "transform": {"scale": [scale, scale], "translate": [west, south]},
        "objects": {"departements": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [packed(arc) for arc in arcs],
    }
    TARGET.write_text(json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(arcs)} lines, {sum(map(len, topology['arcs']))} corners")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
