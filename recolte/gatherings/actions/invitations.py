"""Asking people to come, hearing what they answer, reminding them, telling them of what changed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.letters import post
from recolte.community.models import Community, Person, User
from recolte.community.people import find_or_make_person
from recolte.gatherings.calendars import cancellation, invitation, ready
from recolte.gatherings.models import Answer, CalendarFeed, Gathering, Invitation
from recolte.gatherings.rules import reminded_lately
from recolte.journal.actions import record

# Signed without a date: the same invitation, the same calendar always have the same address.
_answers = signing.Signer(salt="gathering-answer")
_feeds = signing.Signer(salt="calendar-feed")


def person_of(user: User, community: Community, *, by: User | None) -> Person:
    """The person that a member is, made if there is none. A name alone never makes an account somebody's."""
    person = Person.objects.filter(community=community, user=user).first()
    if person is None:
        person = Person.objects.create(community=community, user=user, name=str(user)[:120])
        record("person.added", person, by=by)
    return person


@transaction.atomic
def invite_to(
    gathering: Gathering, members: Iterable[User], others: Iterable[tuple[str, str]] = (), *, by: User
) -> list[Invitation]:
    """Ask members, and others by name and e-mail address, to come; who was asked already is not asked again.

    Each gets a letter with a calendar and a link to answer by. Raises ValidationError while the gathering is under study
    or called off, or has no date.
    """
    _may_be_told(gathering)
    community = gathering.community
    asked = [(person_of(user, community, by=by), user.email) for user in members]
    for name, email in others:
        email = email.strip().lower()
        member = User.objects.filter(memberships__community=community, email=email).first()
        person = (
            person_of(member, community, by=by) if member else find_or_make_person(community, name=name, role="", by=by)
        )
        asked.append((person, email))
    known = {one.person_id: one for one in gathering.invitations.select_related("gathering__community", "person", "by")}
    made, new = [], 0
    for person, email in asked:
        one = known.get(person.pk)
        if one is None:
            one = Invitation.objects.create(community=community, gathering=gathering, person=person, email=email, by=by)
            post_invitation(one, "gatherings/letters/invitation.txt", _("Invitation: %(name)s"), by=by)
            new += 1
        elif one.is_withdrawn:
            renew(one, email, by=by)
        else:
            continue
        known[person.pk] = one
        made.append(one)
    if new:
        record("gathering.invited", gathering, by=by, people=new)
    return made


@transaction.atomic
def await_answers(gathering: Gathering, by_day: date | None, *, by: User) -> None:
    """Say until when answers are awaited; no day: for as long as they come."""
    if gathering.answer_by != by_day:
        gathering.answer_by = by_day
        gathering.save(update_fields=["answer_by"])
        record("gathering.answers_awaited", gathering, by=by, day=by_day.isoformat() if by_day else "")


def _may_be_told(gathering: Gathering) -> None:
    ready(gathering)
    if gathering.is_called_off:
        raise ValidationError(_("This gathering is called off: take it up again first, then people can be invited."))


@transaction.atomic
def renew(invited: Invitation, email: str, *, by: User) -> None:
    """Ask somebody again whose invitation was withdrawn; what they had answered is no longer known."""
    _may_be_told(invited.gathering)
    fresh: dict[str, Any] = {
        "email": email,
        "answer": "",
        "remark": "",
        "answered_at": None,
        "reminded_at": None,
        "by": by,
    }
    fresh |= {"withdrawn_at": None, "withdrawn_because": "", "sent_at": timezone.now()}
    for name, value in fresh.items():
        setattr(invited, name, value)
    invited.save(update_fields=list(fresh))
    invited.gathering.raise_sequence()
    post_invitation(invited, "gatherings/letters/invitation.txt", _("Invitation: %(name)s"), by=by)
    record("invitation.renewed", invited, by=by, gathering=str(invited.gathering_id))


