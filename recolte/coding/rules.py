from datetime import timedelta

from django.utils import timezone

from recolte.coding.models import Code, Coding, Excerpt
from recolte.community.models import Reader
from recolte.community.rules import READS_ONLY, can_contribute, is_of_the_team, role_in
from recolte.sources.models import Source
from recolte.sources.rules import works_on

MISTAKEN_FOR = timedelta(days=1)


def can_code(user: Reader, source: Source) -> bool:
    """Whoever contributes and may read it: what one sees in it should not wait for somebody's rights."""
    return source.is_agreed and can_contribute(user, source.community)


def can_uncode(user: Reader, coding: Coding) -> bool:
    return coding.by == user or is_of_the_team(user, coding.community)


def can_edit_code(user: Reader, code: Code) -> bool:
    return is_of_the_team(user, code.community)


def can_strike_for(user: Reader, source: Source) -> bool:
    """Strike words off the record for somebody who asked: those who work on the source."""
    return works_on(user, source)


def can_take_strike_back(user: Reader, excerpt: Excerpt) -> bool:
    """Who noted it, within a day: a slip of the hand. What somebody struck themselves stays struck."""
    noted_at = excerpt.struck_at if excerpt.struck_noted_by == user else None
    return noted_at is not None and timezone.now() - noted_at < MISTAKEN_FOR


def can_read_back(user: Reader, excerpt: Excerpt) -> bool:
    """A note is read back by somebody else than who brought it; a host or a committee too, who may have been there."""
    role = role_in(excerpt.community, user)
    return role is not None and role not in READS_ONLY and excerpt.source.deposit.by != user
