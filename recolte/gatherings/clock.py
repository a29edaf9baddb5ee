"""Times on the clock of a place: they are kept in UTC, and stay what they were on that clock when days move."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) when the clock of `zone` shows `clock` on `day`."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def last_day_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def moved(starts_at: datetime, ends_at: datetime, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A slot moved by whole days, at the same times of the clock.

    Where the night of daylight saving swallows its end, it keeps its length instead.
    """
    start, end = (one.astimezone(zone) for one in (starts_at, ends_at))
    first = at(start.date() + timedelta(days), start.time(), zone)
    last = at(end.date() + timedelta(days), end.time(), zone)
    return first, last if last > first else first + (ends_at - starts_at)
