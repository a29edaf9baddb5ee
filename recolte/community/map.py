"""The ecosystem as it was on a day: who existed, where, and what tied them; drawn, and as lists that say the same."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from recolte.community.models import Community, Organisation, Relation
from recolte.engine.territories import OVERSEAS, REGIONS, Box, box_of, departments_of, frame_of, outlines
from recolte.engine.territories.drawing import Drawing, Frame, draw, spread
from recolte.engine.words import fold

RADIUS = 9  # of a point, in the units of the drawing
NEAR = 3.5  # degrees: departments in a frame smaller than this are drawn alone
FRANCE = "france"
INSET = 120  # the width of a drawing of an overseas department, in the units of the large one


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
class Inset:
    """An overseas department, drawn apart: as large as there is room, not to the scale of the rest."""

    label: str
    frame: Frame
    drawing: Drawing
    places: list[Place]
    lines: list[Line]


@dataclass(frozen=True)
class EcosystemMap:
    """`places` are on the drawing, those of `insets` on theirs; `elsewhere` lie outside all of them, of `unplaced` nobody
    knows where they are.
    """

    day: date
    frame: Frame
    drawing: Drawing
    places: list[Place]
    lines: list[Line]
    insets: list[Inset]
    relations: list[Relation]
    elsewhere: list[Organisation]
    unplaced: list[Organisation]
    zones: list[Zone]

    @property
    def every_place(self) -> list[Place]:
        return [*self.places, *(place for inset in self.insets for place in inset.places)]


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
    outside = [one for one in placed if not _holds(frame.box, one)]
    insets = [] if zone in regions else _insets(outside, relations, first=len(places) + 1)
    drawn = {place.organisation.pk for inset in insets for place in inset.places}
    zones = [Zone(FRANCE, _("The whole of France"), sum(regions.values()), zone == FRANCE)] if regions else []
    zones += [Zone(key, REGIONS[key], count, zone == key) for key, count in sorted(regions.items())]
    return EcosystemMap(
        day=day,
        frame=frame,
        drawing=draw(frame),
        places=places,
        lines=_lines(relations, places),
        insets=insets,
        relations=relations,
        elsewhere=[one for one in outside if one.pk not in drawn],
        unplaced=[one for one in there if not one.is_placed],
        zones=zones,
    )


def _spoken(name: str) -> str:
    """A name as one looks it up: databases put accents and capitals where they like."""
    return "".join(sign for sign in fold(name) if sign.isalnum() or sign == " ")


def _holds(box: Box, one: Organisation) -> bool:
    return one.latitude is not None and one.longitude is not None and box.holds(one.latitude, one.longitude)


def _box(placed: list[Organisation], zone: str) -> Box:
    france = frame_of(outlines().mainland)
    assert france is not None
    france = france.wider(0.2)
    if zone == FRANCE or not placed:
        return france
    if zone:
        those = [one for one in placed if one.region == zone]
        return _around(those, departments_of(zone)).wider(0.15)
    mainland = [one for one in placed if _holds(france, one)]
    if not mainland and len({one.department for one in placed}) > 1:
        return france  # with several departments overseas beside it, not the ocean between them
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


def _insets(outside: list[Organisation], relations: list[Relation], *, first: int) -> list[Inset]:
    """A drawing of each overseas department in which one of `outside` lies; their numbers go on from `first`."""
    found = []
    for code, label in OVERSEAS.items():
        those = [one for one in outside if one.department == code]
        if not those:
            continue
        frame = Frame(_shaped(_around(those, [code]).wider(0.06)), INSET)
        places = _places(frame, those, first)
        first += len(places)
        found.append(Inset(label, frame, draw(frame), places, _lines(relations, places)))
    return found


def _places(frame: Frame, inside: list[Organisation], first: int = 1) -> list[Place]:
    homes = [frame.place(one.latitude or 0.0, one.longitude or 0.0) for one in inside]
    shown = spread(homes, 2 * RADIUS + 1, (frame.width, frame.height))
    return [
        Place(number, one, round(x, 1), round(y, 1), None if home == (x, y) else (round(home[0], 1), round(home[1], 1)))
        for number, (one, home, (x, y)) in enumerate(zip(inside, homes, shown, strict=True), start=first)
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
