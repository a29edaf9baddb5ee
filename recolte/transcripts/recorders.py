"""Several recorders of one session: which recordings may be of the same moment, and how those that are lie together."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from recolte.community.models import Reader
from recolte.engine.audio import Pair, clearest, groups
from recolte.sources.models import Kind, Source, SourceQuerySet, State
from recolte.transcripts.models import HeardElsewhere, SameMoment
from recolte.ui.durations import clock

MOST = 12  # recordings that are put beside each other at once
LATITUDE = timedelta(minutes=30)  # by which the clock of a telephone may be wrong


def alongside(source: Source) -> list[Source]:
    """The agreed recordings of the gathering that may be of the same moment: of the same session, or whose dates do not say
    that they are of another. Whether they are, the sound says.
    """
    others = Source.objects.agreed().filter(gathering=source.gathering_id, kind=Kind.RECORDING).exclude(pk=source.pk)
    ready = others.filter(state__in=[State.READY, State.DAMAGED]).select_related("deposit")
    return [one for one in ready.order_by("id") if _may_be_of(source, one)][: MOST - 1]


def _may_be_of(source: Source, other: Source) -> bool:
    if source.session_id and other.session_id:
        return source.session_id == other.session_id
    if not source.dated_at or not other.dated_at:
        return True
    first, last = sorted((source, other), key=lambda one: one.dated_at or source.received_at)
    assert first.dated_at and last.dated_at
    return last.dated_at <= first.dated_at + timedelta(milliseconds=first.duration_ms or 0) + LATITUDE


@dataclass(frozen=True, slots=True)
class Recorder:
    """A recording as the page lists it beside others of the same moment. `at_ms`: where it hears what is asked for."""

    source: Source
    is_clearest: bool
    is_used: bool
    clarity: int  # dB
    loud: int  # percent of the time
    shared: str
    at_ms: int | None

    @property
    def clock(self) -> str:
        return clock(self.at_ms) if self.at_ms is not None else ""

    @property
    def url(self) -> str:
        page = self.source.get_absolute_url()
        return f"{page}#t={self.at_ms / 1000:g}" if self.at_ms is not None else page


def recorders_of(source: Source, reader: Reader, at_ms: int = 0) -> list[Recorder]:
    """`source` and the recordings of its moment that `reader` may see, the clearest first; none where it is alone."""
    sources, found, rows = _together(source, Source.objects.readable_by(reader))
    keys = list(sources)
    group = next((one for one in groups(found) if source.pk in sources and keys.index(source.pk) in one), [])
    best = clearest(group, found) if group else None
    direct: dict[int, int] = {keys.index(source.pk): at_ms} if group else {}
    for row in rows:
        if row.one_id == source.pk:
            direct[keys.index(row.other_id)] = row.moment.place(at_ms)
        elif row.other_id == source.pk:
            direct[keys.index(row.one_id)] = row.moment.back(at_ms)
    used = set(HeardElsewhere.objects.filter(chosen__in=keys).values_list("chosen", flat=True))
    listed = []
    for number in group:
        one = sources[keys[number]]
        own = [_of(pair, number) for pair in found if number in (pair.one, pair.other)]
        at = direct.get(number)
        listed.append(
            Recorder(
                source=one,
                is_clearest=number == best,
                is_used=one.pk in used,
                clarity=round(sum(facts[0] for facts in own) / len(own)),
                loud=round(100 * max(facts[1] for facts in own)),
                shared=clock(max(pair.shared_ms for pair in found if number in (pair.one, pair.other))),
                at_ms=at if at is not None and 0 <= at < (one.duration_ms or 0) else None,
            )
        )
    return sorted(listed, key=lambda one: (not one.is_clearest, -one.clarity))


def moment_of(source: Source) -> list[Source]:
    """All the agreed recordings that are known to be of the moment of `source`, itself among them."""
    sources, found, _rows = _together(source, Source.objects.agreed())
    keys = list(sources)
    group = next((one for one in groups(found) if source.pk in sources and keys.index(source.pk) in one), [])
    return [sources[keys[number]] for number in group] or [source]


def same_seconds(sources: Collection[UUID]) -> list[tuple[UUID, UUID, Callable[[float], int]]]:
    """(source, other, at) for each recording of the moment of one of `sources`: what `other` hears at a time (ms), `source`
    hears at `at(time)`.
    """
    found: list[tuple[UUID, UUID, Callable[[float], int]]] = []
    for row in SameMoment.objects.filter(Q(one__in=sources) | Q(other__in=sources)):
        if row.one_id in sources:
            found.append((row.one_id, row.other_id, row.moment.back))
        if row.other_id in sources:
            found.append((row.other_id, row.one_id, row.moment.place))
    return found


def beside(sources: Collection[UUID]) -> set[UUID]:
    """The other recordings of the moments of `sources`."""
    return {other for _source, other, _at in same_seconds(sources)}


def _together(source: Source, those: SourceQuerySet) -> tuple[dict[UUID, Source], list[Pair], list[SameMoment]]:
    """The recordings of the gathering of which a machine found others of the same moment, among `those`; the pairs."""
    rows = SameMoment.objects.filter(one__gathering=source.gathering_id, one__in=those, other__in=those)
    found = list(rows.select_related("one__deposit", "other__deposit"))
    sources: dict[UUID, Source] = {one.pk: one for row in found for one in (row.one, row.other)}
    place = {pk: number for number, pk in enumerate(sources)}
    pairs = [
        Pair(
            one=place[row.one_id],
            other=place[row.other_id],
            moment=row.moment,
            shared_ms=row.shared_ms,
            clarity=(row.clarity_of_one, row.clarity_of_other),
            distorted=(row.loud_in_one, row.loud_in_other),
        )
        for row in found
    ]
    return sources, pairs, found


def _of(pair: Pair, number: int) -> tuple[float, float]:
    """How clear one of the two is, and how much of it is too loud."""
    side = 0 if pair.one == number else 1
    return pair.clarity[side], pair.distorted[side]
