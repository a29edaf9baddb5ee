"""The worker process: django-tasks-db's loop, plus a heartbeat, the sweep, and stopping without losing work."""

import logging
import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

from django.db import Error, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as QueueWorker
from django_tasks_db.models import DBTaskResult

from recolte.jobs import actions
from recolte.jobs.models import LEASE, Job, State, Worker

logger = logging.getLogger(__name__)

HEARTBEAT = 2.0  # seconds
INTERVAL = 0.25  # seconds between two looks at an empty queue


class JobWorker(QueueWorker):
    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        super().run_task(db_task_result)
        # Whatever happened, nothing is held here any more: what could not be written down is somebody's to do again.
        Job.objects.filter(worker=self.worker_id, state=State.RUNNING).update(worker=None)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop soon: the job under way goes back to the queue at its next step and goes on where it was.

        Nothing is raised here: it would cut into whatever the loop is doing, a question to the database among others,
        after which that connection answers no more. An idle loop looks at `running` every `INTERVAL`.
        """
        self.running = False
        actions.stopping = True


def work(queues: list[str], worker_id: str = "") -> None:
    """Take jobs from `queues` until told to stop (SIGTERM, SIGINT)."""
    worker_id = worker_id or get_random_string(32)
    row = Worker(
        id=worker_id, pid=os.getpid(), host=socket.gethostname(), queues=",".join(queues), seen_at=timezone.now()
    )
    row.save()
    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(row, ended), daemon=True)
    heart.start()
    loop = JobWorker(
        queue_names=queues,
        interval=INTERVAL,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    signal.signal(signal.SIGTERM, loop.shutdown)
    signal.signal(signal.SIGINT, loop.shutdown)
    try:
        actions.sweep()  # what others left behind comes before what waits
        loop.run()
    finally:
        ended.set()
        heart.join(timeout=5)
        Worker.objects.filter(pk=worker_id).delete()


def _beat(row: Worker, ended: threading.Event) -> None:
    written = row.seen_at
    while not ended.wait(HEARTBEAT):
        now = timezone.now()
        try:
            row.seen_at = now
            row.save()
            # After a sleep of the whole computer, or of its database, the others must first get time to beat.
            if now - written < LEASE:
                actions.sweep()
                actions.start_due()
            written = now
        except Error:  # a busy or restarting database: the next beat tells
            logger.warning("The heartbeat could not be written", exc_info=True)
            close_old_connections()
    close_old_connections()
