"""Letters: the queue sends them, tries again where the post does not take them, and says so when it never did.

A letter that has gone keeps neither its text nor the address (see `Letter`).
"""

import re
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import models, transaction
from django.utils import timezone

from recolte.community.models import Community, Letter, User
from recolte.jobs import actions as jobs
from recolte.jobs.actions import TryLater
from recolte.journal.actions import record

# How long the post is left alone after each time that it did not take a letter; then the letter is given up.
PATIENCE = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


@transaction.atomic
def post(
    community: Community, to: str, subject: str, body: str, *, about: models.Model, by: User | None, calendar: str = ""
) -> Letter:
    """Put a letter in the post. `calendar` is an iCalendar object that goes along (RFC 5545, with its METHOD)."""
    letter = Letter.objects.create(
        community=community,
        by=by,
        to=to.strip(),
        subject=" ".join(subject.split())[:250],
        body=body,
        calendar=calendar,
        about=about._meta.label_lower,
        about_id=str(about.pk),
    )
    _start(letter)
    return letter


@transaction.atomic
def post_again(letter: Letter, *, by: User) -> None:
    """Try a letter again that was given up."""
    found = Letter.objects.filter(pk=letter.pk, state=Letter.State.FAILED)
    if found.update(state=Letter.State.WAITING, tries=0):
        record("letter.posted_again", letter, by=by)
        _start(letter)


def _start(letter: Letter) -> None:
    jobs.start("community.send_letter", letter.pk, community=letter.community, by=letter.by)


def send(letter: Letter) -> None:
    """Hand the letter to the post. Raises `TryLater` while there is hope; given up, it says so."""
    message = EmailMessage(letter.subject, letter.body, None, [letter.to])
    if letter.calendar:
        method = (re.search(r"^METHOD:(\w+)", letter.calendar, re.MULTILINE) or ("", "PUBLISH"))[1]
        message.attach("invitation.ics", letter.calendar.encode(), f"text/calendar; charset=utf-8; method={method}")
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors too
        letter.tries += 1
        if letter.tries > len(PATIENCE):
            letter.state = Letter.State.FAILED
            letter.save(update_fields=["tries", "state"])
            record("letter.given_up", letter, by=None, tries=letter.tries)
            return
        letter.save(update_fields=["tries"])
        raise TryLater(PATIENCE[letter.tries - 1]) from error
    gone: dict[str, Any] = {"to": "", "body": "", "calendar": ""}
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=timezone.now(), **gone)
