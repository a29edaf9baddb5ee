"""Which department a point or a code is in, and the drawing of it."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.engine.territories import (
    REGION_OF,
    REGIONS,
    Box,
    box_of,
    department_at,
    department_name,
    department_of,
    departments_of,
    frame_of,
    is_within,
    outlines,
    region_of,
)
from recolte.engine.territories.drawing import WIDTH, Frame, draw, spread

TOWNS = {
    "Dijon": (47.322, 5.041, "21"),
    "Caen": (49.183, -0.371, "14"),
    "Lille": (50.637, 3.063, "59"),
    "Arras": (50.291, 2.777, "62"),
    "Foix": (42.965, 1.607, "09"),
    "Paris": (48.853, 2.349, "75"),
    "Ajaccio": (41.927, 8.737, "2A"),
    "Bastia": (42.697, 9.450, "2B"),
    "Valréas, in the Drôme but of the Vaucluse": (44.385, 4.990, "84"),
    "Saint-Denis": (-20.882, 55.450, "974"),
    "Cayenne": (4.937, -52.326, "973"),
    "Pointe-à-Pitre": (16.24, -61.53, "971"),
    "Paramaribo": (5.85, -55.2, ""),
    "Bruxelles": (50.847, 4.352, ""),
    "the Atlantic": (46.0, -8.0, ""),
}


@pytest.mark.parametrize("town", TOWNS)
def test_a_town_lies_in_its_department(town: str) -> None:
    latitude, longitude, department = TOWNS[town]
    assert department_at(latitude, longitude) == department


@pytest.mark.parametrize(
    ("code", "department"),
    [("71250", "71"), ("21", "21"), ("1", "01"), ("1000", "01"), ("2B033", "2B"), ("2a", "2A"), ("20000", "2A"), ("20200", "2B"),
     ("97411", "974"), ("974", "974"), ("35 000", "35"), ("", ""), ("999", ""), ("00000", ""), ("B-1050", ""), ("20", "")],
)  # fmt: skip
def test_a_code_tells_its_department(code: str, department: str) -> None:
    assert department_of(code) == department


def test_every_department_has_a_name_and_a_region() -> None:
    assert len(REGION_OF) == 101
    assert [code for code in REGION_OF if not department_name(code)] == []
    assert set(REGION_OF.values()) == set(REGIONS)
    assert (region_of("21"), departments_of("94"), region_of("99")) == ("27", ["2A", "2B"], "")


def test_the_outlines_of_all_departments_are_known_and_closed() -> None:
    known = outlines()
    assert sorted(known.shapes) == sorted(REGION_OF)
    assert sorted(known.mainland) == sorted(code for code in REGION_OF if len(code) == 2)
    assert [code for code in known.shapes for ring in known.rings(code) if ring[0] != ring[-1] or len(ring) < 4] == []


point = st.tuples(st.floats(-4.5, 8.0), st.floats(42.5, 50.9))


@given(point)
def test_a_point_lies_in_one_department_at_most(place: tuple[float, float]) -> None:
    known = outlines()
    holding = [code for code in known.shapes if is_within(*place, known.rings(code))]
    assert holding in ([], [department_at(place[1], place[0])])


def _polygon(turns: list[float]) -> list[tuple[float, float]]:
    corners = [(math.cos(turn), math.sin(turn)) for turn in sorted(turns)]
    return [*corners, corners[0]]


angles = st.lists(st.integers(0, 359), min_size=3, max_size=12, unique=True).map(
    lambda degrees: [math.radians(one) for one in degrees]
)


@given(angles, st.lists(st.floats(0.05, 1), min_size=12, max_size=12))
def test_what_is_mixed_of_the_corners_of_a_convex_shape_lies_in_it(turns: list[float], weights: list[float]) -> None:
    ring = _polygon(turns)
    shares = weights[: len(ring) - 1]
    x = sum(share * corner[0] for share, corner in zip(shares, ring, strict=False)) / sum(shares)
    y = sum(share * corner[1] for share, corner in zip(shares, ring, strict=False)) / sum(shares)
    assert is_within(x, y, [ring])
    assert is_within(x, y, [ring[::-1]])
    assert not is_within(x, y, [ring, ring])  # a hole as large as itself
    assert not is_within(x + 3, y, [ring])
    assert not is_within(x, y - 3, [ring])


def test_a_frame_holds_its_departments() -> None:
    box = frame_of(["21", "71"])
    assert box is not None
    assert box.holds(47.322, 5.041)
    assert not box.holds(48.853, 2.349)
    guyane = frame_of(["973"])
    assert guyane is not None and guyane.holds(4.94, -52.33) and not guyane.holds(5.85, -55.2)
    assert frame_of(["abroad"]) is None
    assert box_of([(1, 2), (3, 1)]) == Box(1, 1, 3, 2)


def test_a_drawing_keeps_its_proportions() -> None:
    frame = Frame(Box(0, 47, 1, 48))
    assert frame.place(48, 0) == (0, 0)
    assert frame.place(48, 1) == (pytest.approx(WIDTH), 0)
    assert frame.height == round(WIDTH / math.cos(math.radians(47.5)))


def test_the_paths_of_the_whole_country_are_whole_and_light() -> None:
    box = frame_of(outlines().mainland)
    assert box is not None
    drawing = draw(Frame(box))
    assert len(drawing.land) + len(drawing.borders) < 40_000
    assert re.fullmatch(r"(M-?\d+,-?\d+l(-?\d+,-?\d+ ?)+z)+", drawing.land)
    assert re.fullmatch(r"(M-?\d+,-?\d+l(-?\d+,-?\d+ ?)+)+", drawing.borders)


spots = st.lists(st.tuples(st.floats(0, 400), st.floats(0, 300)), max_size=25)


@given(spots)
def test_points_that_lie_on_each_other_are_spread(points: list[tuple[float, float]]) -> None:
    shown = spread(points, 18, (400, 300))
    assert len(shown) == len(points)
    assert [
        (one, other) for index, one in enumerate(shown) for other in shown[:index] if math.dist(one, other) < 17.9
    ] == []
    assert [(x, y) for x, y in shown if not (9 <= x <= 391 and 9 <= y <= 291)] == []


def test_a_point_that_is_alone_stays_where_it_is() -> None:
    assert spread([(100, 100), (200, 200)], 18, (400, 300)) == [(100, 100), (200, 200)]
