"""The letter of the evening: what happened today and what comes next, to all members; by hand or by itself."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import User
from recolte.gatherings.day import announced, told
from recolte.gatherings.models import Evening, Gathering
from recolte.gatherings.rules import why_no_evening
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import record

HOUR = time(20)  # on the clock where the gathering is


def day_to_tell(gathering: Gathering) -> date:
    """Today; the morning after the gathering, its last day."""
    return min(gathering.today, gathering.last_day or gathering.today)


def draft(gathering: Gathering, day: date, *, by: User | None) -> str:
    """The letter as it could be sent: what each stage tells of that day and of what comes next."""
    words = {
        "gathering": gathering,
        "day": day,
        "lines": told(gathering, day),
        "ahead": announced(gathering, day),
        "by": by or gathering.community,
        "url": site_address(gathering.get_absolute_url()),
    }
    return render_to_string("gatherings/digest.txt", words)


def was_sent(gathering: Gathering, day: date) -> bool:
    return gathering.evenings.filter(day=day).exists()


@transaction.atomic
def send_digest(
    gathering: Gathering, body: str, *, by: User | None, day: date | None = None, again: bool = False
) -> int:
    """Post the letter of `day` (see `day_to_tell`) to every member; how many letters.

    Raises ValidationError when there is none to send (`why_no_evening`), or when one was sent of that day already, unless it
    is to go out `again`. The row that says so and the letters are one transaction: two at the same moment send one letter,
    and one that was killed has sent none.
    """
    gathering = Gathering.objects.select_for_update(of=("self",)).select_related("community").get(pk=gathering.pk)
    if why_not := why_no_evening(gathering, day):
        raise ValidationError(why_not)
    day = day or day_to_tell(gathering)
    facts = {"community_id": gathering.community_id}
    _evening, is_first = Evening.objects.get_or_create(gathering=gathering, day=day, defaults=facts)
    if not is_first and not again:
        raise ValidationError(
            _("A letter of that day was already sent: press once more if this one is to go out as well.")
        )
    members = User.objects.filter(memberships__community=gathering.community, is_active=True)
    subject = _("%(gathering)s: the letter of the evening") % {"gathering": gathering}
    letters = [post(gathering.community, one.email, subject, body, about=gathering, by=by) for one in members]
    crashpoint("evening.posted")
    record("digest.sent", gathering, by=by, day=day.isoformat(), letters=len(letters))
    return len(letters)


# By itself -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def tell_evenings(gathering: Gathering, by_itself: bool, *, by: User) -> None:
    """Let the letter of each evening go out by itself, or by hand alone."""
    if Gathering.objects.filter(pk=gathering.pk).exclude(tells_evenings=by_itself).update(tells_evenings=by_itself):
        record("gathering.evenings_told", gathering, by=by, by_itself=by_itself)


def evenings_due(now: datetime) -> list[tuple[Gathering, date]]:
    """The gatherings whose letter of today is to go out by itself by `now`, and has not gone out yet.

    Where no worker ran between `HOUR` and midnight, the letter of that day is left out: tomorrow it would be stale.
    """
    day = timedelta(days=1)
    those = Gathering.objects.confirmed().filter(tells_evenings=True, starts_on__lte=now.date() + day)
    due = []
    for gathering in those.exclude(pk__in=those.order_by().over(now.date() - day).values("pk")):
        here, first, last = now.astimezone(gathering.zone), gathering.starts_on, gathering.last_day
        if first and last and first <= here.date() <= last and here.time() >= HOUR:
            due.append((gathering, here.date()))
    letters = Evening.objects.filter(gathering__in=[gathering for gathering, _day in due])
    sent = set(letters.values_list("gathering", "day"))
    return [(gathering, today) for gathering, today in due if (gathering.pk, today) not in sent]


def send_by_itself(gathering: Gathering, day: date) -> int:
    """The letter of `day` as it was drafted; none if one was sent, or if it is wanted no more. How many letters."""
    if not Gathering.objects.filter(pk=gathering.pk, tells_evenings=True).exists():
        return 0
    try:
        return send_digest(gathering, draft(gathering, day, by=None), by=None, day=day)
    except ValidationError:
        return 0
