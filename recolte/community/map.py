"""The ecosystem as it was on a day: who existed, where, and what tied them; drawn, and as lists that say the same."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation, Relation
from recolte.engine.territories import REGIONS, Box, box_of, departments_of, frame_of, outlines
from recolte.engine.territories.drawing import WIDTH, Drawing, Frame, draw, spread
from recolte.engine.words import fold

RADIUS = 9  # of a point, in the units of the drawing
NEAR = 3.5  # degrees: departments in a frame smaller than this are drawn alone
FRANCE = "france"


@dataclass(frozen=True)
class Place:
    """A structure on the map, by the number that the list gives it."""

    number: int
    organisation: Organisation
    x: float
    y: float
    home: tuple[float, float] | None  # where it really is, if it had to be moved


@dataclass(frozen=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    is_directed: bool


@dataclass(frozen=True)
class Zone:
    """A part of France that one may look at alone."""

    key: str
    label: str
    count: int
    is_shown: bool


@dataclass(frozen=True)
class EcosystemMap:
    """`places` are on the drawing; `elsewhere` lie outside its frame, of `unplaced` nobody knows where they are."""

    day: date
    frame: Frame
    drawing: Drawing
    places: list[Place]
    lines: list[Line]
    relations: list[Relation]
    elsewhere: list[Organisation]
    unplaced: list[Organisation]
    zones: list[Zone]

    @property
    def width(self) -> int:
        return WIDTH


def ecosystem_map(community: Community, day: date, zone: str = "") -> EcosystemMap:
    """As of `day`; `zone` is the code of a region, `france`, or empty: as near as one can come and see most of them."""
    known = Organisation.objects.filter(community=community).existing_on(day)
    there = sorted(known, key=lambda one: _spoken(one.name))
    ids = {one.pk for one in there}
    ties = Relation.objects.filter(community=community).in_force_on(day).select_related("subject", "object")
    relations = [one for one in ties if one.subject_id in ids and one.object_id in ids]
    placed = [one for one in there if one.is_placed]
    regions = Counter(one.region for one in placed if one.region)
    if zone not in (*regions, FRANCE):
        zone = ""
    frame = Frame(_shaped(_box(placed, zone)))
    inside = [one for one in placed if _holds(frame.box, one)]
    places = _places(frame, inside)
    zones = [Zone(FRANCE, _("The whole of France"), sum(regions.values()), zone == FRANCE)] if regions else []
    zones += [Zone(key, REGIONS[key], count, zone == key) for key, count in sorted(regions.items())]
    return EcosystemMap(
        day=day,
        frame=frame,
        drawing=draw(frame),
        places=places,
        lines=_lines(relations, places),
        relations=relations,
        elsewhere=[one for one in placed if not _holds(frame.box, one)],
        unplaced=[one for one in there if not one.is_placed],
        zones=zones,
    )


def _spoken(name: str) -> str:
    """A name as one looks it up: databases put accents and capitals where they like."""
    return "".join(sign for sign in fold(name) if sign.isalnum() or sign == " ")


def _holds(box: Box, one: Organisation) -> bool:
    return one.latitude is not None and one.longitude is not None and box.holds(one.latitude, one.longitude)


def _box(placed: list[Organisation], zone: str) -> Box:
    france = frame_of(outlines().shapes)
    assert france is not None
    france = france.wider(0.2)
    if zone == FRANCE or not placed:
        return france
    if zone:
        those = [one for one in placed if one.region == zone]
        return _around(those, departments_of(zone)).wider(0.15)
    mainland = [one for one in placed if _holds(france, one)]
    those = mainland or placed
    near = _around(those, {one.department for one in those}).wider(0.15)
    if mainland and max(near.east - near.west, near.north - near.south) > NEAR:
        return france
    return near


def _around(those: list[Organisation], departments: Iterable[str]) -> Box:
    points = [(one.longitude or 0.0, one.latitude or 0.0) for one in those]
    known = frame_of(departments)
    if known:
        points += [(known.west, known.south), (known.east, known.north)]
    box = box_of(points)
    return box if known else box.wider(0.5)


def _shaped(box: Box) -> Box:
    """Neither a tower nor a ribbon: wide enough for its height, high enough for its width."""
    narrowing = math.cos(math.radians((box.south + box.north) / 2))
    width, height = (box.east - box.west) * narrowing, box.north - box.south
    if height > width * 1.2:
        more = (height / 1.2 - width) / 2 / narrowing
        return Box(box.west - more, box.south, box.east + more, box.north)
    if height < width * 0.7:
        more = (width * 0.7 - height) / 2
        return Box(box.west, box.south - more, box.east, box.north + more)
    return box


def _places(frame: Frame, inside: list[Organisation]) -> list[Place]:
    homes = [frame.place(one.latitude or 0.0, one.longitude or 0.0) for one in inside]
    shown = spread(homes, 2 * RADIUS + 1, (WIDTH, frame.height))
    return [
        Place(number, one, round(x, 1), round(y, 1), None if home == (x, y) else (round(home[0], 1), round(home[1], 1)))
        for number, (one, home, (x, y)) in enumerate(zip(inside, homes, shown, strict=True), start=1)
    ]


def _lines(relations: list[Relation], places: list[Place]) -> list[Line]:
    """One line for two structures, however many relations tie them; it ends where their points begin."""
    where = {place.organisation.pk: place for place in places}
    between: dict[frozenset[object], list[Relation]] = {}
    for relation in relations:
        if relation.subject_id in where and relation.object_id in where:
            between.setdefault(frozenset((relation.subject_id, relation.object_id)), []).append(relation)
    lines = []
    for ties in between.values():
        one, other = where[ties[0].subject_id], where[ties[0].object_id]
        x, y = other.x - one.x, other.y - one.y
        length = math.hypot(x, y)
        if length <= 2 * RADIUS:
            continue
        x, y = x / length * RADIUS, y / length * RADIUS
        is_directed = not any(tie.is_symmetric or tie.subject_id != ties[0].subject_id for tie in ties)
        x1, y1, x2, y2 = (round(value, 1) for value in (one.x + x, one.y + y, other.x - x, other.y - y))
        lines.append(Line(x1, y1, x2, y2, is_directed))
    return lines
