"""Long work: started once, steered, given back when its worker dies, and never able to harm the worker."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from recolte.engine.problems import Problem, Unreadable
from recolte.jobs import actions
from recolte.jobs.actions import Interrupted, LeaseLost, Running, cancel, execute, start, sweep, worker_died
from recolte.jobs.models import LEASE, TRIES, Job, State, Worker
from recolte.ui.ids import uuid7
from tests.world import work

pytestmark = pytest.mark.django_db

Do = Callable[[Running], dict[str, object] | None]


class Killed(BaseException):
    """The process ends here: nothing of what follows is run."""


@pytest.fixture
def does() -> Iterator[Callable[[Do], None]]:
    """`does(handler)`: what a job called "tests.work" does."""
    yield lambda handler: actions._handlers.update({"tests.work": (handler, "default")})
    actions._handlers.pop("tests.work", None)


def begin(subject: UUID | None = None) -> Job:
    return start("tests.work", subject or uuid7())


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def silence(job: Job) -> None:
    """The worker of `job` has not been heard for longer than its lease."""
    Worker.objects.filter(jobs=job).update(seen_at=timezone.now() - LEASE - timedelta(seconds=1))


def tasks() -> list[str]:
    return [str(task.args_kwargs["args"][0]) for task in DBTaskResult.objects.filter(status=TaskResultStatus.READY)]


def test_a_job_is_done_and_says_what_came_of_it(does: Callable[[Do], None]) -> None:
    does(lambda running: {"seen": str(running.job.subject)})
    job = begin()
    assert (job.state, tasks()) == (State.QUEUED, [str(job.pk)])
    work()
    job = fresh(job)
    assert (job.state, job.result, job.attempt) == (State.DONE, {"seen": str(job.subject)}, 1)
    assert job.started_at and job.finished_at and job.elapsed == job.finished_at - job.started_at


def test_starting_twice_gives_the_same_job_until_it_has_ended(does: Callable[[Do], None]) -> None:
    does(lambda running: None)
    subject = uuid7()
    job = begin(subject)
    assert (begin(subject), begin() == job, tasks().count(str(job.pk))) == (job, False, 1)
    work()
    assert begin(subject) != job


def test_the_same_job_started_while_it_runs_is_the_one_that_runs(does: Callable[[Do], None]) -> None:
    again = []
    does(lambda running: again.append(begin(running.job.subject)))
    job = begin()
    work()
    assert (again, Job.objects.count()) == ([job], 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_starts_at_once_make_one_job(shared_database: None) -> None:
    subject, ready = uuid7(), threading.Barrier(20)
    found: list[UUID | Exception] = []

    def begin_with_the_others() -> None:
        ready.wait()
        try:
            found.append(begin(subject).pk)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin_with_the_others) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Job.objects.get().pk] * 20
    assert tasks() == [str(found[0])]


def test_a_waiting_job_is_cancelled_at_once(does: Callable[[Do], None]) -> None:
    done = []
    does(lambda running: done.append(running.job))
    job = begin()
    cancel(job)
    execute(str(job.pk))
    assert (fresh(job).state, fresh(job).attempt, done) == (State.CANCELLED, 0, [])


def test_a_running_job_is_cancelled_at_its_next_step(does: Callable[[Do], None]) -> None:
    written = []

    def handler(running: Running) -> None:
        with running.step():
            written.append("before")
        cancel(running.job)
        with running.step():
            written.append("after")

    does(handler)
    job = begin()
    work()
    assert (fresh(job).state, fresh(job).problem, written) == (State.CANCELLED, "", ["before"])
    cancel(job)  # nothing to stop any more
    assert fresh(job).state == State.CANCELLED


def test_a_job_that_has_ended_cannot_be_cancelled(does: Callable[[Do], None]) -> None:
    does(lambda running: None)
    job = begin()
    work()
    cancel(job)
    assert (fresh(job).state, fresh(job).cancel_requested) == (State.DONE, False)


def test_progress_is_written_and_read_as_a_percentage(does: Callable[[Do], None]) -> None:
    seen = []

    def handler(running: Running) -> None:
        running.EVERY = 0
        running.stage("listening", total=200)
        for done in (50, 199):
            running.progress(done)
            job = fresh(running.job)
            seen.append((job.stage, job.done, job.percent, job.state))

    does(handler)
    begin()
    work()
    assert seen == [("listening", 50, 25, "running"), ("listening", 199, 99, "running")]


def test_progress_is_not_written_more_often_than_it_is_read(does: Callable[[Do], None]) -> None:
    def handler(running: Running) -> None:
        running.stage("listening", total=100)
        running.EVERY = 3600
        running.progress(50)
        assert (running.job.done, fresh(running.job).done) == (50, 0)

    does(handler)
    job = begin()
    work()
    assert fresh(job).state == State.DONE


@pytest.mark.parametrize(
    ("facts", "percent", "remaining"),
    [
        ({"done": 25}, 25, 300),
        ({"done": 75, "stage_started_from": 50}, 75, 100),  # an earlier attempt had done 50
        ({"done": 0}, 0, None),
        ({"done": 50, "stage_started_from": 50}, 50, None),
        ({"done": 25, "total": 0}, 0, None),
        ({"done": 25, "stage_started_at": None}, 25, None),
        ({"done": 25, "state": State.DONE}, 25, None),
        ({"done": 100}, 100, 0),
        ({"done": 120}, 100, 0),
    ],
)
def test_what_remains_is_reckoned_at_the_pace_so_far(
    facts: dict[str, object], percent: int, remaining: int | None
) -> None:
    now = timezone.now()
    moments = {"stage_started_at": now - timedelta(seconds=100), "changed_at": now}
    job = Job(**{"state": State.RUNNING, "total": 100, **moments, **facts})
    left = None if job.remaining is None else round(job.remaining.total_seconds())
    assert (job.percent, left) == (percent, remaining)


def test_what_remains_shrinks_between_two_steps() -> None:
    now = timezone.now()
    moments = {"stage_started_at": now - timedelta(seconds=160), "changed_at": now - timedelta(seconds=60)}
    job = Job(state=State.RUNNING, total=100, done=25, **moments)
    assert job.remaining is not None
    assert round(job.remaining.total_seconds()) == 240  # 300 when it was written, a minute ago


def kill_while_running(job: Job, does: Callable[[Do], None]) -> None:
    def killed(running: Running) -> None:
        raise Killed

    does(killed)
    with pytest.raises(Killed):
        execute(str(job.pk))
    DBTaskResult.objects.filter(pk=fresh(job).task_id).update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now()
    )


def test_a_job_whose_worker_is_silent_is_done_by_another(does: Callable[[Do], None]) -> None:
    job = begin()
    kill_while_running(job, does)
    assert (sweep(), fresh(job).state) == (0, State.RUNNING)  # its worker may still be there
    silence(job)
    left = fresh(job).task_id
    assert (sweep(), fresh(job).state, fresh(job).worker) == (1, State.QUEUED, None)
    assert tasks() == [str(job.pk)]
    assert DBTaskResult.objects.get(pk=left).status == TaskResultStatus.FAILED
    does(lambda running: {"by": "another"})
    work()
    assert (fresh(job).state, fresh(job).attempt, fresh(job).result) == (State.DONE, 2, {"by": "another"})


def test_a_job_whose_worker_was_seen_to_die_does_not_wait(does: Callable[[Do], None]) -> None:
    job = begin()
    kill_while_running(job, does)
    worker_died(fresh(job).worker.pk)
    assert fresh(job).state == State.QUEUED


def test_a_job_that_kills_its_worker_each_time_is_given_up(does: Callable[[Do], None]) -> None:
    job = begin()
    states = []
    for _ in range(TRIES):
        kill_while_running(job, does)
        silence(job)
        sweep()
        states.append((fresh(job).state, fresh(job).problem))
    assert states == [(State.QUEUED, ""), (State.QUEUED, ""), (State.FAILED, "gave_up")]
    assert (sweep(), fresh(job).finished_at is None) == (0, False)
    assert begin(job.subject) != job  # somebody may start it again


def test_a_job_cancelled_while_its_worker_was_dead_is_not_taken_up(does: Callable[[Do], None]) -> None:
    job = begin()
    kill_while_running(job, does)
    cancel(job)
    silence(job)
    sweep()
    written = []

    def handler(running: Running) -> None:
        with running.step():
            written.append("done all the same")

    does(handler)
    work()
    assert (fresh(job).state, written) == (State.CANCELLED, [])


def test_an_attempt_that_was_taken_over_writes_nothing_more(does: Callable[[Do], None]) -> None:
    refused = []

    def handler(running: Running) -> None:
        # Its worker slept; another has done the job meanwhile.
        Job.objects.filter(pk=running.job.pk).update(attempt=running.job.attempt + 1, stage="of the other")
        for late in (
            lambda: running.stage("late"),
            lambda: running._write(done=5),
            lambda: running.step().__enter__(),
            running.check,
        ):
            with pytest.raises(LeaseLost):
                late()
            refused.append(late)
        running.check()

    does(handler)
    job = begin()
    work()
    assert len(refused) == 4
    assert (fresh(job).state, fresh(job).stage, fresh(job).attempt) == (State.RUNNING, "of the other", 2)


@pytest.mark.django_db(transaction=True)
def test_what_a_step_writes_goes_with_its_mark_or_not_at_all(does: Callable[[Do], None]) -> None:
    def handler(running: Running) -> None:
        with running.step(done=1):
            Worker.objects.create(id="kept", pid=1, host="", queues="", seen_at=timezone.now())
        with running.step(done=2):
            Worker.objects.create(id="lost", pid=1, host="", queues="", seen_at=timezone.now())
            raise RuntimeError("in the middle of a step")

    does(handler)
    job = begin()
    work()
    assert (fresh(job).state, fresh(job).done) == (State.FAILED, 1)
    assert list(Worker.objects.filter(pid=1).values_list("id", flat=True)) == ["kept"]


def test_a_worker_told_to_stop_gives_its_job_back_without_costing_a_try(
    does: Callable[[Do], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []

    def handler(running: Running) -> None:
        running.stage("listening", total=100)
        reached.append(running.job.attempt)
        monkeypatch.setattr(actions, "stopping", len(reached) <= 5)
        running.check()

    does(handler)
    job = begin()
    for _ in range(5):  # more often than it may fail
        monkeypatch.setattr(actions, "stopping", False)
        execute(str(job.pk))
        assert (fresh(job).state, fresh(job).attempt, fresh(job).worker) == (State.QUEUED, 0, None)
    monkeypatch.setattr(actions, "stopping", False)
    work()
    assert (fresh(job).state, reached) == (State.DONE, [1] * 6)


def test_being_interrupted_does_not_take_a_job_from_who_has_it_now(does: Callable[[Do], None]) -> None:
    def handler(running: Running) -> None:
        Job.objects.filter(pk=running.job.pk).update(attempt=running.job.attempt + 1)
        raise Interrupted

    does(handler)
    job = begin()
    work()
    assert (fresh(job).state, fresh(job).attempt) == (State.RUNNING, 2)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (ZeroDivisionError("of somebody's"), "unexpected"),
        (Job.DoesNotExist("it went meanwhile"), "unexpected"),
        (MemoryError(), "unexpected"),
        (Unreadable(Problem.DISK_FULL, "no room"), "disk_full"),
    ],
)
def test_a_job_that_fails_says_so_and_the_next_one_is_done(
    does: Callable[[Do], None], error: Exception, problem: str
) -> None:
    failing, next_one = begin(), begin()

    def handler(running: Running) -> dict[str, object]:
        if running.job == failing:
            raise error
        return {}

    does(handler)
    work()
    assert (fresh(failing).state, fresh(failing).problem) == (State.FAILED, problem)
    assert fresh(next_one).state == State.DONE


def test_a_job_that_nobody_knows_how_to_do_fails() -> None:
    job = start("tests.of_a_newer_version", uuid7())
    work()
    assert (fresh(job).state, fresh(job).problem) == (State.FAILED, "unexpected")


def test_a_job_is_done_once_however_often_it_is_handed_out(does: Callable[[Do], None]) -> None:
    done = []
    does(lambda running: done.append(running.job.pk))
    job = begin()
    for _ in range(3):
        execute(str(job.pk))
    execute(str(uuid7()))  # a job that is gone
    assert done == [job.pk]


def test_a_stage_that_fails_at_its_hour_keeps_no_other_from_theirs(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []

    def fails() -> None:
        raise ValueError("no such clock")

    monkeypatch.setattr(actions, "_beats", [fails, lambda: seen.append("looked")])
    actions.start_due()
    assert (seen, [one.message for one in caplog.records]) == (["looked"], ["fails failed"])
