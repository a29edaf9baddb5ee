"""Starting, cancelling and giving back long work; and what a running job may do (`Running`)."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import Error, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recolte.engine.problems import Unreadable
from recolte.jobs.crashpoints import crashpoint
from recolte.jobs.models import LEASE, TRIES, Job, State, Worker

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody asked this job to stop."""


class Interrupted(Exception):
    """The worker is shutting down: the job goes back to the queue and goes on where it was."""


class TryLater(Exception):
    """What the job needs is not there now (the post, say): it goes back to the queue and waits for `delay`."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


class LeaseLost(Exception):
    """Another worker has taken this job over: nothing more may be written for it here."""


Handler = Callable[["Running"], dict[str, Any] | None]
_handlers: dict[str, tuple[Handler, str]] = {}
_nightly: list[str] = []
_beats: list[Callable[[], None]] = []
stopping = False  # set by the worker when it is told to stop


def job(name: str, *, queue: str = "default", nightly: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs called `name`; `nightly`, one is started every night by itself."""

    def register(handler: Handler) -> Handler:
        _handlers[name] = (handler, queue)
        if nightly:
            _nightly.append(name)
        return handler

    return register


def with_each_beat(function: Callable[[], None]) -> Callable[[], None]:
    """Register what starts the jobs of a stage whose hour has come. Every worker calls it every few seconds: it must be quick,
    and start nothing twice.
    """
    _beats.append(function)
    return function


def start(
    name: str, subject: UUID, *, community: Any = None, by: Any = None, topic: UUID | None = None, **options: Any
) -> Job:
    """Queue the job `name` on `subject`. While one such job is waiting or running, that one is returned instead."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                name=name, subject=subject, community=community, by=by, topic=topic, options=options
            )
            _enqueue(job)
    except IntegrityError:
        return Job.objects.filter(name=name, subject=subject).latest("id")  # it may have ended this instant
    return job


def _enqueue(job: Job, *, first: bool = False, after: timedelta | None = None) -> None:
    """Put `job` at the end of its queue; `first`, what had its turn already, before all that waits; not before `after`."""
    run = import_string("recolte.jobs.tasks.run")  # by name: the task calls this module back
    _handler, queue = _handlers.get(job.name, (None, "default"))
    begins = timezone.now() + after if after else None
    job.task_id = str(run.using(queue_name=queue, priority=int(first), run_after=begins).enqueue(str(job.pk)).id)
    job.save(update_fields=["task_id", "changed_at"])


def start_nightly() -> None:
    """Start what is done once a night, from three o'clock on — late, where the machine was asleep then."""
    night = timezone.localtime().replace(hour=3, minute=0, second=0, microsecond=0)
    if timezone.localtime() < night:
        night -= timedelta(days=1)
    for name in _nightly:
        tonight = uuid5(NAMESPACE_URL, f"recolte:{name}:{night.date()}")
        done = Job.objects.filter(subject=tonight, name=name).exists()
        if not done and Job.objects.filter(queued_at__lt=night).exists():  # a house that began today has had no night
            start(name, tonight)


def start_due() -> None:
    """Start what is to be done at this hour."""
    start_nightly()
    for function in _beats:
        try:
            function()
        except Error:  # the database's: told where the heartbeat is written
            raise
        except Exception:  # a stage's mistake must not make a worker look dead
            logger.exception("%s failed", function.__name__)


def cancel(job: Job) -> None:
    """Ask `job` to stop: at once when it still waits, at its next step when it runs."""
    ended = Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
        state=State.CANCELLED, cancel_requested=True, finished_at=timezone.now(), changed_at=timezone.now()
    )
    if not ended:
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True, changed_at=timezone.now())


def sweep() -> int:
    """Give the jobs of dead workers back to the queue; after `TRIES` tries they fail. Returns how many were found."""
    found = 0
    for pk in Job.objects.abandoned().values_list("pk", flat=True):
        with transaction.atomic():
            # Others sweep too, and its own worker may have come back meanwhile: lock the row, then look again.
            job = Job.objects.select_for_update(of=("self",)).abandoned().filter(pk=pk).first()
            if job is None:
                continue
            found += 1
            _close_task(job)
            if job.attempt >= TRIES:
                job.state, job.problem, job.finished_at = State.FAILED, "gave_up", timezone.now()
                job.save(update_fields=["state", "problem", "finished_at", "changed_at"])
                continue
            job.state, job.worker = State.QUEUED, None
            job.save(update_fields=["state", "worker", "changed_at"])
            _enqueue(job, first=True)
            logger.warning("%s was left by a dead worker: queued again", job)
    for job in _never_begun():
        with transaction.atomic():
            waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED, task_id=job.task_id)
            if waiting.update(changed_at=timezone.now()):
                found += 1
                _enqueue(job, first=True)
    return found


