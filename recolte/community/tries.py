"""Wrong codes in a row: how many, and until when there is no more trying (ADR 17).

Counted for an address across all the codes that were sent to it, and for somebody's second step. Kept in the cache, which
is the database's, under a keyed hash of whom they are about; they go by themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from recolte.community.models import User

IN_A_ROW = 5  # wrong codes, then it is closed
REMEMBERED = timedelta(days=1)  # a wrong code, when no other follows
CLOSINGS_REMEMBERED = timedelta(days=30)  # unless the right code comes in between


def closed_for(closings: int) -> timedelta:
    """How long, the first time, the second…: an hour, then a day; a month once a hundred were wrong."""
    if closings * IN_A_ROW >= 100:
        return timedelta(days=30)
    return timedelta(days=1) if closings > 1 else timedelta(hours=1)


class Closed(Exception):
    """No more trying until then; `just_now`: this try closed it, and somebody is to be told."""

    def __init__(self, until: datetime, *, just_now: bool = False) -> None:
        super().__init__(until)
        self.until, self.just_now = until, just_now


@dataclass(frozen=True)
class Tries:
    """Those for one address (`at` is "letter"), or at the second step of one account (`at` is "second_step")."""

    at: str
    whose: str

    @property
    def key(self) -> str:
        return f"tries:{self.at}:{salted_hmac('recolte.tries', self.whose, algorithm='sha256').hexdigest()}"

    def closed_until(self) -> datetime | None:
        until: datetime | None = cache.get(f"{self.key}:closed")
        return until if until and until > timezone.now() else None

    def begin(self) -> str:
        """Take one of the tries that are left, before anything is compared: asking many times at once gives no more of
        them (`cache.add` lets one in). Returns its slot; raises `Closed`."""
        closings = self._closings()  # before looking whether it is closed, since closing goes the other way about
        if until := self.closed_until():
            raise Closed(until)
        for slot in self._slots(closings):
            if cache.add(slot, True, REMEMBERED.total_seconds()):
                return slot
        raise self._close(closings)  # others hold them all at this moment, or died holding them

    def give_back(self, slot: str) -> None:
        """Nothing was compared after all."""
        cache.delete(slot)

    def wrong(self) -> None:
        """It was the wrong code. Raises `Closed` when it was the last try."""
        closings = self._closings()
        if len(cache.get_many(self._slots(closings))) == IN_A_ROW:
            raise self._close(closings)

    def right(self) -> None:
        """The right code, or somebody opened it again: nothing is counted any more."""
        slots = [slot for closings in range(self._closings() + 1) for slot in self._slots(closings)]
        cache.delete_many([*slots, f"{self.key}:closings", f"{self.key}:closed"])

    def _closings(self) -> int:
        return int(cache.get(f"{self.key}:closings", 0))

    def _slots(self, closings: int) -> list[str]:
        """Others after each closing: who was late finds those of before all taken."""
        return [f"{self.key}:{closings}:{number}" for number in range(IN_A_ROW)]

    def _close(self, closings: int) -> Closed:
        span = closed_for(closings + 1)
        until = timezone.now() + span
        if not cache.add(f"{self.key}:closed", until, span.total_seconds()):
            return Closed(self.closed_until() or until)  # somebody else just did
        cache.set(f"{self.key}:closings", closings + 1, CLOSINGS_REMEMBERED.total_seconds())
        return Closed(until, just_now=True)


def of_address(email: str) -> Tries:
    return Tries("letter", email.strip().lower())


def of_second_step(user: User) -> Tries:
    return Tries("second_step", str(user.pk))
