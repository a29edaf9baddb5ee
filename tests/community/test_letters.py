"""Letters: sent by the queue; where the post does not take them they wait, then say so; once gone, nothing of them is kept."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from recolte.community.letters import PATIENCE, post, post_again
from recolte.community.models import Letter
from recolte.jobs.actions import execute
from recolte.jobs.models import Job, State
from recolte.journal.models import Event
from tests.world import World, work

CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


class Closed(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("closed")


@pytest.fixture
def write(world: World) -> Callable[..., Letter]:
    return lambda **more: post(
        world.community,
        " chloe@example.org ",
        "Bonjour\nChloé",
        "Venez.",
        about=world.gathering,
        by=world.amina,
        **more,
    )


def _kept(letter: Letter) -> tuple[str, str, str, str]:
    letter.refresh_from_db()
    return letter.to, letter.subject, letter.body, letter.calendar


def test_a_letter_goes_with_its_calendar_and_keeps_its_subject_alone(write: Callable[..., Letter]) -> None:
    letter = write(calendar=CALENDAR)
    assert (_kept(letter), mail.outbox) == (("chloe@example.org", "Bonjour Chloé", "Venez.", CALENDAR), [])
    work()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["chloe@example.org"], "Bonjour Chloé", "Venez.")
    ((name, content, kind),) = sent.attachments
    assert (name, content) == ("invitation.ics", CALENDAR)
    assert kind == "text/calendar; charset=utf-8; method=REQUEST"
    assert (_kept(letter), letter.state, letter.sent_at is not None) == (("", "Bonjour Chloé", "", ""), "sent", True)


def test_where_the_post_is_closed_the_letter_waits_and_longer_each_time(
    write: Callable[..., Letter], settings: Any
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Closed"
    letter = write()
    job = Job.objects.get(name="community.send_letter")
    for tries, patience in enumerate(PATIENCE, 1):
        before = timezone.now()
        execute(str(job.pk))
        job.refresh_from_db()
        letter.refresh_from_db()
        assert (job.state, job.attempt, letter.state, letter.tries) == (State.QUEUED, 0, "waiting", tries)
        begins = DBTaskResult.objects.get(pk=job.task_id).run_after
        assert timedelta(0) <= begins - (before + patience) < timedelta(seconds=30)
    execute(str(job.pk))
    job.refresh_from_db()
    letter.refresh_from_db()
    assert (job.state, letter.state, letter.tries) == (State.DONE, "failed", len(PATIENCE) + 1)
    assert _kept(letter)[0] == "chloe@example.org"
    assert Event.objects.filter(verb="letter.given_up").count() == 1


def test_a_letter_that_was_given_up_can_be_posted_again(
    world: World, write: Callable[..., Letter], settings: Any
) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Closed"
    letter = write()
    work()
    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == ("failed", [])
    settings.EMAIL_BACKEND = backend
    post_again(letter, by=world.amina)
    post_again(letter, by=world.amina)  # pressed twice: sent once
    work()
    letter.refresh_from_db()
    assert (letter.state, [one.to for one in mail.outbox]) == ("sent", [["chloe@example.org"]])