@transaction.atomic
def remind(gathering: Gathering, *, by: User) -> int:
    """Write again to those who have not answered, to each once a day at most; returns to how many."""
    _may_be_told(gathering)
    waiting = list(gathering.invitations.unanswered().select_related("gathering__community", "person", "by"))
    due = [one for one in waiting if not reminded_lately(one.reminded_at)]
    if waiting and not due:
        raise ValidationError(_("They were reminded less than a day ago: wait until tomorrow."))
    for one in due:
        post_invitation(one, "gatherings/letters/reminder.txt", _("Will you come? %(name)s"), by=by)
    Invitation.objects.filter(pk__in=[one.pk for one in due]).update(reminded_at=timezone.now())
    if due:
        record("gathering.reminded", gathering, by=by, people=len(due))
    return len(due)


def tell_changed(gathering: Gathering, *, by: User) -> None:
    """Write the new dates to those invited who have not said no, with a calendar that replaces the one they have."""
    if gathering.is_option or gathering.is_called_off or not gathering.starts_on:
        return
    for one in gathering.invitations.reachable().select_related("gathering__community", "person", "by"):
        post_invitation(one, "gatherings/letters/changed.txt", _("New dates: %(name)s"), by=by)


@transaction.atomic
def answer_invitation(invited: Invitation, answer: Answer, remark: str) -> None:
    """What somebody answers through their link; they may change their mind."""
    invited.answer, invited.remark, invited.answered_at = answer, remark.strip(), timezone.now()
    invited.save(update_fields=["answer", "remark", "answered_at"])
    record("gathering.answered", invited, by=None, answer=str(answer))


def post_invitation(invited: Invitation, template: str, subject: str, *, by: User) -> None:
    """A letter that asks, with a calendar that replaces the one they may have."""
    link = answer_link(invited)
    _post(invited, template, subject, invitation(invited, link), {"link": link}, by=by)


def post_cancellation(invited: Invitation, template: str, subject: str, *, by: User) -> None:
    """A letter that says that they are not awaited, with a calendar that takes the gathering out of theirs."""
    _post(invited, template, subject, cancellation(invited), {}, by=by)


def _post(invited: Invitation, template: str, subject: str, calendar: str, more: dict[str, str], *, by: User) -> None:
    words = {"gathering": invited.gathering, "invited": invited, "by": by} | more
    post(
        invited.gathering.community,
        invited.email,
        subject % {"name": invited.gathering},
        render_to_string(template, words),
        about=invited,
        by=by,
        calendar=calendar,
    )


def answer_link(invited: Invitation) -> str:
    return site_address(reverse("answer_invitation", args=[_answers.sign(str(invited.pk))]))


def read_answer_link(token: str) -> Invitation | None:
    """The invitation behind a link, or None when the link is wrong or the invitation is no more."""
    try:
        key = _answers.unsign(token)
    except signing.BadSignature:
        return None
    return Invitation.objects.filter(pk=key).select_related("gathering__community", "person", "by").first()


# The calendar that a member follows ----------------------------------------------------------------------------------


def feed_link(feed: CalendarFeed) -> str:
    token = _feeds.sign_object([str(feed.pk), feed.number])
    return site_address(reverse("calendar_feed", args=[token]))


def read_feed_link(token: str) -> CalendarFeed | None:
    """Whose calendar this is; None when the address was invented or replaced, or they are no longer a member."""
    try:
        key, number = _feeds.unsign_object(token)
    except signing.BadSignature:
        return None
    feeds = CalendarFeed.objects.filter(pk=key, number=number, user__is_active=True).select_related("community", "user")
    feed = feeds.first()
    return feed if feed and feed.community.memberships.filter(user=feed.user_id).exists() else None


@transaction.atomic
def open_feed(community: Community, *, by: User) -> CalendarFeed:
    """Give the member an address to follow; any address given out before stops working."""
    feed, is_new = CalendarFeed.objects.get_or_create(community=community, user=by)
    if not is_new:
        feed.number += 1
        feed.save(update_fields=["number"])
    record("calendar_feed.opened", feed, by=by, number=feed.number)
    return feed


@transaction.atomic
def close_feed(feed: CalendarFeed, *, by: User) -> None:
    record("calendar_feed.closed", feed, by=by)
    feed.delete()
