"""Each crash point of the source is tried: killed there and run again, everything is done, once."""

import re
from pathlib import Path

import pytest

import recolte
from tests.reliability.house import House

SOURCE = Path(recolte.__file__).parent
ELSEWHERE = {"evening.posted"}  # no harvest comes by: tests/gatherings/test_evenings.py stops there
POINTS = sorted(
    point
    for path in SOURCE.rglob("*.py")
    for point in re.findall(r'crashpoint\("([\w.]+)"\)', path.read_text())
    if point not in ELSEWHERE
)


def test_every_crash_point_has_a_name_of_its_own() -> None:
    assert len(POINTS) > 10
    assert sorted(set(POINTS)) == POINTS


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_what_is_killed_at_a_crash_point_is_done_by_the_next_run(house: House, visit: Path, point: str) -> None:
    killed = house.harvest(visit, RECOLTE_CRASH_AT=point)
    assert killed.code in (-9, 1)  # the harvest itself, or its worker
    house.nobody_is_left()
    again = house.harvest(visit)
    assert (again.code, again.problem) == (0, "")
    house.assert_everything_once(visit)
    house.nobody_is_left()
