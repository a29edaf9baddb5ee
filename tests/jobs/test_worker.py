"""The worker process: told to stop at any moment, it ends by itself and leaves nothing half-asked."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from recolte.jobs import actions
from recolte.jobs.models import Worker
from recolte.jobs.worker import work


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """The worker takes over SIGTERM and SIGINT, and is told to stop, in a process that goes on after it."""
    kept = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    yield
    for one, handler in kept.items():
        signal.signal(one, handler)
    actions.stopping = False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_in_the_middle_of_a_question_it_ends_with_that_question_answered(
    told: signal.Signals, shared_database: None
) -> None:
    questions: list[str] = []

    def ask(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if DBTaskResult._meta.db_table in sql and sql.startswith("SELECT"):
            if not questions:
                os.kill(os.getpid(), told)  # the handler runs here, before the next instruction
            questions.append("asked")
            answer = execute(sql, params, many, context)
            questions.append("answered")
            return answer
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask):
        work(["default"], "one")
    assert questions[:2] == ["asked", "answered"]
    assert list(Worker.objects.values_list("pk", flat=True)) == []
