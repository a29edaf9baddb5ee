from django_tasks import TaskContext, task

from recolte.jobs.actions import execute


@task(takes_context=True)
def run(context: TaskContext, job_id: str) -> None:
    """The one task of the queue: do the job `job_id`."""
    workers = context.task_result.worker_ids
    execute(job_id, workers[-1] if workers else None)
