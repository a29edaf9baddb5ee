"""Long work: one row per job with its stage, progress, result; and one heartbeat row per worker.

The queue itself is django-tasks-db's. It loses what a killed worker held; the heartbeat and `actions.sweep` give it back.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recolte.ui.ids import uuid7

LEASE = timedelta(seconds=10)  # a worker silent for longer is dead
TRIES = 3


class Worker(models.Model):
    """A process that takes jobs. `seen_at` is its heartbeat."""

    id = models.CharField(primary_key=True, max_length=64)
    pid = models.IntegerField()
    host = models.CharField(max_length=120)
    queues = models.CharField(max_length=120)
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


ACTIVE = [State.QUEUED, State.RUNNING]


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> "JobQuerySet":
        return self.filter(state__in=ACTIVE)

    def abandoned(self) -> "JobQuerySet":
        """Running jobs whose worker is gone or has been silent for longer than its lease."""
        silent = timezone.now() - LEASE
        return self.filter(state=State.RUNNING).filter(
            models.Q(worker__isnull=True) | models.Q(worker__seen_at__lt=silent)
        )


class Job(models.Model):
    """One piece of long work on one thing (`subject`). `attempt` is also its fencing token: see `Running.step`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community = models.ForeignKey("community.Community", models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=60)
    subject = models.UUIDField()
    # What it belongs to (a gathering, say): the topic that pages listen to.
    topic = models.UUIDField(null=True, db_index=True)
    options = models.JSONField(default=dict)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=40, default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)
    problem = models.CharField(max_length=40, default="")
    cancel_requested = models.BooleanField(default=False)

    attempt = models.IntegerField(default=0)
    worker = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="jobs")
    task_id = models.CharField(max_length=64, default="")
    queued_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    # When this attempt began to advance, and from where: what remains is reckoned from that.
    stage_started_at = models.DateTimeField(null=True)
    stage_started_from = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "subject"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_active_job_per_subject",
            )
        ]
        indexes = [models.Index(fields=["subject", "name"])]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def elapsed(self) -> timedelta | None:
        """Time since this attempt started (to its end, once it has ended)."""
        if not self.started_at:
            return None
        return (self.finished_at or timezone.now()) - self.started_at

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def remaining(self) -> timedelta | None:
        """The time that the stage under way still needs, at the pace it has had so far; None until it has a pace."""
        advanced = self.done - self.stage_started_from
        if self.state != State.RUNNING or not self.stage_started_at or advanced <= 0 or not self.total:
            return None
        pace = (self.changed_at - self.stage_started_at) / advanced
        return max(timedelta(0), pace * (self.total - self.done) - (timezone.now() - self.changed_at))