def _never_begun() -> list[Job]:
    """Waiting jobs that the queue has handed out to a worker that ended before it began them."""
    silent = timezone.now() - LEASE
    # The queue is first in, first out: what it has forgotten is soon among the oldest.
    waiting = Job.objects.filter(state=State.QUEUED, changed_at__lt=silent).exclude(task_id="")
    oldest = waiting.order_by("changed_at")[:100]
    tasks = DBTaskResult.objects.filter(pk__in=[job.task_id for job in oldest]).filter(
        Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gte=silent)
    )
    alive = {str(pk) for pk in tasks.values_list("pk", flat=True)}
    return [job for job in oldest if job.task_id not in alive]


def worker_died(worker_id: str) -> None:
    """The supervisor saw a worker end: what it held need not wait for the lease."""
    Worker.objects.filter(pk=worker_id).delete()
    sweep()


def _close_task(job: Job) -> None:
    DBTaskResult.objects.filter(pk=job.task_id, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.FAILED, finished_at=timezone.now(), exception_class_path="recolte.jobs.DeadWorker"
    )


class Running:
    """What a handler sees of its job: progress, steps that are written once, and whether to stop."""

    EVERY = 0.4  # seconds between two writes of the progress

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    def stage(self, name: str, total: int = 0, done: int = 0) -> None:
        """Begin a stage of `total` units (ms of sound, files…), of which `done` were done by an earlier attempt."""
        now = timezone.now()
        self._write(stage=name, total=total, done=done, stage_started_at=now, stage_started_from=done)

    def progress(self, done: int) -> None:
        """Say how many units are done; raises when the job was cancelled, taken over, or the worker is told to stop."""
        self.job.done = done
        if time.monotonic() - self._written >= self.EVERY:
            self._write(done=done)

    @contextmanager
    def step(self, **progress: Any) -> Iterator[None]:
        """One transaction for a result and its mark: written only while this attempt still holds the job."""
        with transaction.atomic():
            self._write(**progress)
            yield

    def check(self) -> None:
        if stopping:
            raise Interrupted
        current = self._held().values_list("cancel_requested", flat=True).first()
        if current is None:
            raise LeaseLost
        if current:
            raise Cancelled

    def _held(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, attempt=self.job.attempt)

    def _write(self, **values: Any) -> None:
        self.check()
        self._written = time.monotonic()
        for name, value in values.items():
            setattr(self.job, name, value)
        if not self._held().update(**values, changed_at=timezone.now()):
            raise LeaseLost


def execute(job_id: str, worker_id: str | None = None) -> None:
    """Do a queued job. Whatever happens in it, the worker lives on and the job's row says how it ended."""
    job = Job.objects.filter(pk=job_id, state=State.QUEUED).first()
    if job is None:
        return
    crashpoint("job.taken")
    now = timezone.now()
    attempt = job.attempt + 1
    worker = Worker.objects.filter(pk=worker_id).first() or _anonymous_worker()
    claimed = Job.objects.filter(pk=job.pk, state=State.QUEUED, attempt=job.attempt).update(
        state=State.RUNNING, attempt=attempt, worker=worker, started_at=now, changed_at=now
    )
    if not claimed:
        return
    job.refresh_from_db()
    running = Running(job)
    crashpoint("job.claimed")
    try:
        handler, _queue = _handlers[job.name]
        result = handler(running) or {}
        crashpoint("job.done")
    except LeaseLost:
        logger.warning("%s was taken over by another worker", job)
    except Cancelled:
        _finish(running, state=State.CANCELLED)
    except Interrupted:
        _give_back(running, first=True)
    except TryLater as later:
        _give_back(running, after=later.delay)
    except Unreadable as error:
        logger.info("%s: %s", job, error)
        _finish(running, state=State.FAILED, problem=str(error.problem))
    except Exception:
        logger.exception("%s failed", job)
        _finish(running, state=State.FAILED, problem="unexpected")
    else:
        _finish(running, state=State.DONE, result=result)
        crashpoint("job.finished")


def _give_back(running: Running, **when: Any) -> None:
    """To the queue, as if this attempt had not been."""
    job = running.job
    with transaction.atomic():
        waits = {"state": State.QUEUED, "attempt": job.attempt - 1, "worker": None, "changed_at": timezone.now()}
        if running._held().update(**waits):
            _enqueue(job, **when)


def _finish(running: Running, **values: Any) -> None:
    now = timezone.now()
    running._held().update(**values, finished_at=now, changed_at=now)


def _anonymous_worker() -> Worker:
    """A worker for jobs that are run in the process that started them (tests, one-off commands)."""
    worker, _ = Worker.objects.update_or_create(
        id=f"inline-{socket.gethostname()}-{id(_handlers)}",
        defaults={"pid": 0, "host": socket.gethostname(), "queues": "*", "seen_at": timezone.now()},
    )
    return worker
